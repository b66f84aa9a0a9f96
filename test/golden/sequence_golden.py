"""Writes sequence.json: packed, bidirectional and stacked networks by PyTorch, in double precision.

    python test/golden/sequence_golden.py

Needs torch and numpy. Inputs and parameters are rounded to float32 first, so that every implementation starts from the
same numbers; results are written with nine digits. Parameters and their gradients keep PyTorch's names and layouts. The
loss is sum(outputs * dOutputs), plus sum(final * dFinal) where a case has dFinal, so that these are its gradients.
"""

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from golden_file import draw, plain, write_golden

BATCH, TIME, INPUT, HIDDEN = 4, 6, 3, 2
LENGTHS = [3, 6, 1, 4]

CELLS = {
    "rnn": (torch.nn.RNN, {"nonlinearity": "tanh"}),
    "lstm": (torch.nn.LSTM, {}),
    "gru": (torch.nn.GRU, {}),
}

# name, layers, both directions, packed, given initial state, final state in the loss
CASES = [
    ("packed", 1, False, True, False, False),
    ("packed, from a given state to the final state", 1, False, True, True, True),
    ("both directions", 1, True, False, False, False),
    ("both directions, packed", 1, True, True, True, False),
    ("both directions, packed, to the final state", 1, True, True, True, True),
    ("two layers", 2, False, False, True, True),
    ("two layers, packed", 2, False, True, False, True),
    ("two layers, both directions, packed", 2, True, True, True, True),
]


def run_case(seed, cell, name, layers, both, packed, given_state, final_in_loss):
    generator = torch.Generator().manual_seed(seed)
    make, options = CELLS[cell]
    network = make(
        INPUT, HIDDEN, num_layers=layers, bidirectional=both, batch_first=True, dtype=torch.float64, **options
    )
    with torch.no_grad():  # Moderate weights: near |h| = 1 the slope 1 - h^2 loses its digits in float32.
        for parameter in network.parameters():
            parameter.copy_(draw(generator, *parameter.shape, scale=0.5 * parameter.shape[-1] ** -0.5))

    directions = 2 if both else 1
    xs = draw(generator, BATCH, TIME, INPUT)
    d_outputs = draw(generator, BATCH, TIME, directions * HIDDEN)
    parts = ["h", "c"] if cell == "lstm" else ["h"]
    shape = (layers * directions, BATCH, HIDDEN)
    start = {
        part: draw(generator, *shape) if given_state else torch.zeros(shape, dtype=torch.float64).requires_grad_()
        for part in parts
    }
    d_final = {part: draw(generator, *shape) for part in parts} if final_in_loss else None

    initial = tuple(start.values()) if cell == "lstm" else start["h"]
    if packed:
        outputs, final = network(pack_padded_sequence(xs, LENGTHS, batch_first=True, enforce_sorted=False), initial)
        outputs, _ = pad_packed_sequence(outputs, batch_first=True, total_length=TIME)
    else:
        outputs, final = network(xs, initial)
    final = dict(zip(parts, final if cell == "lstm" else (final,)))
    loss = (outputs * d_outputs).sum()
    for part, d_part in (d_final or {}).items():
        loss = loss + (final[part] * d_part).sum()
    loss.backward()

    return {
        "network": cell,
        "name": name,
        "layers": layers,
        "bothDirections": both,
        "lengths": LENGTHS if packed else None,
        "params": {key: plain(value) for key, value in network.named_parameters()},
        "xs": plain(xs),
        "dOutputs": plain(d_outputs),
        "dFinal": d_final and {part: plain(value) for part, value in d_final.items()},
        "initialState": {part: plain(value) for part, value in start.items()},
        "outputs": plain(outputs),
        "final": {part: plain(value) for part, value in final.items()},
        "gradients": {
            **{key: plain(value.grad) for key, value in network.named_parameters()},
            "xs": plain(xs.grad),
            **{f"{part}0": plain(value.grad) for part, value in start.items()},
        },
    }


if __name__ == "__main__":
    cases = [(cell, *case) for cell in CELLS for case in CASES]
    write_golden(__file__, [run_case(seed, *case) for seed, case in enumerate(cases)])
