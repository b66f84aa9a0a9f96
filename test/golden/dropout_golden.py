"""Writes dropout.json: outputs and gradients of Keras's LSTM and GRU with dropout masks that are given, in double precision.

    KERAS_BACKEND=torch python test/golden/dropout_golden.py

Needs keras, torch and numpy. Where there is recurrent dropout Keras draws one mask for each gate, for x and for h, and multiplies
at every step. Here the masks are numbers of their own, whether Keras would draw them or not, in place of its draws. The loss is
sum(outputs * dOutputs) + sum(final * dFinal); gates stand side by side in Keras's order, i f g o and z r h; masks are
[batch, gates, width].
"""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
import torch

from golden_file import plain, write_golden
from keras_golden import Draws

DIGITS = 8
BATCH, TIME, INPUT, HIDDEN = 3, 5, 2, 4

# name, gates, parts of the state, what of the two is dropped, masked, layer
LSTM = lambda **arguments: keras.layers.LSTM(**arguments)
GRU = lambda **arguments: keras.layers.GRU(**arguments)
BEFORE = lambda **arguments: keras.layers.GRU(reset_after=False, **arguments)
CASES = [
    ("lstm", 4, "hc", "xh", [], LSTM),
    ("lstm", 4, "hc", "h", ["masked"], LSTM),
    ("lstm", 4, "hc", "xh", ["masked", "reverse"], LSTM),
    ("gru", 3, "h", "xh", [], GRU),
    ("gru", 3, "h", "h", ["masked"], GRU),
    ("gru", 3, "h", "xh", ["masked", "reverse"], GRU),
    ("gru (reset before)", 3, "h", "xh", [], BEFORE),
    ("gru (reset before)", 3, "h", "h", ["masked"], BEFORE),
    ("gru (reset before)", 3, "h", "xh", ["masked", "reverse"], BEFORE),
]


def run_case(seed, cell, gates, parts, dropped, flags, layer_of):
    draw = Draws(seed)
    drawn = lambda *shape, scale=1.0: torch.tensor(scale * draw(*shape), requires_grad=True)
    bias_shape = (2, gates * HIDDEN) if cell == "gru" else (gates * HIDDEN,)
    weights = [drawn(INPUT, gates * HIDDEN), drawn(HIDDEN, gates * HIDDEN), drawn(*bias_shape)]
    xs, d_outputs = drawn(BATCH, TIME, INPUT, scale=4.0), drawn(BATCH, TIME, HIDDEN, scale=2.0)
    state = [drawn(BATCH, HIDDEN) for _ in parts]
    d_final = [drawn(BATCH, HIDDEN) for _ in parts]
    masks = {"x": drawn(BATCH, gates, INPUT, scale=3.0), "h": drawn(BATCH, gates, HIDDEN, scale=3.0)}
    mask = torch.tensor(draw(BATCH, TIME) > -0.2) if "masked" in flags else None
    if mask is not None:
        # before the first step that is taken, Keras puts out zeros in place of the state
        mask[:, [0, -1]] = True

    reverse = "reverse" in flags
    layer = layer_of(
        units=HIDDEN,
        dropout=0.5 if "x" in dropped else 0.0,
        recurrent_dropout=0.5,
        return_sequences=True,
        return_state=True,
        go_backwards=reverse,
        dtype="float64",
    )
    layer.build((BATCH, TIME, INPUT))
    layer.cell.get_dropout_mask = lambda _: list(masks["x"].unbind(1))
    layer.cell.get_recurrent_dropout_mask = lambda _: list(masks["h"].unbind(1))
    for variable, value in zip(layer.trainable_weights, weights):
        variable.assign(value.detach())
    outputs, *final = layer(xs, initial_state=state, mask=mask, training=True)
    if reverse:
        outputs = torch.flip(outputs, [1])
    loss = (outputs * d_outputs).sum() + sum((one * d).sum() for one, d in zip(final, d_final))
    variables = [variable.value for variable in layer.trainable_weights]
    gradients = torch.autograd.grad(loss, [xs, *state, *variables])
    started = len(parts)

    def written(tensors):
        return {key: plain(value, DIGITS) for key, value in tensors.items()}

    names = ["kernel", "recurrentKernel", "bias"]
    return {
        "cell": cell,
        "flags": flags,
        "inputs": {
            **written(dict(zip(names, weights))),
            **written({"xs": xs, "dOutputs": d_outputs}),
            **written({f"{part}0": value for part, value in zip(parts, state)}),
            **written({f"d{part}": value for part, value in zip(parts, d_final)}),
            **written({f"{what}Mask": masks[what] for what in dropped}),
            **({"mask": mask.long().tolist()} if mask is not None else {}),
        },
        "outputs": plain(outputs, DIGITS),
        "final": written(dict(zip(parts, final))),
        "gradients": {
            "xs": plain(gradients[0], DIGITS),
            **written({f"{part}0": g for part, g in zip(parts, gradients[1 : 1 + started])}),
            **written(dict(zip(names, gradients[1 + started :]))),
        },
    }


if __name__ == "__main__":
    cases = [run_case(seed, *case) for seed, case in enumerate(CASES)]
    write_golden(__file__, cases, keras=keras.__version__)
