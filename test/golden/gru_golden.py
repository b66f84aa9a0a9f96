"""Writes gru.json: outputs and gradients of the gated recurrent unit in all its forms by PyTorch, in double precision.

    python test/golden/gru_golden.py

Needs torch and numpy. The reset-after form with z as the share kept is torch.nn.GRU itself; PyTorch has no other, so the others
are autograd over the equations as they are written below, which must give what torch.nn.GRU gives where both exist.
Inputs and parameters are rounded to float32 first, so that every implementation starts from the same numbers; results are
written with nine digits. The loss is sum(outputs * dOutputs), so that dOutputs is its gradient.
"""

import torch

from golden_file import draw, plain, write_golden

ACTIVATIONS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "hard_sigmoid": torch.nn.functional.hardsigmoid,
    "hard_sigmoid_keras2": lambda a: torch.clamp(a / 5 + 0.5, 0, 1),
    "relu": torch.relu,
    "linear": lambda a: a,
}

# cell name, reset, update, gate activation, candidate activation
FORMS = [
    ("gru", "after", "keep", "sigmoid", "tanh"),
    ("gru (z replaces)", "after", "replace", "sigmoid", "tanh"),
    ("gru (reset before)", "before", "keep", "sigmoid", "tanh"),
    ("gru (reset before, z replaces)", "before", "replace", "sigmoid", "tanh"),
    ("gru (gate hard_sigmoid, candidate relu)", "after", "keep", "hard_sigmoid", "relu"),
    (
        "gru (reset before, z replaces, gate hard_sigmoid_keras2, candidate linear)",
        "before",
        "replace",
        "hard_sigmoid_keras2",
        "linear",
    ),
    ("gru (z replaces, candidate sigmoid)", "after", "replace", "sigmoid", "sigmoid"),
    ("gru (z replaces, gate tanh)", "after", "replace", "tanh", "tanh"),
]

# name, batch, time, input, hidden, masked, reverse, given initial state; the first three for the default form alone
CASES = [
    ("one step", 1, 1, 1, 1, False, False, False),
    ("one long sequence", 1, 33, 3, 5, False, False, False),
    ("batch", 7, 33, 3, 5, False, False, True),
    ("from a given state", 5, 6, 3, 4, False, False, True),
    ("in reverse", 5, 6, 3, 4, False, True, False),
    ("masked, in reverse", 5, 6, 3, 4, True, True, True),
    ("masked", 5, 6, 3, 4, True, False, False),
]


def step(p, x, h, reset, update, gates, candidate):
    sigma, phi = ACTIVATIONS[gates], ACTIVATIONS[candidate]
    r = sigma(x @ p["Wxr"] + h @ p["Whr"] + p["br"])
    z = sigma(x @ p["Wxz"] + h @ p["Whz"] + p["bz"])
    if reset == "after":
        h_tilde = phi(x @ p["Wxh"] + p["bh"] + r * (h @ p["Whh"] + p["bhh"]))
    else:
        h_tilde = phi(x @ p["Wxh"] + (r * h) @ p["Whh"] + p["bh"])
    return z * h + (1 - z) * h_tilde if update == "keep" else (1 - z) * h + z * h_tilde


def run_equations(p, xs, h0, mask, form):
    """Step by step; a masked step keeps the state."""
    h, outputs = h0, []
    for t in range(xs.shape[1]):
        after = step(p, xs[:, t], h, *form)
        h = after if mask is None else torch.where(mask[:, t : t + 1], after, h)
        outputs.append(h)
    return torch.stack(outputs, dim=1), h


def run_torch(p, xs, h0, mask):
    """torch.nn.GRU over the whole sequence, or torch.nn.GRUCell step by step; PyTorch's gates are r, z, n, one below the other."""
    zero = torch.zeros_like(p["br"])
    weights = {
        "weight_ih": torch.cat([p["Wxr"], p["Wxz"], p["Wxh"]], dim=1).T,
        "weight_hh": torch.cat([p["Whr"], p["Whz"], p["Whh"]], dim=1).T,
        "bias_ih": torch.cat([p["br"], p["bz"], p["bh"]]),
        "bias_hh": torch.cat([zero, zero, p["bhh"]]),
    }
    sizes = {"input_size": xs.shape[2], "hidden_size": h0.shape[1], "dtype": torch.float64}
    if mask is None:
        layer = torch.nn.GRU(**sizes, batch_first=True)
        layer_weights = {f"{name}_l0": value for name, value in weights.items()}
        outputs, final = torch.func.functional_call(layer, layer_weights, (xs, h0.unsqueeze(0)))
        return outputs, final.squeeze(0)
    cell = torch.nn.GRUCell(**sizes)
    h, outputs = h0, []
    for t in range(xs.shape[1]):
        h = torch.where(mask[:, t : t + 1], torch.func.functional_call(cell, weights, (xs[:, t], h)), h)
        outputs.append(h)
    return torch.stack(outputs, dim=1), h


def draw_params(generator, input_size, hidden, reset):
    # Moderate weights: where a gate saturates, its slope loses its digits in float32.
    params = {}
    for gate in "rzh":
        params[f"Wx{gate}"] = draw(generator, input_size, hidden, scale=0.5 * input_size**-0.5)
        params[f"Wh{gate}"] = draw(generator, hidden, hidden, scale=0.8 * hidden**-0.5)
        params[f"b{gate}"] = draw(generator, hidden, scale=0.3)
    if reset == "after":
        params["bhh"] = draw(generator, hidden, scale=0.3)
    return params


def run_case(seed, cell, form, name, batch, time, input_size, hidden, masked, reverse, given_state):
    generator = torch.Generator().manual_seed(seed)
    xs = draw(generator, batch, time, input_size)
    d_outputs = draw(generator, batch, time, hidden)
    h0 = draw(generator, batch, hidden) if given_state else torch.zeros(batch, hidden, dtype=torch.float64).requires_grad_()
    mask = torch.rand(batch, time, generator=generator) < 0.7 if masked else None
    params = draw_params(generator, input_size, hidden, form[0])
    arguments = {**params, "xs": xs, "h0": h0}

    along = (lambda tensor: torch.flip(tensor, [1])) if reverse else (lambda tensor: tensor)
    walked = [params, along(xs), h0, None if mask is None else along(mask)]

    def solve(outputs, final):
        outputs = along(outputs)
        gradients = torch.autograd.grad((outputs * d_outputs).sum(), list(arguments.values()))
        return {"outputs": outputs, "final": final, **{f"d{key}": g for key, g in zip(arguments, gradients)}}

    written = solve(*run_equations(*walked, form))
    if form == ("after", "keep", "sigmoid", "tanh"):
        solved = solve(*run_torch(*walked))
        for key, value in solved.items():
            torch.testing.assert_close(written[key], value, rtol=1e-12, atol=1e-13, msg=f"{cell}, {name}: {key}")
    else:
        solved = written

    return {
        "cell": cell,
        "name": name,
        "reverse": reverse,
        "params": {key: plain(value) for key, value in params.items()},
        "xs": plain(xs),
        "dOutputs": plain(d_outputs),
        "mask": None if mask is None else mask.int().tolist(),
        "initialState": {"h": plain(h0)} if given_state else None,
        "outputs": plain(solved["outputs"]),
        "final": {"h": plain(solved["final"])},
        "gradients": {f"d{key}": plain(solved[f"d{key}"]) for key in arguments},
    }


if __name__ == "__main__":
    cases = [(cell, tuple(form), case) for cell, *form in FORMS for case in (CASES if cell == "gru" else CASES[3:])]
    write_golden(__file__, [run_case(seed, cell, form, *case) for seed, (cell, form, case) in enumerate(cases)])
