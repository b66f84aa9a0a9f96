"""Writes rnn.json: outputs and gradients of the simple recurrent network by PyTorch, in double precision.

    python test/golden/rnn_golden.py

Needs torch and numpy. Inputs and parameters are rounded to float32 first, so that every implementation starts from the
same numbers; results are written with nine digits. The loss is sum(outputs * dOutputs), so that dOutputs is its gradient.
"""

import torch

from golden_file import draw, plain, write_golden

# name, activation, batch, time, input, hidden, masked, reverse, given initial state
CASES = [
    ("one step", "tanh", 1, 1, 1, 1, False, False, False),
    ("one step from a given state", "tanh", 7, 1, 3, 5, False, False, True),
    ("one long sequence", "tanh", 1, 33, 3, 5, False, False, False),
    ("batch", "tanh", 7, 33, 3, 5, False, False, True),
    ("in reverse", "tanh", 7, 9, 3, 5, False, True, True),
    ("masked", "tanh", 7, 9, 3, 5, True, False, True),
    ("masked, in reverse", "tanh", 7, 9, 3, 5, True, True, True),
    ("relu", "relu", 7, 9, 3, 5, False, False, True),
    ("relu, masked", "relu", 7, 9, 3, 5, True, False, False),
]


def run_whole(cell, xs, h0, activation):
    """torch.nn.RNN over the whole sequence: PyTorch's own loop, which knows no masks."""
    layer = torch.nn.RNN(xs.shape[2], h0.shape[1], nonlinearity=activation, batch_first=True, dtype=torch.float64)
    names = dict(cell.named_parameters())
    outputs, final = torch.func.functional_call(
        layer, {f"{name}_l0": value for name, value in names.items()}, (xs, h0.unsqueeze(0))
    )
    return outputs, final.squeeze(0)


def run_masked(cell, xs, h0, mask):
    """torch.nn.RNNCell step by step; a masked step keeps the state."""
    h, outputs = h0, []
    for t in range(xs.shape[1]):
        h = torch.where(mask[:, t : t + 1], cell(xs[:, t], h), h)
        outputs.append(h)
    return torch.stack(outputs, dim=1), h


def run_case(seed, name, activation, batch, time, input_size, hidden, masked, reverse, given_state):
    generator = torch.Generator().manual_seed(seed)
    xs = draw(generator, batch, time, input_size)
    d_outputs = draw(generator, batch, time, hidden)
    h0 = draw(generator, batch, hidden) if given_state else torch.zeros(batch, hidden, dtype=torch.float64).requires_grad_()
    mask = torch.rand(batch, time, generator=generator) < 0.7 if masked else None

    cell = torch.nn.RNNCell(input_size, hidden, nonlinearity=activation, dtype=torch.float64)
    with torch.no_grad():  # Moderate weights: near |h| = 1 the slope 1 - h^2 loses its digits in float32.
        cell.weight_ih.copy_(draw(generator, hidden, input_size, scale=0.5 * input_size**-0.5))
        cell.weight_hh.copy_(draw(generator, hidden, hidden, scale=0.8 * hidden**-0.5))
        cell.bias_ih.copy_(draw(generator, hidden, scale=0.3))
        cell.bias_hh.zero_()  # PyTorch has two biases where one does.

    along = (lambda tensor: torch.flip(tensor, [1])) if reverse else (lambda tensor: tensor)
    if mask is None:
        outputs, final = run_whole(cell, along(xs), h0, activation)
    else:
        outputs, final = run_masked(cell, along(xs), h0, along(mask))
    outputs = along(outputs)
    (outputs * d_outputs).sum().backward()

    return {
        "cell": "rnn" if activation == "tanh" else f"rnn ({activation})",
        "name": name,
        "reverse": reverse,
        "params": {"Wxh": plain(cell.weight_ih.T), "Whh": plain(cell.weight_hh.T), "bh": plain(cell.bias_ih)},
        "xs": plain(xs),
        "dOutputs": plain(d_outputs),
        "mask": None if mask is None else mask.int().tolist(),
        "initialState": {"h": plain(h0)} if given_state else None,
        "outputs": plain(outputs),
        "final": {"h": plain(final)},
        "gradients": {
            "dWxh": plain(cell.weight_ih.grad.T),
            "dWhh": plain(cell.weight_hh.grad.T),
            "dbh": plain(cell.bias_ih.grad),
            "dxs": plain(xs.grad),
            "dh0": plain(h0.grad),
        },
    }


if __name__ == "__main__":
    write_golden(__file__, [run_case(seed, *case) for seed, case in enumerate(CASES)])
