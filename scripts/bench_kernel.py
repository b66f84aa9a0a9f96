"""Measure kernels one after another, ROUNDS times in turn, and print each measurement as a JSON line: ROUNDS KERNEL...

Seconds from the start of the process to the reply to kernel_info, of the first cell, of each of the plain cells after it, of the
first cell that imports TensorFlow.js and kernel-lib; bytes of memory before and after that cell.
"""

import json
import subprocess
import sys
import time

import psutil
from jupyter_client.manager import KernelManager

PLAIN_CELLS = 30
IMPORTS = "import * as tf from '@tensorflow/tfjs-node';\nimport { rng } from 'kernel-lib';\ntf.ones([2]).arraySync();\nrng(1).uniform();"


def memory(manager):
    root = psutil.Process(manager.provisioner.pid)
    return sum(process.memory_info().rss for process in [root, *root.children(recursive=True)])


def execute(client, code):
    started = time.perf_counter()
    reply = client.execute_interactive(code, output_hook=lambda message: None, timeout=120)
    if reply["content"]["status"] != "ok":
        raise RuntimeError(f"{code!r} failed: {reply['content']}")
    return time.perf_counter() - started


def measure(kernel):
    started = time.perf_counter()
    manager = KernelManager(kernel_name=kernel)
    manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    try:
        # waits for iopub as well: what a cell publishes before the subscription is there is lost
        client.wait_for_ready(timeout=60)
        ready = time.perf_counter() - started
        first = execute(client, "console.log('first')")
        plain = [execute(client, f"const value{index} = {index} * 2;\nconsole.log(value{index});") for index in range(PLAIN_CELLS)]
        before = memory(manager)
        imports = execute(client, IMPORTS)
        return {"ready": ready, "first": first, "plain": plain, "before": before, "imports": imports, "after": memory(manager)}
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


rounds, *kernels = sys.argv[1:]
for _ in range(int(rounds)):
    for kernel in kernels:
        print(json.dumps({"kernel": kernel, **measure(kernel)}), flush=True)
