"""Writes optimizers.json: twenty updates from fixed gradients by PyTorch's optimizers, and by Keras's where they differ.

    python test/golden/optimizers_golden.py

Needs torch, numpy and keras (which runs on torch here). Everything is in double precision, from parameters and gradients that
were rounded to float32 first. The learning rate is halved after ten steps: what a form does with the rate shows only then.
"""

import json
import os
import pathlib
import platform

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import torch

STEPS = 20
HALVED_AFTER = 10
SHAPES = {"W": (3, 4), "b": (4,), "s": ()}
DIGITS = 10

# name, optimizer and learning rate here, options here, class, options there
TORCH = [
    ("sgd", "sgd", 0.1, {}, "SGD", {}),
    ("momentum", "momentum", 0.05, {}, "SGD", {"momentum": 0.9}),
    ("momentum 0.5", "momentum", 0.05, {"momentum": 0.5}, "SGD", {"momentum": 0.5}),
    ("nesterov", "momentum", 0.05, {"nesterov": True}, "SGD", {"momentum": 0.9, "nesterov": True}),
    ("rmsprop", "rmsprop", 0.01, {}, "RMSprop", {}),
    ("rmsprop, decay", "rmsprop", 0.01, {"decay": 0.9}, "RMSprop", {"alpha": 0.9}),
    ("rmsprop, epsilon", "rmsprop", 0.01, {"epsilon": 0.1}, "RMSprop", {"eps": 0.1}),
    ("rmsprop, momentum", "rmsprop", 0.01, {"momentum": 0.8}, "RMSprop", {"momentum": 0.8}),
    ("rmsprop, centered", "rmsprop", 0.01, {"centered": True}, "RMSprop", {"centered": True}),
    (
        "rmsprop, all",
        "rmsprop",
        0.01,
        {"centered": True, "momentum": 0.8, "decay": 0.9, "epsilon": 0.01},
        "RMSprop",
        {"centered": True, "momentum": 0.8, "alpha": 0.9, "eps": 0.01},
    ),
    ("adam", "adam", 0.01, {}, "Adam", {}),
    ("adam, betas", "adam", 0.01, {"beta1": 0.5, "beta2": 0.9}, "Adam", {"betas": (0.5, 0.9)}),
    ("adam, epsilon", "adam", 0.01, {"epsilon": 0.1}, "Adam", {"eps": 0.1}),
    ("adamw", "adamw", 0.01, {}, "AdamW", {}),
    ("adamw, decay", "adamw", 0.01, {"weightDecay": 0.5}, "AdamW", {"weight_decay": 0.5}),
]

KERAS = [
    ("keras momentum", "momentum", 0.05, {}, "SGD", {"momentum": 0.9}),
    ("keras nesterov", "momentum", 0.05, {"nesterov": True}, "SGD", {"momentum": 0.9, "nesterov": True}),
    ("keras rmsprop", "rmsprop", 0.01, {"decay": 0.9, "epsilon": 1e-7}, "RMSprop", {}),
    ("keras rmsprop, epsilon", "rmsprop", 0.01, {"epsilon": 0.1}, "RMSprop", {"rho": 0.99, "epsilon": 0.1}),
    (
        "keras rmsprop, momentum",
        "rmsprop",
        0.01,
        {"momentum": 0.8, "epsilon": 0.01},
        "RMSprop",
        {"rho": 0.99, "momentum": 0.8, "epsilon": 0.01},
    ),
    (
        "keras rmsprop, centered",
        "rmsprop",
        0.01,
        {"centered": True, "momentum": 0.8, "decay": 0.9, "epsilon": 0.01},
        "RMSprop",
        {"rho": 0.9, "centered": True, "momentum": 0.8, "epsilon": 0.01},
    ),
    ("keras adam", "adam", 0.01, {"epsilon": 1e-7}, "Adam", {}),
    ("keras adam, epsilon", "adam", 0.01, {"epsilon": 0.1}, "Adam", {"epsilon": 0.1}),
    ("keras adamw", "adamw", 0.01, {"weightDecay": 0.5, "epsilon": 1e-7}, "AdamW", {"weight_decay": 0.5}),
]


def draw(generator, shape, scale):
    return (scale * generator.standard_normal(shape)).astype(np.float32).astype(np.float64)


def plain(values):
    def rounded(value):
        return [rounded(item) for item in value] if isinstance(value, list) else float(f"{value:.{DIGITS}g}")

    return {name: rounded(np.asarray(value).tolist()) for name, value in values.items()}


def by_torch(start, gradients, rate, algorithm, options):
    params = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in start.items()}
    optimizer = getattr(torch.optim, algorithm)(params.values(), lr=rate, **options)
    seen = []
    for step, gradient in enumerate(gradients):
        if step == HALVED_AFTER:
            optimizer.param_groups[0]["lr"] = rate / 2
        for name, param in params.items():
            param.grad = torch.tensor(gradient[name], dtype=torch.float64)
        optimizer.step()
        seen.append({name: param.detach().numpy().copy() for name, param in params.items()})
    return seen


def by_keras(start, gradients, rate, algorithm, options):
    params = {name: keras.Variable(value, dtype="float64") for name, value in start.items()}
    optimizer = getattr(keras.optimizers, algorithm)(learning_rate=rate, **options)
    optimizer.build(list(params.values()))
    seen = []
    for step, gradient in enumerate(gradients):
        if step == HALVED_AFTER:
            optimizer.learning_rate = rate / 2
        optimizer.apply([torch.tensor(gradient[name], dtype=torch.float64) for name in params])
        seen.append({name: param.value.detach().numpy().copy() for name, param in params.items()})
    return seen


def cases(start, gradients, table, run, form):
    for name, optimizer, rate, options, algorithm, theirs in table:
        seen = run(start, gradients, rate, algorithm, theirs)
        yield {
            "name": name,
            "optimizer": optimizer,
            "learningRate": rate,
            "options": {**options, **form},
            "after": {str(step): plain(seen[step - 1]) for step in (1, 2, STEPS)},
        }


def clipped(gradient, clip, limit):
    """By torch.nn.utils, which adds 1e-6 to the norm before it divides by it."""
    params = {name: torch.zeros(np.shape(value), dtype=torch.float64) for name, value in gradient.items()}
    for name, param in params.items():
        param.grad = torch.tensor(gradient[name], dtype=torch.float64)
    norm = clip(params.values(), limit)
    return {
        "limit": limit,
        "norm": None if norm is None else float(norm),
        "clipped": plain({name: param.grad for name, param in params.items()}),
    }


def main():
    keras.config.set_floatx("float64")
    generator = np.random.default_rng(5)
    start = {name: draw(generator, shape, 0.1) for name, shape in SHAPES.items()}
    gradients = [{name: draw(generator, shape, 1) for name, shape in SHAPES.items()} for _ in range(STEPS)]
    golden = {
        "madeBy": "test/golden/optimizers_golden.py",
        "versions": {
            "torch": torch.__version__,
            "keras": keras.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "halvedAfter": HALVED_AFTER,
        "start": plain(start),
        "gradients": [plain(gradient) for gradient in gradients],
        "clip": {
            "norm": [clipped(gradients[0], torch.nn.utils.clip_grad_norm_, limit) for limit in (0.5, 2, 100)],
            "value": [clipped(gradients[0], torch.nn.utils.clip_grad_value_, limit) for limit in (0.5, 100)],
        },
        "cases": [
            *cases(start, gradients, TORCH, by_torch, {}),
            *cases(start, gradients, KERAS, by_keras, {"form": "keras"}),
        ],
    }
    path = pathlib.Path(__file__).with_name("optimizers.json")
    part = path.with_suffix(".part")
    part.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    part.replace(path)


if __name__ == "__main__":
    main()
