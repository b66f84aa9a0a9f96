"""Writes keras.json: outputs and gradients of Keras's SimpleRNN, GRU and LSTM layers, in double precision.

    KERAS_BACKEND=torch python test/golden/keras_golden.py

Needs keras, torch and numpy. The inputs are not in the file: test/cells/keras-golden.ts draws the same ones. Draws are those of
a linear congruential generator, s = 1664525 s + 1013904223 mod 2^32, that starts at the number of the case: u = (s >> 16) / 2^16
- 1/2, which float32 holds exactly. Drawn are, in this order: of each layer and direction, of each gate, Wx, Wh and b, and the
GRU's bhh after the last gate; xs = 4 u; dOutputs = 2 u; of each direction the initial state, if it is given; the mask = u > -0.2,
if there is one, with the first sequence masked throughout. The loss is sum(outputs * dOutputs), results have eight digits.
Outputs of go_backwards are turned into the order of xs.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
import torch

from golden_file import plain, write_golden

DIGITS = 8

# cell of kernel-lib, its gates in the order of drawing, Keras's order, parts of the state, layer
CELLS = {
    "rnn": ("h", "h", "h", lambda **arguments: keras.layers.SimpleRNN(**arguments)),
    "gru": ("rzh", "zrh", "h", lambda **arguments: keras.layers.GRU(**arguments)),
    "gru (reset before)": ("rzh", "zrh", "h", lambda **arguments: keras.layers.GRU(reset_after=False, **arguments)),
    "lstm": ("ifog", "ifgo", "hc", lambda **arguments: keras.layers.LSTM(**arguments)),
}

# name, batch, time, input, hidden, flags
CASES = [
    ("one step", 1, 1, 1, 1, []),
    ("one step from a given state", 7, 1, 3, 5, ["givenState"]),
    ("one long sequence", 1, 33, 3, 5, ["givenState"]),
    ("long", 7, 33, 3, 2, []),
    ("masked", 5, 6, 3, 4, ["masked"]),
    ("masked from a given state", 5, 6, 3, 4, ["masked", "givenState"]),
    ("zero_output_for_mask", 5, 6, 3, 4, ["masked", "givenState", "zeroOutput"]),
    ("go_backwards", 5, 6, 3, 4, ["givenState", "reverse"]),
    ("masked, go_backwards", 5, 6, 3, 4, ["masked", "givenState", "reverse"]),
    ("Bidirectional", 5, 6, 3, 2, ["givenState", "bothDirections"]),
    ("masked, Bidirectional", 5, 6, 3, 2, ["masked", "givenState", "bothDirections"]),
    ("two layers", 5, 6, 3, 4, ["twoLayers"]),
    ("masked, two layers", 5, 6, 3, 4, ["masked", "twoLayers"]),
]


class Draws:
    def __init__(self, seed):
        self.state = seed

    def __call__(self, *shape):
        values = []
        for _ in range(int(np.prod(shape))):
            self.state = (1664525 * self.state + 1013904223) % 2**32
            values.append((self.state >> 16) / 2**16 - 0.5)
        return np.array(values).reshape(shape)


def draw_params(draw, cell, input_size, hidden):
    params = {}
    for gate in CELLS[cell][0]:
        params[f"Wx{gate}"] = draw(input_size, hidden)
        params[f"Wh{gate}"] = draw(hidden, hidden)
        params[f"b{gate}"] = draw(hidden)
    return params | ({"bhh": draw(hidden)} if cell == "gru" else {})


def to_keras(cell, params):
    side_by_side = [np.concatenate([params[kind + gate] for gate in CELLS[cell][1]], axis=-1) for kind in ("Wx", "Wh", "b")]
    if cell == "gru":
        inside = np.zeros_like(side_by_side[2])
        inside[-len(params["bhh"]) :] = params["bhh"]
        side_by_side[2] = np.stack([side_by_side[2], inside])
    return side_by_side


def gradients_from_keras(cell, kernel, recurrent_kernel, bias):
    gates = CELLS[cell][1]
    first = bias[0] if cell == "gru" else bias
    named = {}
    for kind, joined in (("Wx", kernel), ("Wh", recurrent_kernel), ("b", first)):
        named |= {f"d{kind}{gate}": part for gate, part in zip(gates, torch.chunk(joined, len(gates), dim=-1))}
    return named | ({"dbhh": torch.chunk(bias[1], 3)[2]} if cell == "gru" else {})


def run_case(seed, cell, name, batch, time, input_size, hidden, flags):
    draw = Draws(seed)
    directions = 2 if "bothDirections" in flags else 1
    layer_count = 2 if "twoLayers" in flags else 1
    inputs = [input_size] if layer_count == 1 else [input_size, hidden]
    params = [draw_params(draw, cell, size, hidden) for size in inputs for _ in range(directions)]
    xs = torch.tensor(4 * draw(batch, time, input_size), requires_grad=True)
    d_outputs = torch.tensor(2 * draw(batch, time, directions * hidden))
    parts = CELLS[cell][2]
    given = draw if "givenState" in flags else lambda *shape: np.zeros(shape)
    state = [torch.tensor(given(batch, hidden), requires_grad=True) for _ in range(directions) for _ in parts]
    mask = torch.tensor(draw(batch, time) > -0.2) if "masked" in flags else None
    if mask is not None:
        mask[0] = False

    reverse = "reverse" in flags
    arguments = {"units": hidden, "return_sequences": True, "return_state": True, "dtype": "float64", "go_backwards": reverse}
    layers = [CELLS[cell][3](**arguments) for _ in inputs]
    if "zeroOutput" in flags:
        layers[0].zero_output_for_mask = True
    if directions == 2:
        layers = [keras.layers.Bidirectional(layer, dtype="float64") for layer in layers]
    outputs, final, starts = xs, [], []
    for n, layer in enumerate(layers):
        layer.build(tuple(outputs.shape))
        layer.set_weights([w for one in params[n * directions : (n + 1) * directions] for w in to_keras(cell, one)])
        start = state if n == 0 else [torch.zeros_like(one).detach().requires_grad_() for one in state]
        starts.append(start)
        outputs, *last = layer(outputs, initial_state=start, mask=mask)
        final.append(last)
    if reverse:
        outputs = torch.flip(outputs, [1])
    loss = (outputs * d_outputs).sum()
    weights = [variable.value for layer in layers for variable in layer.trainable_weights]
    started = [one for start in starts for one in start]
    gradients = torch.autograd.grad(loss, [xs, *started, *weights])
    d_xs, d_state, d_weights = gradients[0], gradients[1 : 1 + len(started)], gradients[1 + len(started) :]

    def written(tensors):
        return {key: plain(value, DIGITS) for key, value in tensors.items()}

    count = len(params)
    return {
        "cell": cell,
        "name": name,
        "seed": seed,
        "sizes": {"batch": batch, "time": time, "input": input_size, "hidden": hidden},
        "flags": flags,
        "outputs": plain(outputs, DIGITS),
        "dxs": plain(d_xs, DIGITS),
        # of each layer and direction, the lowest first, forward before backward
        "walks": [
            {
                "final": written(dict(zip(parts, [one for last in final for one in last][n * len(parts) :]))),
                "gradients": {
                    **written(gradients_from_keras(cell, *d_weights[3 * n : 3 * n + 3])),
                    **written({f"d{part}0": g for part, g in zip(parts, d_state[n * len(parts) :])}),
                },
            }
            for n in range(count)
        ],
    }


if __name__ == "__main__":
    cases = [(cell, *case) for cell in CELLS for case in CASES]
    write_golden(__file__, [run_case(seed, *case) for seed, case in enumerate(cases)], keras=keras.__version__)
