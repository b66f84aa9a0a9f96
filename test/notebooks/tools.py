"""Run notebooks through a tool's own API and tell each verdict as a JSON line: TOOL OUT NOTEBOOK...

{"name", "passed", "error": the exception's type, "ename", "text": the exception's message}. The executed copy goes to OUT.
A notebook's metadata may give `execution.timeout`, as nbmake reads it.
"""

import json
import os
import sys

import nbformat

# after a cell's reply these tools read on for four seconds, then drop the rest: too few for 100 MB on a busy machine
PATIENT = {"iopub_timeout": 60}


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
    try:
        run(notebook, path, out, timeout)
    except Exception as error:
        told = {"passed": False, "error": type(error).__name__, "ename": getattr(error, "ename", None), "text": str(error)}
    else:
        told = {"passed": True}
    if run is not papermill:
        nbformat.write(notebook, out)
    return told


tool, folder, *paths = sys.argv[1:]
run = {"nbclient": nbclient, "nbconvert": nbconvert, "papermill": papermill}[tool]
os.makedirs(folder, exist_ok=True)
for path in paths:
    told = verdict(run, path, os.path.join(folder, os.path.basename(path)))
    print(json.dumps({"name": os.path.splitext(os.path.basename(path))[0], **told}), flush=True)
