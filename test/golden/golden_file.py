"""What the scripts here have in common: drawing, rounding and writing golden values."""

import json
import pathlib
import platform

import numpy as np
import torch


def draw(generator, *shape, scale=1.0):
    """Normal numbers that float32 holds exactly, so that every implementation starts from the same ones."""
    values = scale * torch.randn(*shape, generator=generator, dtype=torch.float64)
    return values.to(torch.float32).to(torch.float64).requires_grad_()


def plain(tensor, digits=9):
    def rounded(value):
        return [rounded(item) for item in value] if isinstance(value, list) else float(f"{value:.{digits}g}")

    return rounded(tensor.detach().tolist())


def write_golden(script, cases, **versions):
    """Writes name.json beside name_golden.py, whole or not at all."""
    script = pathlib.Path(script)
    golden = {
        "madeBy": f"test/golden/{script.name}",
        "versions": {
            **versions,
            "torch": torch.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "cases": cases,
    }
    path = script.with_name(script.name.replace("_golden.py", ".json"))
    part = path.with_suffix(".part")
    part.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    part.replace(path)
