"""Take steps from stdin as JSON, run them against a fresh kernel, and print what it answered to each, as JSON.

A step is one of
  {"code", "interruptOn"?: text that the cell prints, "interruptLast"?: once it runs and all else is answered,
   "interruptBy"?: "signal" | "control", "answers"?: [text...], and the request's own fields}
  {"request": type, "content"?, "channel"?: "shell" | "control"}
  {"comm": "comm_open" | "comm_msg" | "comm_close", "content", "buffers"?: [text...]}
  {"wait": seconds}: what comes meanwhile, of whatever request
`--together` sends all requests before it reads a reply, as "run all" does. `--orphan` starts the last step, prints the
kernel's process id, and is killed. `--kernel NAME` takes another kernelspec.
"""

import itertools
import json
import os
import signal
import sys
import time
from queue import Empty

from fresh_kernel import start

TIMEOUT = 120
EXECUTE_FIELDS = ("silent", "store_history", "user_expressions", "allow_stdin", "stop_on_error")

steps = json.load(sys.stdin)
kernel = sys.argv[sys.argv.index("--kernel") + 1] if "--kernel" in sys.argv else "tslab"
manager, client = start(kernel_name=kernel)
channels = {"shell": client.shell_channel, "control": client.control_channel}
step_of_request = {}
arrivals = itertools.count()

if "--orphan" in sys.argv:
    client.execute(steps[-1]["code"])
    print(manager.provisioner.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


def interrupt(by):
    if by == "control":
        client.control_channel.send(client.session.msg("interrupt_request", {}))
    else:
        os.kill(manager.provisioner.pid, signal.SIGINT)


def interrupt_if_due(request, told, others_are_idle):
    """Once a cell has printed what it is to be interrupted on; or once it runs, and all else is answered."""
    step = steps[step_of_request[request]]
    printed = "".join(message["content"]["text"] for message in told if message["type"] == "stream")
    runs = any(message["type"] == "execute_input" for message in told)
    if ("interruptOn" in step and step["interruptOn"] in printed) or ("interruptLast" in step and runs and others_are_idle):
        step.pop("interruptOn", None)
        step.pop("interruptLast", None)
        interrupt(step.get("interruptBy", "signal"))


def send(index, step):
    """Sends a step's request; tells its id and the channel on which to wait for the reply, if there is one."""
    if "code" in step:
        fields = {key: step[key] for key in EXECUTE_FIELDS if key in step}
        request = client.execute(step["code"], **fields)
        channel = "shell"
    else:
        kind = step.get("request") or step["comm"]
        message = client.session.msg(kind, step.get("content", {}))
        request = message["header"]["msg_id"]
        channel = step.get("channel", "shell") if "request" in step else None
        target = channels[step.get("channel", "shell")]
        buffers = [buffer.encode() for buffer in step.get("buffers", [])]
        client.session.send(target.socket, message, buffers=buffers) if buffers else target.send(message)
    step_of_request[request] = index
    return request, channel


def tell(message):
    told = {"type": message["msg_type"], "content": message["content"]}
    told["at"] = next(arrivals)
    told["step"] = step_of_request.get(message["parent_header"].get("msg_id"))
    if message["metadata"]:
        told["metadata"] = message["metadata"]
    if message["buffers"]:
        told["buffers"] = [bytes(buffer).decode() for buffer in message["buffers"]]
    return told


def answer(asked, answers):
    try:
        question = client.stdin_channel.get_msg(timeout=0)
    except Empty:
        return
    asked.append(question["content"])
    client.input(answers.pop(0))


def collect(requests, answers=()):
    """Reads until every request is idle and has its reply. Messages of other requests are `others` of the first of these."""
    told = {request: {"messages": [], "others": [], "reply": None, "asked": []} for request, _ in requests}
    waiting = {(request, channel) for request, channel in requests if channel}
    # a kernel that ends owes nobody an idle
    idle = {request for request, _ in requests if steps[step_of_request[request]].get("request") == "shutdown_request"}
    first = requests[0][0]
    answers = list(answers)
    deadline = time.monotonic() + TIMEOUT
    while waiting or idle != set(told):
        if time.monotonic() > deadline:
            raise TimeoutError(f"no end of {steps[step_of_request[first]]}: {told}")
        try:
            message = client.get_iopub_msg(timeout=0.02)
            request = message["parent_header"].get("msg_id")
            into = told[request]["messages"] if request in told else told[first]["others"]
            into.append(tell(message))
            if request in told and message["content"].get("execution_state") == "idle":
                idle.add(request)
            for request in told:
                interrupt_if_due(request, told[request]["messages"], set(told) - idle == {request})
        except Empty:
            pass
        answer(told[first]["asked"], answers)
        for name, channel in channels.items():
            try:
                reply = channel.get_msg(timeout=0)
            except Empty:
                continue
            request = reply["parent_header"].get("msg_id")
            if (request, name) in waiting:
                waiting.discard((request, name))
                told[request]["reply"] = reply["content"]
    return [told[request] for request, _ in requests]


def wait(seconds):
    messages = []
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        try:
            messages.append(tell(client.get_iopub_msg(timeout=left)))
        except Empty:
            break
    return {"messages": [], "others": messages, "reply": None, "asked": []}


try:
    info = client.kernel_info(reply=True, timeout=TIMEOUT)["content"]
    while client.get_iopub_msg(timeout=TIMEOUT)["content"].get("execution_state") != "idle":
        pass
    if "--together" in sys.argv:
        cells = collect([send(index, step) for index, step in enumerate(steps)])
    else:
        cells = []
        for index, step in enumerate(steps):
            cells.append(wait(step["wait"]) if "wait" in step else collect([send(index, step)], step.get("answers", []))[0])
    gone = False
    if steps and steps[-1].get("request") == "shutdown_request":
        manager.provisioner.process.wait(timeout=20)
        gone = True
    print(json.dumps({"info": info, "cells": cells, "gone": gone}))
finally:
    manager.shutdown_kernel(now=True)
