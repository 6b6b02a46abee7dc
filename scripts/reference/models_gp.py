"""Loss and gradients of networks with Gaussian processes in PyTorch: python3 models_gp.py >
../../Tests/Reference/models-gp.json

The form is that of models.py; "levels" are those of a loss of quantiles. The process of each window and column is fitted by autograd in doubles, with the kernel
matrix written out and torch.optim.Adam, as GPyTorch's ExactGP does it.
"""
import contextlib
import io
import json
import math

with contextlib.redirect_stdout(io.StringIO()):
    import models as plain

import torch
import torch.nn.functional as F

from models import dense, encode

plain.models.clear()


def softplus(x):
    return torch.log1p(torch.exp(x))


def matern52(times, others, variance, length):
    distance = (5 ** 0.5) * (times[:, None] - others[None]).abs() / length
    return variance * (1 + distance + distance ** 2 / 3) * torch.exp(-distance)


def process(window, horizon, fitted, steps, rate):
    """Lower end, mean and upper end of each row of a window and of the horizon, [L + H, 3]."""
    rows = len(window)
    values = window[rows - fitted:]
    level, scale = values.mean(), values.std(unbiased=False)
    values = (values - level) / scale
    spacing = (fitted + horizon) / fitted / (fitted + horizon - 1)
    times = torch.arange(fitted) * spacing
    raw = torch.zeros(4).requires_grad_()

    def parts():
        variance, length = softplus(raw[0]), softplus(raw[1])
        return variance, length, 1e-4 + softplus(raw[2]), raw[3]

    adam = torch.optim.Adam([raw], lr=rate)
    for _ in range(steps):
        variance, length, noise, mean = parts()
        factor = torch.linalg.cholesky(matern52(times, times, variance, length) + noise * torch.eye(fitted))
        residual = (values - mean)[:, None]
        likelihood = -0.5 * (residual * torch.cholesky_solve(residual, factor)).sum() \
            - factor.diagonal().log().sum() - fitted / 2 * math.log(2 * math.pi)
        adam.zero_grad()
        (-likelihood / fitted).backward()
        adam.step()
    with torch.no_grad():
        variance, length, noise, mean = parts()
        factor = torch.linalg.cholesky(matern52(times, times, variance, length) + noise * torch.eye(fitted))
        places = (torch.arange(rows + horizon) - (rows - fitted)) * spacing
        cross = matern52(places, times, variance, length)
        found = mean + cross @ torch.cholesky_solve((values - mean)[:, None], factor)[:, 0]
        half = torch.linalg.solve_triangular(factor, cross.T, upper=False)
        reach = 2 * torch.sqrt((variance - (half ** 2).sum(0)).clamp_min(0) + noise)
        return level + scale * torch.stack([found - reach, found, found + reach], 1)


def time2vec(p, x):
    length, width = x.shape[1:]
    tau = torch.arange(1, length + 1)[:, None] / length
    line = tau * p("linear.weight", [length, 1], 2.0) + p("linear.bias", [1], 1.0)
    waves = torch.sin(
        tau * p("periodic.weight", [length, width - 1], 2.0) + p("periodic.bias", [width - 1], 1.0))
    return x + torch.cat([line, waves], 1)


def cross_attention(p, x, context, heads):
    width = x.shape[-1]
    weights = {}
    for name, source in (("q", "query"), ("k", "key"), ("v", "value")):
        q = p.under(source)
        inputs = width if name == "q" else context.shape[-1]
        weights[f"{name}_proj_weight"] = q("weight", [inputs, width], 4 / inputs ** 0.5).T
        # Keys of ours have no bias: softmax would not see it.
        weights[f"{name}_bias"] = torch.zeros(width) if name == "k" else q("bias", [width], 0.5)
    q = p.under("output")
    out, bias = q("weight", [width, width], 4 / width ** 0.5).T, q("bias", [width], 0.5)
    made, _ = F.multi_head_attention_forward(
        x.transpose(0, 1), context.transpose(0, 1), context.transpose(0, 1), width, heads, None,
        torch.cat([weights["q_bias"], weights["k_bias"], weights["v_bias"]]), None, None, False, 0.0, out, bias,
        use_separate_proj_weight=True, q_proj_weight=weights["q_proj_weight"],
        k_proj_weight=weights["k_proj_weight"], v_proj_weight=weights["v_proj_weight"], need_weights=False)
    return made.transpose(0, 1)


def deep(width, output, layers, heads, feed_forward, steps, share, gives):
    def run(p, x, size):
        p = p.under("gp-encoder")
        samples, rows, _ = x.shape
        fitted = round(share * rows)
        both = torch.stack([
            torch.stack([process(x[s, :, c], size["horizon"], fitted, steps, 0.1) for c in size["targets"]], 1)
            for s in range(samples)]).reshape(samples, rows + size["horizon"], -1)
        past, future = both[:, :rows], both[:, rows:]
        q = p.under("past")
        seen = dense(q.under("linear.0"), torch.cat([x, past], 2), width)
        seen = time2vec(q.under("position"), seen)
        seen = encode(q, seen, layers, heads, feed_forward, True)
        seen = dense(q.under("linear.1"), seen, output)
        q = p.under("horizon")
        asked = time2vec(q.under("position"), dense(q.under("linear"), future, output))
        mixed = cross_attention(p.under("attention"), asked, seen, heads)
        targets = len(size["targets"])
        band = future.reshape(samples, size["horizon"], targets, 3)
        if gives == "mean":
            return band[..., 1] + dense(p.under("correction"), mixed, targets)
        correction = dense(p.under("correction"), mixed, 3 * targets).reshape(band.shape)
        mean = band[..., 1] + correction[..., 1]
        reach = (band - band[..., 1:2]) * (1 + F.elu(correction))
        return torch.stack([mean + reach[..., 0], mean, mean + reach[..., 2]], 3)
    return run


def around_last(body):
    """models.around_last, for several numbers a step too."""
    def run(p, x, size):
        last = x[:, -1:, :]
        made, level = body(p, x - last, size), last[:, :, size["targets"]]
        return made + (level if made.dim() == 3 else level[..., None])
    return run


def pinball(levels):
    q = torch.tensor(levels)
    return lambda forecast, y: torch.maximum(q * (y[..., None] - forecast), (q - 1) * (y[..., None] - forecast)).mean()


# Adam makes a step of what rounding leaves of a gradient that is zero, as that of the mean is where a window is its own
# mirror image: of these lengths none is.
for gives, others in [
    ("mean", {}),
    ("band", {"loss_of": pinball([0.1, 0.5, 0.9]), "levels": [0.1, 0.5, 0.9]}),
]:
    plain.model(
        f"gp-encoder, {gives}",
        [plain.normalized([{"gp-encoder": {
            "width": 12, "output": 6, "layers": 2, "heads": 3, "feed_forward": 20, "dropout": 0, "steps": 8,
            "share": 0.6, "gives": gives,
        }}], by="last")],
        plain.within(around_last(deep(12, 6, 2, 3, 20, 8, 0.6, gives))),
        samples=12, lookback=18, horizon=4, features=3, targets=[0, 2], **others)

print('{"models":[\n' + ",\n".join(json.dumps(m, separators=(",", ":")) for m in plain.models) + "\n]}")
