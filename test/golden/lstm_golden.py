"""Writes lstm.json: outputs and gradients of the long short-term memory by PyTorch, in double precision.

    python test/golden/lstm_golden.py

Needs torch and numpy. torch.nn.LSTM walks where it can (no mask, its own activations), the equations under PyTorch's autograd
elsewhere. Inputs and parameters are rounded to float32 first, so that every implementation starts from the same numbers;
results are written with nine digits. The loss is sum(outputs * dOutputs), so that dOutputs is its gradient.
"""

import torch

from golden_file import draw, plain, write_golden

BATCH, TIME, INPUT, HIDDEN, CELL = 3, 6, 3, 5, 8
TORCH_ORDER = "ifgo"

# name, time, masked, reverse, given initial state
ONE_STEP = ("one step from a given state", 1, False, False, True)
LONG = ("one long walk", 33, False, False, False)
IN_REVERSE = ("in reverse", TIME, False, True, True)
MASKED = ("masked", TIME, True, False, True)
MASKED_IN_REVERSE = ("masked, in reverse", TIME, True, True, True)
MOST = [ONE_STEP, IN_REVERSE, MASKED, MASKED_IN_REVERSE]
ALL = [LONG, *MOST]
SOME = [IN_REVERSE, MASKED]


class Lstm:
    """i, f, o, g = s(a_i), s(a_f), s(a_o), phi(a_g); c_t = f c + i g; h_t = o psi(c_t)."""

    gates = "ifog"

    def __init__(self, gate=torch.sigmoid, candidate=torch.tanh, output=torch.tanh):
        self.gate, self.candidate, self.output = gate, candidate, output

    def shapes(self):
        shapes = {}
        for k in self.gates:
            shapes |= {f"Wx{k}": (INPUT, HIDDEN), f"Wh{k}": (HIDDEN, HIDDEN), f"b{k}": (HIDDEN,)}
        return shapes

    def state_sizes(self):
        return {"h": HIDDEN, "c": HIDDEN}

    def step(self, p, x, h, c):
        a = {k: x @ p[f"Wx{k}"] + h @ p[f"Wh{k}"] + p[f"b{k}"] for k in self.gates}
        c = self.gate(a["f"]) * c + self.gate(a["i"]) * self.candidate(a["g"])
        return self.gate(a["o"]) * self.output(c), c


class TorchLstm(Lstm):
    """The same by torch.nn.LSTM, which has two biases where one does."""

    def whole(self, p, xs, h, c):
        hidden_size = p["bi"].shape[0]
        projection = {"proj_size": HIDDEN} if "Wmh" in p else {}
        layer = torch.nn.LSTM(xs.shape[2], hidden_size, batch_first=True, dtype=torch.float64, **projection)
        weights = {
            "weight_ih_l0": torch.cat([p[f"Wx{k}"].T for k in TORCH_ORDER]),
            "weight_hh_l0": torch.cat([p[f"Wh{k}"].T for k in TORCH_ORDER]),
            "bias_ih_l0": torch.cat([p[f"b{k}"] for k in TORCH_ORDER]),
            "bias_hh_l0": torch.zeros(4 * hidden_size, dtype=torch.float64),
        }
        if "Wmh" in p:
            weights["weight_hr_l0"] = p["Wmh"].T
        outputs, (h, c) = torch.func.functional_call(layer, weights, (xs, (h.unsqueeze(0), c.unsqueeze(0))))
        return outputs, h.squeeze(0), c.squeeze(0)


class Peephole(Lstm):
    """Some gates look at the memory: a_i and a_f at c_{t-1}, a_o at c_t."""

    def __init__(self, looking, **activations):
        super().__init__(**activations)
        self.looking = looking

    def shapes(self):
        return super().shapes() | {f"p{k}": (HIDDEN,) for k in self.looking}

    def step(self, p, x, h, c):
        def look(k, memory):
            a = x @ p[f"Wx{k}"] + h @ p[f"Wh{k}"] + p[f"b{k}"]
            return a + p[f"p{k}"] * memory if k in self.looking else a

        i, f, g = self.gate(look("i", c)), self.gate(look("f", c)), self.candidate(look("g", c))
        c = f * c + i * g
        return self.gate(look("o", c)) * self.output(c), c


class Cifg(Lstm):
    """Coupled input and forget gates: f = 1 - i."""

    gates = "iog"

    def step(self, p, x, h, c):
        a = {k: x @ p[f"Wx{k}"] + h @ p[f"Wh{k}"] + p[f"b{k}"] for k in self.gates}
        i = self.gate(a["i"])
        c = (1 - i) * c + i * self.candidate(a["g"])
        return self.gate(a["o"]) * self.output(c), c


class Projection(Lstm):
    """h_t = m_t Wmh, m_t = o psi(c_t); c is wider than h."""

    def shapes(self):
        shapes = {"Wmh": (CELL, HIDDEN)}
        for k in self.gates:
            shapes |= {f"Wx{k}": (INPUT, CELL), f"Wh{k}": (HIDDEN, CELL), f"b{k}": (CELL,)}
        return shapes

    def state_sizes(self):
        return {"h": HIDDEN, "c": CELL}

    def step(self, p, x, h, c):
        m, c = super().step(p, x, h, c)
        return m @ p["Wmh"], c


class TorchProjection(Projection, TorchLstm):
    """The same by torch.nn.LSTM with a proj_size."""


class Compact(TorchLstm):
    """(i f o g) = (s s s tanh) ((x; h) W + b)."""

    def shapes(self):
        return {"W": (INPUT + HIDDEN, 4 * HIDDEN), "b": (4 * HIDDEN,)}

    def named(self, p):
        parts = {k: slice(n * HIDDEN, (n + 1) * HIDDEN) for n, k in enumerate(self.gates)}
        above = {f"Wx{k}": p["W"][:INPUT, part] for k, part in parts.items()}
        below = {f"Wh{k}": p["W"][INPUT:, part] for k, part in parts.items()}
        return above | below | {f"b{k}": p["b"][part] for k, part in parts.items()}

    def whole(self, p, xs, h, c):
        return super().whole(self.named(p), xs, h, c)

    def step(self, p, x, h, c):
        return super().step(self.named(p), x, h, c)


def linear(value):
    return value


VARIANTS = [
    ("lstm", TorchLstm(), ALL),
    ("lstm (gate hard_sigmoid)", Lstm(gate=torch.nn.functional.hardsigmoid), SOME),
    ("lstm (candidate relu, output sigmoid)", Lstm(candidate=torch.relu, output=torch.sigmoid), SOME),
    ("lstm (output linear)", Lstm(output=linear), SOME),
    ("lstm (peepholes i f o)", Peephole("ifo"), MOST),
    ("lstm (peephole o)", Peephole("o"), SOME),
    ("lstm (peepholes i f, gate hard_sigmoid)", Peephole("if", gate=torch.nn.functional.hardsigmoid), SOME),
    ("cifg", Cifg(), MOST),
    ("cifg (candidate relu)", Cifg(candidate=torch.relu), SOME),
    ("lstm (projection)", TorchProjection(), MOST),
    ("lstm (projection, gate hard_sigmoid)", Projection(gate=torch.nn.functional.hardsigmoid), SOME),
    ("lstm (compact)", Compact(), MOST),
]


def walk(variant, params, xs, h, c, mask):
    """Step by step; a masked step keeps the state."""
    if mask is None and hasattr(variant, "whole"):
        return variant.whole(params, xs, h, c)
    outputs = []
    for t in range(xs.shape[1]):
        h_t, c_t = variant.step(params, xs[:, t], h, c)
        taken = True if mask is None else mask[:, t : t + 1]
        h, c = torch.where(torch.as_tensor(taken), h_t, h), torch.where(torch.as_tensor(taken), c_t, c)
        outputs.append(h)
    return torch.stack(outputs, dim=1), h, c


def run_case(seed, cell, variant, name, time, masked, reverse, given_state):
    generator = torch.Generator().manual_seed(seed)
    sizes = variant.state_sizes()
    xs = draw(generator, BATCH, time, INPUT)
    d_outputs = draw(generator, BATCH, time, sizes["h"])
    zeros = {part: torch.zeros(BATCH, size, dtype=torch.float64).requires_grad_() for part, size in sizes.items()}
    state = {part: draw(generator, BATCH, size) for part, size in sizes.items()} if given_state else zeros
    mask = torch.rand(BATCH, time, generator=generator) < 0.7 if masked else None
    params = {k: draw(generator, *shape, scale=0.7 * shape[0] ** -0.5) for k, shape in variant.shapes().items()}

    along = (lambda tensor: torch.flip(tensor, [1])) if reverse else (lambda tensor: tensor)
    outputs, h, c = walk(variant, params, along(xs), state["h"], state["c"], None if mask is None else along(mask))
    outputs = along(outputs)
    (outputs * d_outputs).sum().backward()

    return {
        "cell": cell,
        "name": name,
        "reverse": reverse,
        "params": {k: plain(value) for k, value in params.items()},
        "xs": plain(xs),
        "dOutputs": plain(d_outputs),
        "mask": None if mask is None else mask.int().tolist(),
        "initialState": {part: plain(value) for part, value in state.items()} if given_state else None,
        "outputs": plain(outputs),
        "final": {"h": plain(h), "c": plain(c)},
        "gradients": {
            **{f"d{k}": plain(value.grad) for k, value in params.items()},
            "dxs": plain(xs.grad),
            **{f"d{part}0": plain(value.grad) for part, value in state.items()},
        },
    }


if __name__ == "__main__":
    cases = [(cell, variant, *case) for cell, variant, cases in VARIANTS for case in cases]
    write_golden(__file__, [run_case(seed, *case) for seed, case in enumerate(cases)])
