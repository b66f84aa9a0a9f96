"""Writes others.json: outputs and gradients of the cells that PyTorch has no layer for, in double precision.

    python test/golden/others_golden.py

Needs torch and numpy. The equations as each paper has them, under PyTorch's autograd. Inputs and parameters are rounded to
float32 first, so that every implementation starts from the same numbers; results are written with nine digits. The loss is
sum(outputs * dOutputs), so that dOutputs is its gradient.
"""

import torch
from torch.nn.functional import logsigmoid, softplus

from golden_file import draw, plain, write_golden
from lstm_golden import BATCH, HIDDEN, INPUT, IN_REVERSE, LONG, MASKED, MASKED_IN_REVERSE, ONE_STEP

ALL = [ONE_STEP, LONG, IN_REVERSE, MASKED, MASKED_IN_REVERSE]
SOME = [LONG, IN_REVERSE, MASKED]
EMPTY = -1e30  # The logarithm that an sLSTM's memory begins with.


class Jordan:
    """hidden_t = tanh(x_t Wxh + y_{t-1} Wyh + bh), y_t = g(hidden_t Why + by); the state's h is y."""

    state = {"h": HIDDEN}

    def __init__(self, g=lambda a: a):
        self.g = g

    def shapes(self):
        inner = HIDDEN + 2
        return {"Wxh": (INPUT, inner), "Wyh": (HIDDEN, inner), "bh": (inner,), "Why": (inner, HIDDEN), "by": (HIDDEN,)}

    def step(self, p, x, s):
        hidden = torch.tanh(x @ p["Wxh"] + s["h"] @ p["Wyh"] + p["bh"])
        return {"h": self.g(hidden @ p["Why"] + p["by"])}


class JordanDecay(Jordan):
    """State units s_t = mu s_{t-1} + y_{t-1} in place of y_{t-1}."""

    state = {"h": HIDDEN, "s": HIDDEN}
    decay = 0.75

    def step(self, p, x, s):
        remembered = self.decay * s["s"] + s["h"]
        return super().step(p, x, {"h": remembered}) | {"s": remembered}


class Conditioned:
    """h_t = tanh(x_t Wxh + h_{t-1} Whh + v Wvh + bh), v constant over time."""

    state = {"h": HIDDEN, "v": HIDDEN + 1}

    def shapes(self):
        return {"Wxh": (INPUT, HIDDEN), "Whh": (HIDDEN, HIDDEN), "bh": (HIDDEN,), "Wvh": (HIDDEN + 1, HIDDEN)}

    def step(self, p, x, s):
        return {"h": torch.tanh(x @ p["Wxh"] + s["h"] @ p["Whh"] + s["v"] @ p["Wvh"] + p["bh"]), "v": s["v"]}


class Minimal:
    """Gates that look at x alone. Were RNNs all we needed?, by the equations in their listings."""

    state = {"h": HIDDEN}

    def __init__(self, log=False):
        self.log = log

    def shapes(self):
        return {f"Wx{k}": (INPUT, HIDDEN) for k in self.gates} | {f"b{k}": (HIDDEN,) for k in self.gates}

    def a(self, p, x, k):
        return x @ p[f"Wx{k}"] + p[f"b{k}"]

    def candidate(self, p, x):
        a = self.a(p, x, "h")
        return torch.where(a >= 0, a + 0.5, torch.sigmoid(a)) if self.log else a


class MinGru(Minimal):
    gates = "zh"

    def step(self, p, x, s):
        z = torch.sigmoid(self.a(p, x, "z"))
        return {"h": (1 - z) * s["h"] + z * self.candidate(p, x)}


class MinLstm(Minimal):
    gates = "fih"

    def step(self, p, x, s):
        if self.log:  # The listing in logarithms: f' = exp(-softplus(diff)), i' = exp(-softplus(-diff)).
            diff = softplus(-self.a(p, x, "f")) - softplus(-self.a(p, x, "i"))
            f, i = torch.exp(-softplus(diff)), torch.exp(-softplus(-diff))
        else:
            f, i = torch.sigmoid(self.a(p, x, "f")), torch.sigmoid(self.a(p, x, "i"))
            f, i = f / (f + i), i / (f + i)
        return {"h": f * s["h"] + i * self.candidate(p, x)}


class Slstm:
    """xLSTM, equations 8 to 17, one head."""

    state = {"h": HIDDEN, "c": HIDDEN, "n": HIDDEN, "m": HIDDEN}
    gates = "ifoz"

    def __init__(self, exponential=False):
        self.exponential = exponential

    def shapes(self):
        shapes = {}
        for k in self.gates:
            shapes |= {f"Wx{k}": (INPUT, HIDDEN), f"Wh{k}": (HIDDEN, HIDDEN), f"b{k}": (HIDDEN,)}
        return shapes

    def step(self, p, x, s):
        a = {k: x @ p[f"Wx{k}"] + s["h"] @ p[f"Wh{k}"] + p[f"b{k}"] for k in self.gates}
        log_f = (a["f"] if self.exponential else logsigmoid(a["f"])) + s["m"]
        m = torch.maximum(log_f, a["i"])
        i, f = torch.exp(a["i"] - m), torch.exp(log_f - m)
        c, n = f * s["c"] + i * torch.tanh(a["z"]), f * s["n"] + i
        return {"h": torch.sigmoid(a["o"]) * c / n, "c": c, "n": n, "m": m}


class StackRnn:
    """Joulin and Mikolov 2015: one stack, pushed and popped by degrees; the state's s is the stack, its top first."""

    depth = 4

    def __init__(self, seen=2):
        self.seen = seen
        self.state = {"h": HIDDEN, "s": self.depth}

    def shapes(self):
        whole = {"Wxh": (INPUT, HIDDEN), "Whh": (HIDDEN, HIDDEN), "Wsh": (self.seen, HIDDEN)}
        return whole | {"Wha": (HIDDEN, 2), "Whs": (HIDDEN, 1)}

    def step(self, p, x, s):
        stack = s["s"]
        h = torch.sigmoid(x @ p["Wxh"] + s["h"] @ p["Whh"] + stack[:, : self.seen] @ p["Wsh"])
        push, pop = torch.softmax(h @ p["Wha"], dim=1).split(1, dim=1)
        pushed = torch.cat([torch.sigmoid(h @ p["Whs"]), stack[:, :-1]], dim=1)
        popped = torch.cat([stack[:, 1:], torch.zeros_like(stack[:, :1])], dim=1)
        return {"h": h, "s": push * pushed + pop * popped}


VARIANTS = [
    ("jordan", Jordan(), ALL),
    ("jordan (output sigmoid)", Jordan(torch.sigmoid), SOME),
    ("jordan (decay 0.75)", JordanDecay(), ALL),
    ("conditioned rnn", Conditioned(), ALL),
    ("minGru", MinGru(), ALL),
    ("minGru (log)", MinGru(log=True), ALL),
    ("minLstm", MinLstm(), ALL),
    ("minLstm (log)", MinLstm(log=True), ALL),
    ("slstm", Slstm(), ALL),
    ("slstm (forget exp)", Slstm(exponential=True), ALL),
    ("stack rnn (depth 4)", StackRnn(), ALL),
    ("stack rnn (depth 4, seen 3)", StackRnn(seen=3), SOME),
]


def start(part, generator, size, given):
    if given:
        drawn = draw(generator, BATCH, size, scale=0.5)
        # A normalizer is a sum of exponentials.
        return (drawn.detach().abs() + 0.5).to(torch.float32).double().requires_grad_() if part == "n" else drawn
    value = EMPTY if part == "m" else 0.0
    return torch.full((BATCH, size), value, dtype=torch.float64).requires_grad_()


def run_case(seed, cell, variant, name, time, masked, reverse, given_state):
    generator = torch.Generator().manual_seed(seed)
    xs = draw(generator, BATCH, time, INPUT)
    d_outputs = draw(generator, BATCH, time, HIDDEN)
    initial = {part: start(part, generator, size, given_state) for part, size in variant.state.items()}
    mask = torch.rand(BATCH, time, generator=generator) < 0.7 if masked else None
    params = {k: draw(generator, *shape, scale=0.7 * shape[0] ** -0.5) for k, shape in variant.shapes().items()}

    state, outputs = initial, [None] * time
    for t in reversed(range(time)) if reverse else range(time):
        after = variant.step(params, xs[:, t], state)
        if mask is not None:
            after = {part: torch.where(mask[:, t : t + 1], after[part], state[part]) for part in state}
        state, outputs[t] = after, after["h"]
    outputs = torch.stack(outputs, dim=1)
    (outputs * d_outputs).sum().backward()

    def gradient(value):
        return plain(torch.zeros_like(value) if value.grad is None else value.grad)

    return {
        "cell": cell,
        "name": name,
        "reverse": reverse,
        "params": {k: plain(value) for k, value in params.items()},
        "xs": plain(xs),
        "dOutputs": plain(d_outputs),
        "mask": None if mask is None else mask.int().tolist(),
        "initialState": {part: plain(value) for part, value in initial.items()} if given_state else None,
        "outputs": plain(outputs),
        "final": {part: plain(value) for part, value in state.items()},
        "gradients": {
            **{f"d{k}": gradient(value) for k, value in params.items()},
            "dxs": gradient(xs),
            **{f"d{part}0": gradient(value) for part, value in initial.items()},
        },
    }


if __name__ == "__main__":
    cases = [(cell, variant, *case) for cell, variant, cases in VARIANTS for case in cases]
    write_golden(__file__, [run_case(seed, *case) for seed, case in enumerate(cases)])
