"""Execute one notebook through nbclient and tell, as JSON lines on stdout, what its kernel answered.

Judges nothing: `kernel-lib/src/notebook/verdict.ts` does. The kernel's whole process tree is killed at the end, and also when
stdin closes, which is how the death of the calling process shows.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
import threading
import time
from queue import Empty

import nbformat
from kernel_process import KernelLog, ProcessTree, describe_end
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

# What the cells left running may still fail: the notebook counts as over when no timer is left, or after ten seconds (an
# interval that nobody clears is no fault).
SETTLE = """
for (let round = 0; round < 40; round++) {
  await new Promise((resolve) => setTimeout(resolve, 250));
  if (!(globalThis as any).process.getActiveResourcesInfo().includes('Timeout')) break;
}
"""
# Jupyter picks ports that are free and leaves them to be taken before the kernel binds them; no cell has run by then
KERNEL_STARTS = 3
EVENTS = os.fdopen(os.dup(1), "w", buffering=1)


def emit(event, **fields):
    EVENTS.write(json.dumps({"event": event, **fields}) + "\n")


class Client(NotebookClient):
    """Tells every reply, and every late or stray output that nbclient itself drops."""

    def __init__(self, notebook, **options):
        super().__init__(notebook, **options)
        self.cell_of_request = {}
        self.current = None
        self.log_of_kernel = KernelLog()
        self.process = None
        self.on_cell_execute = self.tell_start
        self.on_cell_executed = self.tell_reply

    async def async_start_new_kernel(self, **options):
        pipe = self.log_of_kernel.write_end
        try:
            await super().async_start_new_kernel(stdout=pipe, stderr=pipe, **options)
        finally:
            self.log_of_kernel.start()
        self.process = self.km.provisioner.process

    def tell_death(self, message):
        end = describe_end(self.process) if self.process else {"exitCode": None, "signal": None}
        emit("stopped", kind="dead kernel", index=self.current, message=message, **end, log=self.log_of_kernel.last_lines())

    def tell_start(self, cell, cell_index):
        self.current = cell_index
        self.started = time.monotonic()
        emit("cell", index=cell_index)

    def tell_reply(self, cell, cell_index, execute_reply):
        content = execute_reply["content"]
        self.cell_of_request[execute_reply["parent_header"]["msg_id"]] = cell_index
        told = {key: content[key] for key in ("status", "ename", "evalue", "traceback") if key in content}
        emit("reply", index=cell_index, seconds=time.monotonic() - self.started, **told)

    def tap(self):
        """Sees the messages on iopub before nbclient drops those of cells that have ended."""
        receive = self.kc.iopub_channel.get_msg

        async def tapped(*positional, **named):
            message = await receive(*positional, **named)
            late = self.cell_of_request.get(message["parent_header"].get("msg_id"))
            content = message["content"]
            if message["msg_type"] == "stream" and content["name"] == "stderr":
                emit("stderr", index=self.current if late is None else late, text=content["text"])
            if late is not None and message["msg_type"] in ("stream", "display_data", "update_display_data"):
                self.process_message(message, self.nb.cells[late], late)
            return message

        self.kc.iopub_channel.get_msg = tapped

    async def settle(self, timeout):
        """Waits for what the cells left running, and tells of an error that it ended in."""
        request = self.kc.execute(SETTLE, silent=True, store_history=False, stop_on_error=False)
        deadline = time.monotonic() + timeout
        while True:
            try:
                message = await self.kc.iopub_channel.get_msg(timeout=1)
            except Empty:
                if not await self.km.is_alive():
                    raise DeadKernelError("Kernel died") from None
                if time.monotonic() > deadline:
                    raise DeadKernelError("The kernel answers no more") from None
                continue
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
        await self.tell_left(request)

    async def tell_left(self, request):
        # a silent request's failure is told in its reply alone
        reply = {"parent_header": {}}
        while reply["parent_header"].get("msg_id") != request:
            try:
                reply = await self.kc.shell_channel.get_msg(timeout=10)
            except Empty:
                raise DeadKernelError("The kernel answers no more") from None
        content = reply["content"]
        if content["status"] == "error":
            emit("left", **{key: content.get(key) for key in ("ename", "evalue", "traceback")})


async def execute_cells(client, options):
    info = await client.async_wait_for_reply(client.kc.kernel_info())
    client.nb.metadata["language_info"] = info["content"]["language_info"]
    for index, cell in enumerate(client.nb.cells):
        await client.async_execute_cell(cell, index, execution_count=client.code_cells_executed + 1)
    client.current = None
    await client.settle(options.cell_timeout)


async def execute(client, tree, options):
    async with client.async_setup_kernel():
        tree.watch(client.km.provisioner.pid)
        emit("kernel", pid=client.km.provisioner.pid)
        client.tap()
        cells = asyncio.ensure_future(execute_cells(client, options))
        # not wait_for: nbclient takes a cancelled cell for a dead kernel
        done, _ = await asyncio.wait([cells], timeout=options.timeout)
        if not done:
            emit("stopped", kind="notebook timeout", index=client.current, message="")
            cells.cancel()
            with contextlib.suppress(Exception, asyncio.CancelledError):
                await cells
            return
        cells.result()


def run(notebook, tree, options):
    for attempt in range(1, KERNEL_STARTS + 1):
        client = Client(
            notebook,
            kernel_name=options.kernel,
            timeout=options.cell_timeout,
            resources={"metadata": {"path": os.path.dirname(os.path.abspath(options.input))}},
            record_timing=False,
            raise_on_iopub_timeout=True,
            # a busy machine needs longer than nbclient's four seconds to read what a cell printed before its reply
            iopub_timeout=60,
            shutdown_kernel="immediate",
        )
        try:
            asyncio.run(execute(client, tree, options))
        except CellExecutionError:
            pass  # its reply is told
        except CellTimeoutError as error:
            emit("stopped", kind="cell timeout", index=client.current, message=str(error).splitlines()[0])
        except (DeadKernelError, RuntimeError) as error:
            message = str(error).splitlines()[0]
            if tree.root is None and attempt < KERNEL_STARTS:
                emit("restart", message=message)
                continue
            client.tell_death(message)
        except Exception as error:
            emit("stopped", kind="broken", index=client.current, message=f"{type(error).__name__}: {error}")
        return


def write(path, text):
    part = f"{path}.{os.getpid()}.part"
    with open(part, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(part, path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--html")
    parser.add_argument("--template", default="lab")
    parser.add_argument("--kernel", default="tslab")
    parser.add_argument("--cell-timeout", type=int, required=True)
    parser.add_argument("--timeout", type=float, required=True)
    options = parser.parse_args()
    tree = ProcessTree()

    def follow_the_caller():
        sys.stdin.buffer.read()
        tree.kill()
        os._exit(1)

    threading.Thread(target=follow_the_caller, daemon=True).start()
    notebook = nbformat.read(options.input, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    try:
        run(notebook, tree, options)
    finally:
        tree.kill()
    write(options.output, nbformat.writes(notebook))
    if options.html:
        from nbconvert import HTMLExporter

        exporter = HTMLExporter(template_name=options.template)
        resources = {"metadata": {"name": os.path.splitext(os.path.basename(options.input))[0]}}
        write(options.html, exporter.from_notebook_node(notebook, resources)[0])
    emit("end", peakBytes=tree.peak)


if __name__ == "__main__":
    main()
    # a thread that reads stdin would hold up an orderly end
    EVENTS.flush()
    os._exit(0)
