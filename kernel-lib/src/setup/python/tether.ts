/**
 * Runs a Python module until it ends or its standard input does. Input closes when the parent is gone, even if it was killed
 * outright; then the whole process group is asked to stop. Without it, a pip that outlived its set-up would write into the
 * next one's environment, and a JupyterLab would keep its port.
 */
const program = `
import os, runpy, signal, sys, threading
def watch():
    while os.read(0, 4096):
        pass
    os.killpg(0, signal.SIGTERM)
threading.Thread(target=watch, daemon=True).start()
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)`;

/**
 * Arguments for a Python interpreter that run `module` so. Start it `detached`, with a pipe for its standard input.
 * Isolated (`-I`): neither PYTHONPATH nor a `pip.py` in the current folder may stand in for the real one.
 */
export function tethered(module: string, ...args: readonly string[]): string[] {
  return ['-I', '-u', '-c', program, module, ...args];
}
