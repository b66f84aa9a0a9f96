export { providePython, type PythonEnvironment, type PythonOptions } from './environment';
export { tethered } from './tether';
