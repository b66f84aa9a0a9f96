"""Run steps against a fresh kernel and print every message, as JSON: [{"code", "interruptAfter"?, "stopOnError"?}, ...].

`--together` sends all requests before it reads a reply, as "run all" does. `--orphan` starts the last step, prints the
kernel's process id, and is killed.
"""

import json
import os
import signal
import subprocess
import sys
import threading

from jupyter_client.manager import start_new_kernel

steps = json.loads(sys.argv[1])
# a kernel that holds this process's pipes would keep the test waiting for their end
pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
manager, client = start_new_kernel(kernel_name="tslab", startup_timeout=120, **pipes)

if "--orphan" in sys.argv:
    client.execute(steps[-1]["code"])
    print(manager.provisioner.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


def collect(requests):
    told = {request: {"messages": [], "reply": None} for request in requests}
    idle = set()
    while idle != set(requests):
        message = client.get_iopub_msg(timeout=60)
        request = message["parent_header"].get("msg_id")
        if request not in told:
            continue
        told[request]["messages"].append({"type": message["msg_type"], "content": message["content"]})
        if message["content"].get("execution_state") == "idle":
            idle.add(request)
    while any(entry["reply"] is None for entry in told.values()):
        reply = client.get_shell_msg(timeout=60)
        if reply["parent_header"].get("msg_id") in told:
            told[reply["parent_header"]["msg_id"]]["reply"] = reply["content"]
    return [told[request] for request in requests]


def send(step):
    if "interruptAfter" in step:
        threading.Timer(step["interruptAfter"], manager.interrupt_kernel).start()
    return client.execute(step["code"], stop_on_error=step.get("stopOnError", True))


try:
    info = client.kernel_info(reply=True, timeout=60)["content"]
    if "--together" in sys.argv:
        cells = collect([send(step) for step in steps])
    else:
        cells = [collect([send(step)])[0] for step in steps]
    print(json.dumps({"info": info, "cells": cells}))
finally:
    manager.shutdown_kernel(now=True)
