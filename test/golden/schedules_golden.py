"""Writes schedules.json: the learning rates of PyTorch's schedulers, step by step.

    python test/golden/schedules_golden.py

Needs torch. Rates are plain numbers in double precision.
"""

import json
import pathlib
import platform

import torch
from torch.optim import lr_scheduler as schedulers

STEPS = 60
RATE = 0.2
LOSSES = [3, 2.5, 2.4, 2.4, 2.41, 2.3999, 2.3, 2.31, 2.32, 2.33, 2.34, 2.35, 2.2, 2.3, 2.3, 2.3, 2.3, 2.3, 2.3, 2.3]


def optimizer(rate=RATE):
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)


def rates(make, rate=RATE, steps=STEPS):
    sgd = optimizer(rate)
    scheduler = make(sgd)
    seen = []
    for _ in range(steps):
        seen.append(sgd.param_groups[0]["lr"])
        sgd.step()
        scheduler.step()
    return seen


def plateau(**options):
    """The rate before each epoch, and after the last."""
    sgd = optimizer()
    scheduler = schedulers.ReduceLROnPlateau(sgd, **options)
    seen = [RATE]
    for loss in LOSSES:
        scheduler.step(loss)
        seen.append(sgd.param_groups[0]["lr"])
    return seen


def warmed(sgd):
    first = schedulers.LinearLR(sgd, start_factor=0.25, total_iters=8)
    return schedulers.SequentialLR(sgd, [first, schedulers.ExponentialLR(sgd, 0.9)], milestones=[8])


def one_cycle(**options):
    return rates(lambda sgd: schedulers.OneCycleLR(sgd, max_lr=RATE, total_steps=STEPS + 1, **options))


CASES = [
    ("constant", [RATE], rates(lambda sgd: schedulers.ConstantLR(sgd, factor=1))),
    ("stepped", [{"initial": RATE, "every": 7}], rates(lambda sgd: schedulers.StepLR(sgd, 7))),
    (
        "stepped",
        [{"initial": RATE, "every": 10, "factor": 0.5}],
        rates(lambda sgd: schedulers.StepLR(sgd, 10, gamma=0.5)),
    ),
    ("exponential", [{"initial": RATE, "factor": 0.95}], rates(lambda sgd: schedulers.ExponentialLR(sgd, 0.95))),
    (
        "cosine",
        [{"initial": RATE, "steps": STEPS, "final": 0.01}],
        rates(lambda sgd: schedulers.CosineAnnealingLR(sgd, STEPS, eta_min=0.01)),
    ),
    (
        "cosineRestarts",
        [{"initial": RATE, "period": 9}],
        rates(lambda sgd: schedulers.CosineAnnealingWarmRestarts(sgd, 9)),
    ),
    (
        "cosineRestarts",
        [{"initial": RATE, "period": 5, "stretch": 2, "final": 0.01}],
        rates(lambda sgd: schedulers.CosineAnnealingWarmRestarts(sgd, 5, T_mult=2, eta_min=0.01)),
    ),
    ("oneCycle", [{"max": RATE, "steps": STEPS + 1}], one_cycle()),
    (
        "oneCycle",
        [{"max": RATE, "steps": STEPS + 1, "rise": 0.45, "divide": 10, "finalDivide": 100}],
        one_cycle(pct_start=0.45, div_factor=10, final_div_factor=100),
    ),
    ("warmUp", [{"steps": 8, "from": 0.25}], rates(warmed)),
]

PLATEAUS = [
    ({"patience": 2}, plateau(patience=2)),
    ({"patience": 0, "factor": 0.5, "threshold": 0.01}, plateau(patience=0, factor=0.5, threshold=0.01)),
    ({"patience": 1, "cooldown": 3, "minimum": 0.01}, plateau(patience=1, cooldown=3, min_lr=0.01)),
    ({}, plateau()),
]


def main():
    golden = {
        "madeBy": "test/golden/schedules_golden.py",
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        "cases": [{"name": name, "arguments": arguments, "rates": seen} for name, arguments, seen in CASES],
        "initial": RATE,
        "losses": LOSSES,
        "plateaus": [{"options": options, "rates": seen} for options, seen in PLATEAUS],
    }
    path = pathlib.Path(__file__).with_name("schedules.json")
    part = path.with_suffix(".part")
    part.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    part.replace(path)


if __name__ == "__main__":
    main()
