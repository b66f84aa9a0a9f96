"""Writes weights/torch-*: recurrent networks as PyTorch saves them, with an input and what they make of it.

    python test/golden/weights_golden.py             writes the files
    python test/golden/weights_golden.py check DIR   loads what kernel-lib wrote to DIR, and compares what it computes

Needs torch, safetensors and numpy. Beside its state_dict, under names of no network, each file holds xs [batch, time, input],
outputs and the final states h and c as PyTorch has them, [layers * directions, batch, hidden]. `WRITE_WEIGHTS=DIR npx vitest
run test/weights` makes DIR.
"""

import pathlib
import sys

import torch
from safetensors.torch import load_file, save_file

FOLDER = pathlib.Path(__file__).with_name("weights")
BATCH, TIME, INPUT, HIDDEN = 2, 4, 3, 5

ONE = {}
DEEP = {"num_layers": 2, "bidirectional": True}

# file, class, arguments, dtype of the file
CASES = [
    ("rnn", torch.nn.RNN, ONE, torch.float32),
    ("rnn-relu-deep", torch.nn.RNN, {**DEEP, "nonlinearity": "relu"}, torch.float32),
    ("gru", torch.nn.GRU, ONE, torch.float32),
    ("gru-deep", torch.nn.GRU, DEEP, torch.float32),
    ("gru-no-bias", torch.nn.GRU, {"bias": False}, torch.float32),
    ("lstm", torch.nn.LSTM, ONE, torch.float32),
    ("lstm-two-layers", torch.nn.LSTM, {"num_layers": 2}, torch.float32),
    ("lstm-both-directions", torch.nn.LSTM, {"bidirectional": True}, torch.float32),
    ("lstm-projection", torch.nn.LSTM, {"proj_size": 2}, torch.float32),
    ("lstm-projection-deep", torch.nn.LSTM, {**DEEP, "proj_size": 2}, torch.float32),
    ("lstm-float16", torch.nn.LSTM, ONE, torch.float16),
    ("lstm-bfloat16", torch.nn.LSTM, ONE, torch.bfloat16),
    ("lstm-float64", torch.nn.LSTM, ONE, torch.float64),
]


class Model(torch.nn.Module):
    """A network among other layers; BatchNorm counts its batches in an int64."""

    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(7, INPUT)
        self.encoder = torch.nn.ModuleDict({"lstm": torch.nn.LSTM(INPUT, HIDDEN, batch_first=True)})
        self.norm = torch.nn.BatchNorm1d(HIDDEN)
        self.head = torch.nn.Linear(HIDDEN, 2)


def solve(network, xs):
    with torch.no_grad():
        outputs, final = network(xs)
    h, *c = final if isinstance(final, tuple) else (final,)
    return {"xs": xs, "outputs": outputs, "h": h, **({"c": c[0]} if c else {})}


def contiguous(tensors):
    return {name: tensor.clone().contiguous() for name, tensor in tensors.items()}


def write():
    for seed, (name, make, arguments, dtype) in enumerate(CASES):
        torch.manual_seed(seed)
        network = make(INPUT, HIDDEN, batch_first=True, **arguments)
        saved = {key: value.to(dtype) for key, value in network.state_dict().items()}
        network.load_state_dict({key: value.to(torch.float32) for key, value in saved.items()})
        solved = solve(network, torch.randn(BATCH, TIME, INPUT))
        save_file(contiguous({**saved, **solved}), FOLDER / f"torch-{name}.safetensors")

    torch.manual_seed(len(CASES))
    model = Model()
    solved = solve(model.encoder["lstm"], torch.randn(BATCH, TIME, INPUT))
    save_file(contiguous({**model.state_dict(), **solved}), FOLDER / "torch-model.safetensors")

    cell = torch.nn.GRUCell(INPUT, HIDDEN)
    xs = torch.randn(BATCH, 1, INPUT)
    with torch.no_grad():
        h = cell(xs[:, 0])
    solved = {"xs": xs, "outputs": h.unsqueeze(1), "h": h.unsqueeze(0)}
    save_file(contiguous({**cell.state_dict(), **solved}), FOLDER / "torch-gru-cell.safetensors")
    torch.save({"w": torch.zeros(1)}, FOLDER / "torch-pickle.pt")


def check(folder):
    """What kernel-lib read and wrote again gives PyTorch's own outputs."""
    for name, make, arguments, _ in CASES:
        golden = load_file(FOLDER / f"torch-{name}.safetensors")
        network = make(INPUT, HIDDEN, batch_first=True, **{**arguments, "bias": True})
        network.load_state_dict(load_file(folder / f"torch-{name}.safetensors"))
        solved = solve(network, golden["xs"])
        for key, value in solved.items():
            torch.testing.assert_close(value, golden[key], rtol=0, atol=1e-6, msg=lambda m: f"{name}, {key}: {m}")
    print(f"PyTorch {torch.__version__} reads all {len(CASES)} networks of {folder} and computes the same.")


if __name__ == "__main__":
    if sys.argv[1:2] == ["check"]:
        check(pathlib.Path(sys.argv[2]))
    else:
        write()
