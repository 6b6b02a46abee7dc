"""Reference values for a training step of the N-BEATS family: PyTorch, float64, gradients by autograd.

    python3 scripts/reference/models_nbeats.py > Tests/Reference/models-nbeats.json

Made with PyTorch 2.15 on a CPU, in the form of models.py. Trend, seasonal and generic blocks are written after
pytorch-forecasting (https://github.com/sktime/pytorch-forecasting, models/nbeats/sub_modules.py), and N-HiTS
after neuralforecast (https://github.com/Nixtla/neuralforecast, models/nhits.py), with PyTorch's own pooling
and interpolation. The Gaussian processes of the oracle are fitted by a search over the same grid, with NumPy on
the dense covariance matrix.
"""
import contextlib
import io
import json

import numpy as np
import torch
import torch.nn.functional as F

with contextlib.redirect_stdout(io.StringIO()):
    import models as base
from models import around_last, around_moments, by_channel, dense, normalized, picking, within

base.models.clear()


def hidden(q, x, layers, width):
    for layer in range(layers):
        x = F.relu(dense(q.under(str(layer)), x, width))
    return x


def plain(q, x, width):
    """A linear layer without a bias."""
    return x @ q("weight", [x.shape[-1], width], 4 / x.shape[-1] ** 0.5)


def linspace(backcast, forecast, centered):
    """pytorch-forecasting's time axis of a block."""
    norm = max(backcast, forecast) if centered else backcast + forecast
    start = -backcast if centered else 0
    stop = forecast - 1 if centered else backcast + forecast - 1
    line = np.linspace(start / norm, stop / norm, backcast + forecast)
    return line[:backcast], line[backcast:]


def trend(thetas, backcast, forecast):
    scale = np.sqrt(forecast / thetas)
    return [torch.tensor(np.array([line ** i for i in range(thetas)]) * scale)
            for line in linspace(backcast, forecast, True)]


def seasonal(harmonics, period, backcast, forecast):
    cosines, sines = harmonics // 2, harmonics - harmonics // 2

    def frequencies(count):
        return np.linspace(0, (backcast + forecast) / period, count)[:, None]

    return [torch.tensor(np.concatenate([np.cos(2 * np.pi * frequencies(cosines) * line),
                                         np.sin(2 * np.pi * frequencies(sines) * line)]))
            for line in linspace(backcast, forecast, False)]


def stacks(*described, name="nbeats", calendar=None):
    """Each described by (kind, blocks, share, layers, width, setting …); the calendar is what forecasts begin with."""
    def run(p, x, size):
        residual, forecast = x, 0
        if calendar is not None:
            known = dense(p.under(f"{name}.calendar"), calendar, len(size["targets"]))
            forecast = known.permute(0, 2, 1).reshape(len(x), -1)
        past, future = x.shape[1], size["horizon"]
        for number, (kind, blocks, share, layers, width, *rest) in enumerate(described):
            for block in range(blocks):
                q = p.under(f"{name}.{number}.{'shared' if share else block}")
                if kind == "interpolation":
                    pool, average, downsample = rest
                    pooled = (F.avg_pool1d if average else F.max_pool1d)(
                        residual.unsqueeze(1), pool, pool, ceil_mode=True).squeeze(1)
                    knots = max(future // downsample, 1)
                    theta = dense(q.under("theta"), hidden(q, pooled, layers, width), past + knots)
                    backcast = theta[:, :past]
                    made = F.interpolate(theta[:, None, past:], size=future, mode="linear").squeeze(1)
                elif kind == "generic":
                    node = F.relu(plain(q.under("theta"), hidden(q, residual, layers, width), 2 * rest[0]))
                    backcast = dense(q.under("backcast"), node[:, :rest[0]], past)
                    made = dense(q.under("forecast"), node[:, rest[0]:], future)
                else:
                    bases = (trend if kind == "trend" else seasonal)(*rest, past, future)
                    theta = plain(q.under("theta"), hidden(q, residual, layers, width), len(bases[0]))
                    backcast, made = theta @ bases[0], theta @ bases[1]
                residual = residual - backcast
                forecast = forecast + made
        return forecast
    return run


def naive(body):
    """N-HiTS begins with the last value."""
    return lambda p, x, size: x[:, -1:] + body(p, x, size)


def coded(body, width, targets):
    """A learnt vector of the entity behind each row, and a linear map to one series a target.

    All samples are of entity 0.
    """
    def run(p, x, size):
        table = p.under("entity")("table", [2, width], 0.5)
        vectors = table[0].expand(*x.shape[:2], width)
        return body(p, dense(p.under("linear"), torch.cat([x, vectors], 2), targets), size)
    return run


# models/nbeats/interpretable.yaml
for shared in [True, False]:
    base.model(
        "nbeats interpretable, " + ("shared" if shared else "apart"),
        ["targets", normalized([{"channels": {"blocks": [{"nbeats": {
            "layers": 2, "width": 13, "dropout": 0, "stacks": [
                {"basis": "trend", "blocks": 2, "share": shared, "thetas": 3},
                {"basis": "seasonal", "blocks": 2, "share": shared, "harmonics": 7, "shortest_period": 2},
            ]}}]}}], by="instance")],
        picking(within(around_moments(by_channel(stacks(
            ("trend", 2, shared, 2, 13, 3), ("seasonal", 2, shared, 2, 13, 7, 2))), affine=False))),
        samples=12, lookback=12, horizon=5, features=3, targets=[0, 2])

# Stacks with widths of their own, and generic blocks with θ.
base.model(
    "nbeats of three kinds",
    ["targets", normalized([{"channels": {"blocks": [{"nbeats": {"layers": 1, "stacks": [
        {"basis": "generic", "blocks": 2, "thetas": 5, "width": 9},
        {"basis": "seasonal", "width": 7},
        {"basis": "trend", "thetas": 2, "layers": 2, "width": 11},
    ]}}]}}], by="last")],
    picking(within(around_last(by_channel(stacks(
        ("generic", 2, False, 1, 9, 5), ("seasonal", 1, False, 1, 7, 6, 1),
        ("trend", 1, False, 2, 11, 2)))))),
    samples=12, lookback=12, horizon=5, features=2, targets=[0, 1])

# models/nbeats/multivariate.yaml
base.model(
    "nbeats multivariate",
    [normalized([
        {"entity": {"width": 4}}, {"linear": {"width": "targets"}},
        {"channels": {"blocks": [{"nbeats": {"layers": 3, "width": 10, "dropout": 0, "stacks": [
            {"basis": "trend", "thetas": 4}, {"basis": "seasonal", "shortest_period": 1},
        ]}}]}},
    ], by="last")],
    within(around_last(coded(by_channel(stacks(
        ("trend", 1, False, 3, 10, 4), ("seasonal", 1, False, 3, 10, 5, 1))), 4, 2))),
    samples=12, lookback=10, horizon=4, features=3, targets=[0, 2])

# The same with forecasts that begin with what the calendar makes.
base.model(
    "nbeats multivariate, calendar",
    [normalized([
        {"linear": {"width": "targets"}},
        {"channels": {"blocks": [{"nbeats": {"layers": 2, "width": 10, "calendar": True, "stacks": [
            {"basis": "trend", "thetas": 3}, {"basis": "seasonal", "harmonics": 4},
        ]}}]}},
    ], by="last")],
    within(around_last(lambda p, x, size: by_channel(stacks(
        ("trend", 1, False, 2, 10, 3), ("seasonal", 1, False, 2, 10, 4, 1),
        calendar=base.elements("calendar", [12, 4, 8], 2.0)))(p, dense(p.under("linear"), x, 2), size))),
    samples=12, lookback=10, horizon=4, features=3, targets=[0, 2])
base.models[-1]["data"]["calendar"] = 2.0

# models/nbeats/hits.yaml
for kind, pool, downsample in [("max", [4, 3, 1], [5, 2, 1]), ("average", [5, 2], [3, 9])]:
    base.model(
        "nhits, " + kind,
        ["targets", normalized([{"channels": {"blocks": [{"nhits": {
            "pool": pool, "pooling": kind, "downsample": downsample, "blocks": 2, "layers": 2, "width": 12,
        }}]}}], by="instance")],
        picking(within(around_moments(by_channel(naive(stacks(
            *[("interpolation", 2, False, 2, 12, k, kind == "average", r) for k, r in zip(pool, downsample)],
            name="nhits"))), affine=False))),
        samples=12, lookback=14, horizon=7, features=3, targets=[1, 2])



def process(y, future, lengths, noises):
    """Lower end, mean and upper end of a process with Matérn 3/2 covariance, for a series [L]: [L + H, 3]."""
    past = len(y)
    time = np.arange(past + future)
    ones, best, least = np.ones(past), None, np.inf
    for length in np.geomspace(1, 2 * past, lengths):
        scaled = np.sqrt(3) * np.abs(time[:, None] - time) / length
        covariance = (1 + scaled) * np.exp(-scaled)
        for noise in np.geomspace(1e-3, 10, noises):
            observed = covariance[:past, :past] + noise * np.eye(past)
            inverse = np.linalg.inv(observed)
            mean = ones @ inverse @ y / (ones @ inverse @ ones)
            variance = (y - mean) @ inverse @ (y - mean) / past
            negative_log_likelihood = past * np.log(variance) + np.linalg.slogdet(observed)[1]
            if negative_log_likelihood < least:
                cross = covariance[:, :past]
                spread = variance * (1 + noise - np.einsum("ij,jk,ik->i", cross, inverse, cross))
                made, least = mean + cross @ inverse @ (y - mean), negative_log_likelihood
                best = np.stack([made - 2 * np.sqrt(spread), made, made + 2 * np.sqrt(spread)], 1)
    return best


def oracle(width, heads, feed_forward, described):
    def run(p, x, size):
        samples, past, _ = x.shape
        future, targets = size["horizon"], size["targets"]
        account = torch.tensor(np.array([
            np.concatenate([process(series[:, k], future, 4, 3) for k in targets], 1) for series in x.numpy()]))
        rows = torch.cat([F.pad(x, (0, 0, 0, future)), account], 2)
        q = p.under("nbeats-correction")
        node = dense(q.under("time2vec"), rows, width)
        node = torch.cat([node[..., :1], torch.sin(node[..., 1:])], 2) + base.sinusoids(past + future, width)
        made = dense(q.under("linear"), base.encode(q, node, 1, heads, feed_forward, True), len(targets))
        known = torch.cat([made[:, :past], rows[:, :past]], 2)
        series = dense(q.under("series"), known, len(targets)).permute(0, 2, 1).reshape(-1, past)
        # The stacks of a correction have its own path.
        correction = stacks(*described, name="nbeats-correction")(p, series, size)
        return made[:, past:] + correction.reshape(samples, len(targets), future).permute(0, 2, 1)
    return run


# models/oracle/gp-nbeats-transformer.yaml
base.model(
    "oracle",
    [normalized([
        {"gp-features": {"kernel": "matern-3/2", "lengths": 4, "noises": 3}},
        {"nbeats-correction": {
            "width": 9, "layers": 2,
            "blocks": [
                {"time2vec": {"width": 8}}, {"position": {"kind": "sinusoidal"}},
                {"encoder": {"layers": 1, "heads": 2, "feed_forward": 11, "dropout": 0}},
                {"linear": {"width": "targets"}},
            ],
            "stacks": [{"basis": "trend", "thetas": 4}, {"basis": "seasonal", "harmonics": 5}],
        }},
    ], by="last")],
    within(around_last(oracle(8, 2, 11, [("trend", 1, False, 2, 9, 4), ("seasonal", 1, False, 2, 9, 5, 1)]))),
    samples=12, lookback=9, horizon=4, features=3, targets=[0, 2])

lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in base.models)
print('{"models":[\n' + lines + "\n]}")
