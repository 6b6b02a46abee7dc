"""Reference values for optimisers and schedules of the learning rate: PyTorch and NumPy, float64.

    python3 scripts/reference/optimizers.py > Tests/Reference/optimizers.json

Made with PyTorch 2.15 on a CPU. Three parameters take six steps; the gradients are given, not derived from a loss.
"cases" holds {"optimizer", "settings", "start", "trajectory"}: the parameters after each step. Starts and gradients
are exact in float32; what is computed has eight significant digits.

    sgd        g += weight_decay * w; v = momentum * v + g, begun at 0; w -= rate * v
    adam       epsilon is added to the root of the corrected second moment; amsgrad keeps the greatest second moment,
               before correction, as PyTorch does
    adamw      the same after w *= 1 - rate * weight_decay
    adagrad    w -= rate * g / (sqrt(sum of g^2) + epsilon), the sum begun at "initial"
    ftrl       FTRL-proximal: McMahan et al., «Ad click prediction: a view from the trenches», KDD 2013, algorithm 1:
               sigma = (sqrt(n + g^2) - sqrt(n)) / alpha, z += g - sigma * w, n += g^2,
               w = 0 where |z| <= l1, else -(z - sign(z) * l1) / ((beta + sqrt(n)) / alpha + l2).
               n begun at "initial". Begun at w = 0 as in the paper, and elsewhere with the z that gives this start.

"schedules" holds {"schedule", "settings", "rates"}: the rate that step 0, 1, … takes, for a base rate of 1.

    linear     torch LinearLR from 1 to 0 over "steps"
    cosine     "warmup" steps from "start" up, in a straight line; then half a cosine from 1 to 0, 0 at step "steps".
               With start 0.2 torch's SequentialLR of LinearLR and CosineAnnealingLR; with start 0 the schedule of
               the transformers library
    step       torch StepLR: times "factor" every "every" steps
    plateau    torch ReduceLROnPlateau ("min", relative threshold): times "factor" once more than "patience" epochs in a
               row brought nothing better than best * (1 - threshold), not below "floor"; for "cooldown" epochs after
               that none is counted. "losses" holds one loss an epoch, and rates[i] is the rate after losses[i]
"""
import json
import math

import numpy as np
import torch

torch.set_default_dtype(torch.float64)

start = [0.5, -1.25, 2.0]
# The second parameter gets a zero and changes of sign; the third one great gradient, which AMSGrad remembers.
gradients = [
    [0.5, -1.0, 40.0], [0.25, 2.0, 0.5], [-0.125, 0.0, -0.25], [0.75, -0.5, 0.125], [1.5, 0.0625, 0.0],
    [-0.375, 1.0, 0.25],
]


def rounded(values):
    found = [float(f"{value:.8g}") for value in values]
    assert all(math.isfinite(value) for value in found)
    return [int(value) if value == int(value) else value for value in found]


def descend(make):
    parameters = torch.tensor(start, requires_grad=True)
    optimizer = make([parameters])
    trajectory = []
    for gradient in gradients:
        parameters.grad = torch.tensor(gradient)
        optimizer.step()
        trajectory.append(rounded(parameters.tolist()))
    return trajectory


cases = []


def case(name, make, **settings):
    """Adds a case; `make` takes what PyTorch calls these settings."""
    cases.append({"optimizer": name, "settings": settings, "start": start, "trajectory": descend(make)})


optim = torch.optim
case("sgd", lambda p: optim.SGD(p, 0.1), rate=0.1, momentum=0, weight_decay=0)
case("sgd", lambda p: optim.SGD(p, 0.1, momentum=0.9), rate=0.1, momentum=0.9, weight_decay=0)
case("sgd", lambda p: optim.SGD(p, 0.1, weight_decay=0.01), rate=0.1, momentum=0, weight_decay=0.01)
case("sgd", lambda p: optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.01), rate=0.1, momentum=0.9, weight_decay=0.01)
for amsgrad in [False, True]:
    moments = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "amsgrad": amsgrad}
    case("adam", lambda p: optim.Adam(p, 0.1, amsgrad=amsgrad), rate=0.1, weight_decay=0, **moments)
    case("adamw", lambda p: optim.AdamW(p, 0.1, weight_decay=0.01, amsgrad=amsgrad), rate=0.1, weight_decay=0.01,
         **moments)
    # A short memory, so that the greatest second moment is soon not the present one.
    moments["beta2"] = 0.5
    case("adam", lambda p: optim.Adam(p, 0.1, betas=(0.9, 0.5), amsgrad=amsgrad), rate=0.1, weight_decay=0, **moments)
for first in [0, 0.1]:
    case("adagrad", lambda p: optim.Adagrad(p, 0.1, initial_accumulator_value=first, eps=1e-10), rate=0.1, epsilon=1e-10,
         initial=first)


def ftrl(w, alpha, beta, l1, l2, initial):
    w, n = np.array(w), np.full(len(w), float(initial))
    z = -w * ((beta + np.sqrt(n)) / alpha + l2) - np.sign(w) * l1
    trajectory = []
    for gradient in gradients:
        g = np.array(gradient)
        sigma = (np.sqrt(n + g * g) - np.sqrt(n)) / alpha
        z += g - sigma * w
        n += g * g
        w = np.where(np.abs(z) <= l1, 0, -(z - np.sign(z) * l1) / ((beta + np.sqrt(n)) / alpha + l2))
        trajectory.append(rounded(w.tolist()))
    return trajectory


# The strong l1 holds a parameter at zero for a while; beta 0 and 0.1 to begin with are TensorFlow's.
for l1, beta, initial in [(0.01, 1, 0), (1, 1, 0), (0, 0, 0.1), (0.01, 0, 0.1)]:
    for first in [[0, 0, 0], start]:
        settings = {"alpha": 0.1, "beta": beta, "l1": l1, "l2": 0.1, "initial": initial}
        cases.append({
            "optimizer": "ftrl", "settings": settings, "start": first, "trajectory": ftrl(first, **settings),
        })

# Schedules.

schedules = []


def optimizer():
    return optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)


def rates(make, steps):
    made = optimizer()
    schedule = make(made)
    found = []
    for _ in range(steps):
        found.append(made.param_groups[0]["lr"])
        made.step()
        schedule.step()
    # PyTorch multiplies on from step to step: what should be 0 is 1e-17.
    return rounded([0.0 if abs(rate) < 1e-12 else rate for rate in found])


def schedule(name, values, **settings):
    schedules.append({"schedule": name, "settings": settings, "rates": values})


lr = optim.lr_scheduler
schedule("linear", rates(lambda o: lr.LinearLR(o, 1.0, 0.0, 30), 32), steps=30)


def warm(o):
    return lr.SequentialLR(o, [lr.LinearLR(o, 0.2, 1.0, 5), lr.CosineAnnealingLR(o, 25)], [5])


def cosine(step, start, warmup, steps):
    if step < warmup:
        return start + (1 - start) * step / warmup
    return (1 + math.cos(math.pi * (step - warmup) / (steps - warmup))) / 2


torch_rates = rates(warm, 31)
assert np.allclose(torch_rates, [cosine(step, 0.2, 5, 30) for step in range(31)], rtol=0, atol=1e-7)
schedule("cosine", torch_rates, warmup=5, steps=30, start=0.2)
schedule("cosine", rates(lambda o: lr.LambdaLR(o, lambda step: cosine(step, 0.0, 5, 30)), 31), warmup=5, steps=30,
         start=0)
schedule("step", rates(lambda o: lr.StepLR(o, 10, 0.1), 31), every=10, factor=0.1)

# Better, then flat; better by less than the threshold; worse; better again; flat until the floor.
losses = [1, 0.75, 0.75, 0.7499999, 0.8, 0.5, 0.625, 0.75, 0.5, 0.5, 0.5, 0.5, 0.25] + [0.25] * 12
# The last one is the plain schedule: any improvement counts.
for cooldown, threshold, floor in [(0, 1e-4, 0.1), (2, 1e-4, 0.1), (0, 0, 0)]:
    made = optimizer()
    plateau = lr.ReduceLROnPlateau(
        made, factor=0.5, patience=2, threshold=threshold, cooldown=cooldown, min_lr=floor)
    found = []
    for loss in losses:
        plateau.step(loss)
        found.append(made.param_groups[0]["lr"])
    entry = {
        "schedule": "plateau",
        "settings": {
            "factor": 0.5, "patience": 2, "threshold": threshold, "cooldown": cooldown, "floor": floor,
        },
        "losses": losses, "rates": rounded(found),
    }
    schedules.append(entry)


def lines(entries):
    return "[\n" + ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries) + "\n]"


print('{"gradients":' + json.dumps(gradients, separators=(",", ":")) + ',\n"cases":' + lines(cases)
      + ',\n"schedules":' + lines(schedules) + "}")
