export { checkDisk, diskFull, isDiskFull } from './disk';
export { buildLibrary, type LibraryOptions } from './library';
export { providePython, tethered, type PythonEnvironment, type PythonOptions } from './python';
export { SetupError, type Report } from './report';
export { installJupyterAssets, type JupyterAssetsOptions } from './jupyter-assets';
export { installKernelspec, type KernelspecOptions } from './kernelspec';
export { holds, writeWhole } from './whole-file';
export { provisionTensorFlow, type ProvisionOptions } from './tensorflow';
