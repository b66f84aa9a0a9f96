"""Run a cell that prints LINES lines of WIDTH characters, read them as slowly as a busy front end, and print, as JSON,

{"messages", "lines", "wrong": the first line that is not as it was printed, "reply", "before": the kernel's memory before the
cell, "peak": its largest meanwhile, both in bytes}. Usage: slow_reader.py LINES WIDTH.
"""

import json
import subprocess
import sys
import threading
import time

import psutil
import zmq
from jupyter_client.manager import KernelManager

lines, width = map(int, sys.argv[1:])
code = f"for (let i = 0; i < {lines}; i++) console.log(String(i).padStart({width}, '.'));"

manager = KernelManager(kernel_name="tslab")
manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
client = manager.client()
client.start_channels(iopub=False, stdin=False, hb=False)
process = psutil.Process(manager.provisioner.pid)
peak = 0
done = threading.Event()


def sample():
    global peak
    while not done.wait(0.02):
        peak = max(peak, process.memory_info().rss)


def subscribe():
    """A subscriber whose own queues are short, so that what it has not read stays with the kernel."""
    socket = zmq.Context.instance().socket(zmq.SUB)
    socket.rcvhwm = 2
    socket.rcvbuf = 65536
    socket.subscribe(b"")
    socket.connect(f"{manager.transport}://{manager.ip}:{manager.iopub_port}")
    return socket


def receive(socket):
    _, frames = client.session.feed_identities(socket.recv_multipart())
    return client.session.deserialize(frames)


try:
    iopub = subscribe()
    client.execute("const warm = 1; console.log('')")
    client.get_shell_msg(timeout=120)
    while receive(iopub)["content"].get("execution_state") != "idle":
        pass
    before = process.memory_info().rss
    threading.Thread(target=sample, daemon=True).start()
    request = client.execute(code)
    # the cell prints on while nobody reads
    time.sleep(2)
    told = {"messages": 0, "lines": 0, "wrong": None}
    rest = ""
    while True:
        message = receive(iopub)
        if message["parent_header"].get("msg_id") != request:
            continue
        if message["content"].get("execution_state") == "idle":
            break
        if message["msg_type"] != "stream":
            continue
        told["messages"] += 1
        *whole, rest = (rest + message["content"]["text"]).split("\n")
        for line in whole:
            if line != str(told["lines"]).rjust(width, ".") and told["wrong"] is None:
                told["wrong"] = line[-20:]
            told["lines"] += 1
        time.sleep(0.005)
    reply = client.get_shell_msg(timeout=60)["content"]["status"]
    print(json.dumps({**told, "reply": reply, "before": before, "peak": peak}))
finally:
    done.set()
    manager.shutdown_kernel(now=True)
