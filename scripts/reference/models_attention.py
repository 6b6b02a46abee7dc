"""Reference values for a training step of the attention and frequency families: PyTorch, float64, autograd.

    python3 scripts/reference/models_attention.py > Tests/Reference/models-attention.json

Made with PyTorch 2.15 on a CPU, in the form of models.py. The encoder's extractor, tokens and head are written after
jaxer (https://github.com/rsanchezmo/jaxer, model/flax_transformer.py), the layers for dynamical systems and those
in frequency after pydentification (https://github.com/cyber-physical-systems-group/pydentification,
models/networks). Attention, convolution, normalisation and Fourier transforms are PyTorch's own; weights of
convolutions are ours, [kernel, in, out], and complex ones are pairs.
"""
import contextlib
import io
import json

import numpy as np
import torch
import torch.nn.functional as F

with contextlib.redirect_stdout(io.StringIO()):
    import models as base
from models import around_last, by_channel, dense, elements, head, normalized, norm, sinusoids, within

base.models.clear()


def gelu(x):
    return F.gelu(x, approximate="tanh")


def bare(p, x, width):
    """A linear layer without a bias."""
    return x @ p("weight", [x.shape[-1], width], 4 / x.shape[-1] ** 0.5)


def normed(p, x):
    return F.layer_norm(x, [x.shape[-1]], *norm(p, x.shape[-1]))


# The encoder's parts.


def stage(p, x, width, version, residual):
    if not residual:
        made = F.relu(dense(p, x, width))
        return made if version == "v1" else normed(p.under("norm"), made)
    if version == "v1":
        return normed(p.under("norm"), x + gelu(dense(p, x, width)))
    return normed(
        p.under("norm"), dense(p.under("skip"), x, width) + dense(p.under("branch"), F.relu(x), width))


def extractor(p, x, width, depth, version, residual):
    if depth == 0:
        return F.relu(dense(p.under("input"), x, width))
    if version == "v1":
        step = width // (depth + 1)
        x = F.relu(dense(p.under("input"), x, step))
        if residual:
            for number in range(depth):
                x = stage(p.under(str(number)), x, step, version, True)
            return F.relu(dense(p.under("output"), x, width))
        widths = [step * (number + 2) for number in range(depth)]
    else:
        widths = [width // depth * (number + 1) for number in range(depth)]
    widths[-1] = width
    for number, reached in enumerate(widths):
        x = stage(p.under(str(number)), x, reached, version, residual)
    return x


def halves(length, width, longest):
    pairs = width // 2
    speeds = torch.exp(-np.log(longest) * torch.arange(pairs) / (pairs - 1))
    angles = torch.arange(length).unsqueeze(1) * speeds
    return F.pad(torch.cat([torch.sin(angles), torch.cos(angles)], 1), (0, width - 2 * pairs))


def time2vec(p, tau, width):
    length = tau.shape[1]
    tau = tau.unsqueeze(-1)
    linear = p("linear.weight", [length, 1], 1.0) * tau + p("linear.bias", [1], 1.0)
    waves = p("periodic.weight", [length, width - 1], 1.0) * tau + p("periodic.bias", [width - 1], 1.0)
    return torch.cat([linear, torch.sin(waves)], -1)


def tokens(p, windows, groups, greatest, scale, width):
    table = p("table", [101, width], 1.0)
    codes = []
    for columns in groups:
        values = windows[:, :, columns]
        spread = values.std(1, unbiased=False).amax(1) if greatest else values.flatten(1).std(1, unbiased=False)
        codes.append(torch.round(100 * scale * spread).clamp(0, 100).long())
    return F.embedding(torch.stack(codes, 1), table)


def attention(p, x, heads, causal=False, bias=True):
    width = x.shape[-1]
    layer = dense if bias else bare
    module = torch.nn.MultiheadAttention(width, heads, bias=bias, batch_first=True)
    weights = {}
    for name, path, outputs in [("in_proj_", "query-key-value", 3 * width), ("out_proj.", "output", width)]:
        layer(p.under(path), x, outputs)
        weights[name + "weight"] = p(path + ".weight", [width, outputs], 4 / width ** 0.5).T
        if bias:
            weights[name + "bias"] = p(path + ".bias", [outputs], 0.5)
    assert set(weights) == {name for name, _ in module.named_parameters()}
    mask = torch.nn.Transformer.generate_square_subsequent_mask(x.shape[1]) if causal else None
    options = {"attn_mask": mask, "need_weights": False}
    return torch.func.functional_call(module, weights, (x, x, x), options)[0]


def layers(p, x, count, heads, feed_forward, first, last, final):
    for number in range(count):
        q = p.under(str(number))
        a, f = q.under("attention"), q.under("feed-forward")
        given = normed(a.under("norm"), x) if first else x
        x = x + attention(a, given, heads, bias=False)
        if not first:
            x = normed(a.under("norm"), x)
        given = normed(f.under("norm"), x) if first else x
        made = dense(f.under("1"), gelu(dense(f.under("0"), given, feed_forward)), x.shape[-1])
        x = x + (gelu(made) if last else made)
        if not first:
            x = normed(f.under("norm"), x)
    return normed(p.under("norm"), x) if first and final else x


def version_case(
        name, version, depth, residual, position, norm_place, pooling, head_layers, head_residual, extra=None,
        width=12, time=None, longest=10000.0, final=False, last=True):
    """One encoder in either version: blocks and network from the same switches."""
    columns = 7
    kind, settings = position, {}
    if position == "halves":
        kind, settings = "sinusoidal", {"layout": "halves", "longest_wavelength": longest}
    elif time is not None:
        settings = {"time": time}
    place = columns - 1 if time == "last" else time
    blocks = [{"feature-extractor": {
        "version": version, "width": width, "depth": depth, "residual": residual,
        "without": "none" if time is None else time,
    }}, {"position": {"kind": kind, **settings}}]
    if extra:
        blocks.append({"extra-tokens": extra})
    blocks += [
        {"encoder": {
            "layers": 2, "heads": 3, "feed_forward": 20, "norm": norm_place, "bias": False,
            "last_activation": "gelu" if last else "identity", "final_norm": final,
        }},
        {"pool": {"kind": pooling, "width": width}},
        {"head-stages": {"layers": head_layers, "version": version, "residual": head_residual}},
        "head",
    ]

    def outer(p, x, size):
        windows = x
        return around_last(lambda p, x, size: run(p, x, windows, size))(p, x, size)

    def run(p, x, windows, size):
        kept = [column for column in range(columns) if column != place]
        node = extractor(p.under("feature-extractor"), x[:, :, kept], width, depth, version, residual)
        length = x.shape[1]
        if position == "halves":
            node = node + halves(length, width, longest)
        elif position == "time2vec":
            tau = (torch.arange(length) + 1.0).expand(len(x), -1) / length if place is None else windows[:, :, place]
            node = node + time2vec(p.under("position"), tau, width)
        if extra:
            groups = [extra[key] for key in ["price", "volume", "trades"] if extra[key]]
            greatest = extra["price_spread"] == "greatest"
            made = tokens(p.under("extra-tokens"), windows, groups, greatest, extra["scale"], width)
            node = torch.cat([node, made], 1)
        node = layers(p.under("encoder"), node, 2, 3, 20, norm_place == "pre", last, final)
        if pooling == "flatten":
            node = F.relu(dense(p.under("pool"), node.flatten(1), width))
        else:
            node = {"mean": node.mean(1), "last": node[:, -1], "newest": node[:, length - 1]}[pooling]
        for number in range(head_layers - 1):
            node = stage(p.under("head-stages").under(str(number)), node, width, version, head_residual)
        return head(p, node, size)

    base.model(
        name, [normalized(blocks, by="last")], within(outer), samples=12, lookback=9, horizon=3, features=columns,
        targets=[0, 3])


spreads = {"price": [0, 1, 2, 3], "volume": [4], "trades": [5], "price_spread": "together", "scale": 0.5}
version_case(
    "encoder v1, flat extractor, halves, three tokens, newest", "v1", 0, False, "halves", "pre", "newest", 2,
    False, extra=spreads)
version_case(
    "encoder v1, residual extractor, Time2Vec of a column, post norm, flatten, residual head", "v1", 2, True,
    "time2vec", "post", "flatten", 3, True, extra=spreads, time="last", width=15)
version_case(
    "encoder v1, growing extractor, Time2Vec of the position, mean", "v1", 2, False, "time2vec", "pre", "mean",
    1, False, extra={**spreads, "price_spread": "greatest", "volume": []}, width=15)
version_case(
    "encoder v2, flat extractor, short wavelengths, last token", "v2", 0, False, "halves", "pre", "last", 2,
    False, extra={**spreads, "price_spread": "greatest"}, longest=200.0)
version_case(
    "encoder v2, residual extractor, residual head, no tokens", "v2", 2, True, "halves", "pre", "last", 3, True,
    longest=200.0, width=15, time=6)
version_case(
    "encoder v2, normalised extractor, final norm, one GELU", "v2", 3, False, "time2vec", "pre", "mean", 2,
    False, time=2, final=True, last=False, width=15)


# Dynamical systems.


def project(p, x, steps, width):
    return dense(p, x.flatten(1), steps * width).reshape(len(x), steps, width)


def convolution(p, x, width, kernel, stride=1, groups=1, padding="none"):
    columns = x.shape[-1] // groups
    weight = p("weight", [kernel, columns, width], 4 / (kernel * columns) ** 0.5)
    before, behind = {
        "none": (0, 0), "same": ((kernel - 1) // 2, kernel - 1 - (kernel - 1) // 2), "causal": (kernel - 1, 0),
    }[padding]
    turned = F.pad(x.transpose(1, 2), (before, behind))
    made = F.conv1d(turned, weight.permute(2, 1, 0), p("bias", [width], 0.5), stride=stride, groups=groups)
    return made.transpose(1, 2)


def embed(p, x, kind, steps, width, groups):
    if kind == "projection":
        return project(p, x, steps, width)
    if kind == "constant":
        return dense(p, x, width)
    ratio = x.shape[1] // steps
    wide = dense(p.under("linear"), x, width)
    return convolution(p.under("convolution"), wide, width, ratio, stride=ratio, groups=groups)


def delay_line(p, x, causal):
    samples, length, width = x.shape
    if not causal:
        return project(p, x, length, width)
    weight = p("weight", [width, length, length], 4 / length ** 0.5)
    bias = p("bias", [width, length], 0.5)
    # One masked linear layer a column.
    return torch.stack(
        [F.linear(x[:, :, k], weight[k].T * torch.tril(torch.ones(length, length)), bias[k]) for k in range(width)],
        -1)


def dynamic(p, x, count, heads, causal, feed_forward, norm_kind, skips, hidden):
    for number in range(count):
        q = p.under(str(number))
        if norm_kind == "step":
            x = normed(q.under("norm"), x)
        elif norm_kind == "window":
            x = normed(q.under("norm"), x.flatten(1)).reshape(x.shape)
        made = attention(q.under("attention"), x, heads, causal)
        x = x + made if skips[0] else made
        f = q.under("feed-forward")
        if feed_forward == "delay-line":
            made = delay_line(f, x, causal)
        else:
            made = dense(f.under("1"), gelu(dense(f.under("0"), x, hidden)), x.shape[-1])
        x = gelu(x + made if skips[1] else made)
    return x


def dynamic_case(name, embedding, steps, groups, causal, feed_forward, norm_kind, skips, positions):
    width, lookback = 6, 12

    def run(p, x, size):
        node = embed(p.under("embed"), x, embedding, steps, width, groups)
        if positions:
            node = node + sinusoids(node.shape[1], width)
        node = dynamic(p.under("dynamic"), node, 2, 3, causal, feed_forward, norm_kind, skips, 10)
        return head(p, node.flatten(1), size)

    base.model(
        name,
        [normalized([
            {"embed": {"kind": embedding, "steps": steps, "width": width, "groups": groups}},
            {"position": {"kind": "sinusoidal" if positions else "none"}},
            {"dynamic": {
                "layers": 2, "heads": 3, "causal": causal, "feed_forward": feed_forward, "norm": norm_kind,
                "hidden": 10, "attention_skip": skips[0], "feed_forward_skip": skips[1],
            }},
            "flatten", "head",
        ], by="last")],
        within(around_last(run)), samples=12, lookback=lookback, horizon=3, features=3, targets=[0, 2])


dynamic_case(
    "dynamic, projection, causal delay line", "projection", 5, 1, True, "delay-line", "step", (True, True), True)
dynamic_case(
    "dynamic, shortening, delay line over all, no skips", "shortening", 4, 2, False, "delay-line", "window",
    (False, False), False)
dynamic_case(
    "dynamic, constant, point-wise", "constant", 12, 1, True, "point-wise", "none", (False, True), True)


def masked(p, x, size):
    length = x.shape[1]
    q = p.under("masked-linear")
    weight = q("weight", [length, length], 4 / length ** 0.5)
    made = F.linear(x, weight.T * torch.tril(torch.ones(length, length)), q("bias", [length], 0.5))
    return dense(p.under("head"), torch.tanh(made), size["horizon"])


base.model(
    "masked linear",
    [{"channels": {"blocks": ["masked-linear", {"activation": {"kind": "tanh"}}, "head"]}}],
    by_channel(masked), samples=12, lookback=7, horizon=3, features=2, targets=[0, 1])


def convolutions(p, x, size):
    p = p.under
    x = F.relu(convolution(p("convolution.0"), x, 8, 5, padding="same"))
    x = F.relu(convolution(p("convolution.1"), x, 6, 4, groups=2, padding="causal", stride=2))
    x = gelu(convolution(p("convolution.2"), x, 5, 3))
    return dense(p("head"), x.flatten(1), size["horizon"] * len(size["targets"])).reshape(
        len(x), size["horizon"], len(size["targets"]))


base.model(
    "convolutions",
    [
        {"convolution": {"width": 8, "kernel": 5, "padding": "same", "activation": "relu"}},
        {"convolution": {
            "width": 6, "kernel": 4, "groups": 2, "padding": "causal", "stride": 2, "activation": "relu",
        }},
        {"convolution": {"width": 5, "kernel": 3, "activation": "gelu"}}, "flatten", "head",
    ],
    convolutions, samples=12, lookback=14, horizon=3, features=3, targets=[0, 2])


# Bounds, and the activation of Shen, Yang and Zhang.


def universal(x):
    return torch.where(x < 0, x / (1 - x), (x - 2 * torch.floor((x + 1) / 2)).abs())


def bounded(reach):
    def run(p, x, size):
        made = within(around_last(lambda q, x, size: head(
            q, universal(dense(q.under("linear"), x.flatten(1), 16)), size)))(p, x, size)
        past = x[:, :, size["targets"]]
        least, most = past.min(1, keepdim=True).values, past.max(1, keepdim=True).values
        return torch.clamp(made, least - reach * (most - least), most + reach * (most - least))
    return run


base.model(
    "bounded by the window",
    [normalized(["flatten", {"linear": {"width": 16, "activation": "universal"}}, "head"], by="last"),
     {"bounded": {"reach": 0.25}}],
    bounded(0.25), samples=12, lookback=7, horizon=4, features=3, targets=[2, 0])

# Frequency.


def time_frequency(p, x, steps, width):
    samples, length, columns = x.shape
    spectrum = torch.fft.rfft(x.transpose(1, 2)).flatten(1)
    modes = steps // 2 + 1
    q = p.under("frequency")
    weight = torch.view_as_complex(q("weight", [spectrum.shape[1], width * modes, 2], 4 / spectrum.shape[1] ** 0.5))
    bias = torch.view_as_complex(q("bias", [width * modes, 2], 0.5))
    made = (spectrum @ weight + bias).reshape(samples, width, modes)
    return project(p.under("time"), x, steps, width) + torch.fft.irfft(made, n=steps).transpose(1, 2)


def fsnn(sizes):
    def run(p, x, size):
        node = gelu(time_frequency(p.under("time-frequency.0"), x, *sizes[0]))
        node = gelu(time_frequency(p.under("time-frequency.1"), node, *sizes[1]))
        return time_frequency(p.under("time-frequency.2"), node, size["horizon"], len(size["targets"]))
    return run


for name, lookback, horizon, sizes in [
    ("fsnn, even lengths", 12, 4, [(10, 3), (6, 2)]), ("fsnn, odd lengths", 11, 5, [(7, 3), (8, 2)]),
    ("fsnn, one step", 9, 1, [(5, 4), (2, 3)]),
]:
    base.model(
        name,
        [normalized([
            {"time-frequency": {"steps": sizes[0][0], "width": sizes[0][1], "activation": "gelu"}},
            {"time-frequency": {"steps": sizes[1][0], "width": sizes[1][1], "activation": "gelu"}},
            {"time-frequency": {"steps": "horizon", "width": "targets"}},
        ], by="last")],
        within(around_last(fsnn(sizes))), samples=12, lookback=lookback, horizon=horizon, features=3,
        targets=[0, 2])

lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in base.models)
print('{"models":[\n' + lines + "\n]}")
