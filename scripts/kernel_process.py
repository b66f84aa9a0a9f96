"""The kernel's operating system process, seen from outside: its memory, its end, and what it prints past the protocol."""

import contextlib
import os
import signal
import threading
import time

import psutil

LOG_BYTES = 16_000
LOG_LINES = 100


class ProcessTree:
    """The kernel's processes: their largest memory together, and their end."""

    def __init__(self):
        self.peak = 0
        self.seen = set()
        self.root = None

    def watch(self, pid):
        self.root = psutil.Process(pid)
        threading.Thread(target=self._sample, daemon=True).start()

    def _sample(self):
        while True:
            with contextlib.suppress(psutil.Error):
                tree = [self.root, *self.root.children(recursive=True)]
                self.seen.update(tree)
                self.peak = max(self.peak, sum(process.memory_info().rss for process in tree))
            time.sleep(0.1)

    def kill(self):
        with contextlib.suppress(psutil.Error):
            self.seen.update([self.root, *self.root.children(recursive=True)] if self.root else [])
        for process in list(self.seen):
            with contextlib.suppress(psutil.Error):
                process.kill()


class KernelLog:
    """Holds the end of what the kernel's process writes to stdout and stderr, where native code tells why it dies."""

    def __init__(self):
        self._read_end, self.write_end = os.pipe()
        self._kept = b""
        self._reader = threading.Thread(target=self._read, daemon=True)

    def start(self):
        """Call once the kernel holds the pipe: its end is the pipe's end."""
        os.close(self.write_end)
        self._reader.start()

    def _read(self):
        while chunk := os.read(self._read_end, 65536):
            self._kept = (self._kept + chunk)[-LOG_BYTES:]
        os.close(self._read_end)

    def last_lines(self):
        # a child of the kernel that lives on holds the pipe too
        self._reader.join(timeout=1)
        return self._kept.decode("utf-8", "replace").splitlines()[-LOG_LINES:]


def describe_end(process):
    """The exit code, or the signal's name, of a process that has ended; neither where it lives."""
    try:
        code = process.wait(timeout=2)
    except Exception:
        return {"exitCode": None, "signal": None}
    if code >= 0:
        return {"exitCode": code, "signal": None}
    return {"exitCode": None, "signal": signal.Signals(-code).name}
