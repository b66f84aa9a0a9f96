"""Run notebooks through a tool's own API and tell each verdict as a JSON line: TOOL OUT NOTEBOOK...

{"name", "passed", "error": the exception's type, "ename", "text": the exception's message}. The executed copy goes to OUT.
A notebook's metadata may give `execution.timeout`, as nbmake reads it.
"""

import faulthandler
import json
import os
import signal
import subprocess
import sys
import tempfile

import nbformat

# after a cell's reply these tools read on for four seconds, then drop the rest: too few for 100 MB on a busy machine
PATIENT = {"iopub_timeout": 60}

# a tool that waits for ever is told of with its stack, and the notebooks after it still get their verdict
LONGEST = 240


class Stuck(Exception):
    pass


def give_up(*_):
    with tempfile.TemporaryFile("w+") as stacks:
        faulthandler.dump_traceback(stacks)
        stacks.seek(0)
        told = stacks.read()
    listed = subprocess.run(["ps", "-eo", "pid,ppid,stat,etimes,wchan:20,args"], capture_output=True, text=True).stdout
    kernels = "\n".join(line for line in listed.splitlines() if "node" in line)
    raise Stuck(f"no verdict after {LONGEST} s.\n{told}\n{kernels}")


signal.signal(signal.SIGALRM, give_up)


def nbclient(notebook, path, out, timeout):
    from nbclient import NotebookClient

    folder = os.path.dirname(path)
    NotebookClient(notebook, timeout=timeout, resources={"metadata": {"path": folder}}, **PATIENT).execute()


def nbconvert(notebook, path, out, timeout):
    from nbconvert.preprocessors import ExecutePreprocessor

    folder = os.path.dirname(path)
    ExecutePreprocessor(timeout=timeout, **PATIENT).preprocess(notebook, {"metadata": {"path": folder}})


def papermill(notebook, path, out, timeout):
    import papermill

    folder = os.path.dirname(path)
    papermill.execute_notebook(path, out, cwd=folder, execution_timeout=timeout, progress_bar=False, **PATIENT)


def verdict(run, path, out):
    notebook = nbformat.read(path, as_version=4)
    timeout = notebook.metadata.get("execution", {}).get("timeout", 120)
    signal.alarm(LONGEST)
    try:
        run(notebook, path, out, timeout)
    except Exception as error:
        told = {"passed": False, "error": type(error).__name__, "ename": getattr(error, "ename", None), "text": str(error)}
    else:
        told = {"passed": True}
    finally:
        signal.alarm(0)
    if run is not papermill:
        nbformat.write(notebook, out)
    return told


tool, folder, *paths = sys.argv[1:]
run = {"nbclient": nbclient, "nbconvert": nbconvert, "papermill": papermill}[tool]
os.makedirs(folder, exist_ok=True)
for path in paths:
    out = os.path.join(folder, os.path.basename(path))
    told = verdict(run, path, out)
    # Jupyter picks ports that are free, and another process may take one before the kernel does; no cell has run by then
    if told.get("error") == "Stuck" or "before replying to kernel_info" in told.get("text", ""):
        print(f"{tool} was stuck in {path}, and gets a second try:\n{told['text']}", file=sys.stderr, flush=True)
        told = verdict(run, path, out)
    print(json.dumps({"name": os.path.splitext(os.path.basename(path))[0], **told}), flush=True)
# what is left of a tool, such as a socket that will not close, must not keep this process
sys.stdout.flush()
os._exit(0)
