"""A kernel of its own for a script."""

import subprocess

from jupyter_client.manager import start_new_kernel

STARTS = 3


def start(**options):
    """Manager and client. Jupyter picks ports that are free, and another process may take one before the kernel does."""
    # a kernel that holds this process's pipes would keep the test waiting for their end
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    for attempt in range(1, STARTS + 1):
        try:
            return start_new_kernel(**{"startup_timeout": 120, **pipes, **options})
        except RuntimeError as error:
            if attempt == STARTS or "died" not in str(error):
                raise
