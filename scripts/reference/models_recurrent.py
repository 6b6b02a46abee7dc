"""Reference values for a training step of networks that feed their forecasts back, or read recurrent states in other
ways: PyTorch, float64, gradients by autograd.

    python3 scripts/reference/models_recurrent.py > Tests/Reference/models-recurrent.json

As models.py says, with some more keys: "loss" is the value and "lossName" the loss; "forcing" is 1 where every step is
given what came, and 0 where none is; "data" may have calendar, [S, H, C], and past calendar, [S, L, C]; "classes"
makes targets the whole numbers ((7919 i + h) mod 2003) mod classes. A decoder's unit has the columns n, r, z of its
input weight, and r, z, n, query of that of its state; its bias is b_in, b_r, b_z, b_hn and that of the query.
"""
import contextlib
import io
import json

import numpy as np
import torch
import torch.nn.functional as F

with contextlib.redirect_stdout(io.StringIO()):
    from models import (
        Parameters, dense, elements, encode, gru_weights, lstm_weights, norm, normalized, recurrent, rounded, sinusoids)

CODES = 8


def ahead(size):
    """The codes of the bar behind each row of look-back and horizon."""
    return torch.cat([size["past calendar"][:, 1:], size["calendar"]], 1)


def last_targets(x, size):
    return x[:, -1, size["targets"]]


# Networks. Each gets the windows and, in the same units, what came.


def autoregressive(width, residual, calendar):
    def run(p, x, came, size):
        p = p.under("autoregressive")
        rows, made = x[:, :, size["targets"]], []
        for step in range(size["horizon"]):
            seen = rows[:, step:]
            if calendar:
                seen = torch.cat([seen, ahead(size)[:, step:step + size["lookback"]]], 2)
            state = recurrent("gru", p.under("gru"), seen, width)[:, -1]
            next_row = dense(p.under("head"), state, len(size["targets"]))
            if residual:
                next_row = next_row + rows[:, -1]
            made.append(next_row)
            fed = came[:, step] if size["forcing"] else next_row
            rows = torch.cat([rows, fed[:, None]], 1)
        return torch.stack(made, 1)
    return run


def seq2seq(width, encoder_width, heads, residual, outputs=1):
    def run(p, x, came, size):
        states = recurrent("gru", p.under("gru"), x, encoder_width)
        p = p.under("recurrent-decoder")
        columns = len(size["targets"])
        h = states[:, -1]
        if width != encoder_width:
            h = torch.tanh(dense(p.under("start"), h, width))
        inputs, context = columns + CODES, 0
        if heads:
            keys, values = dense(p.under("memory"), states, 2 * width).split(width, 2)
            inputs, context = inputs + width, width
        parts = 4 if heads else 3
        n, r, z = p("input.weight", [inputs, 3 * width], 2 / width ** 0.5).split(width, 1)
        state_weight = p("state.weight", [width, parts * width], 2 / width ** 0.5)
        biases = p("bias", [(parts + 1) * width], 0.5).split(width)
        cell = torch.nn.GRUCell(inputs, width)
        weights = {
            "weight_ih": torch.cat([r, z, n], 1).T, "weight_hh": state_weight[:, :3 * width].T,
            "bias_ih": torch.cat([biases[1], biases[2], biases[0]]),
            "bias_hh": torch.cat([torch.zeros(2 * width), biases[3]]),
        }
        out = p("output.weight", [width + context, columns * outputs], 4 / (width + context) ** 0.5)
        out_bias = p("output.bias", [columns * outputs], 0.5)

        def apart(x):
            return x.reshape(len(x), -1, heads, width // heads).transpose(1, 2)

        y, made = size["last"], []
        for step in range(size["horizon"]):
            seen = [y, size["calendar"][:, step]]
            found = []
            if heads:
                query = h @ state_weight[:, 3 * width:] + biases[4]
                mixed = F.scaled_dot_product_attention(apart(query[:, None]), apart(keys), apart(values))
                found = [mixed.transpose(1, 2).reshape(len(x), width)]
            h = torch.func.functional_call(cell, weights, (torch.cat(seen + found, 1), h))
            result = (torch.cat([h] + found, 1) @ out + out_bias).reshape(len(x), columns, outputs)
            # Of quantiles the middle one is the forecast.
            place = outputs // 2 if size["loss"] == "quantile" else 0
            if residual:
                result = result + F.one_hot(torch.tensor(place), outputs) * y[:, :, None]
            made.append(result)
            y = came[:, step] if size["forcing"] else result[:, :, place]
        made = torch.stack(made, 1)
        return ordered(made, size) if outputs > 1 else made[..., 0]
    return run


def deepar(kind, width, layers):
    def run(p, x, came, size):
        p = p.under("deepar")
        columns = len(size["targets"])
        rows = torch.cat([x[:, :, size["targets"]], came[:, :-1]], 1)
        states = recurrent(kind, p, torch.cat([rows, ahead(size)], 2), width, layers)
        made = dense_named(p, "output", states[:, size["lookback"] - 1:], 2 * columns)
        return made.reshape(len(x), size["horizon"], columns, 2)
    return run


def dense_named(p, name, x, width):
    inputs = x.shape[-1]
    weight = p(name + ".weight", [inputs, width], 4 / inputs ** 0.5)
    return F.linear(x, weight.T, p(name + ".bias", [width], 0.5))


def waves(x):
    return torch.cat([x[..., :1], torch.sin(x[..., 1:])], -1)


def ordered(made, size):
    """Quantiles stand at distances above zero from the middle one."""
    if size["loss"] != "quantile":
        return made
    place = made.shape[-1] // 2
    middle, gaps = made[..., place:place + 1], F.softplus(made)
    above = middle + torch.cumsum(gaps[..., place + 1:], -1)
    below = middle - torch.cumsum(gaps[..., :place].flip(-1), -1).flip(-1)
    return torch.cat([below, middle, above], -1)


def state_decoder(width, layers, decoder_layers, heads, feed_forward, outputs=1):
    def run(p, x, came, size):
        x = torch.cat([x, size["past calendar"]], 2)
        node = waves(dense(p.under("time2vec"), x, width)) + sinusoids(size["lookback"], width)
        memory = encode(p, node, layers, heads, feed_forward, True)
        p = p.under("state-decoder")
        pairs = [
            dense(p.under(f"{layer}.memory"), memory, 2 * width).split(width, 2)
            for layer in range(decoder_layers)]
        codes = sinusoids(size["lookback"] + size["horizon"], width)
        state, made = memory[:, -1], []

        def apart(x):
            return x.reshape(len(x), -1, heads, width // heads).transpose(1, 2)

        for step in range(size["horizon"]):
            seen = torch.cat([state, size["calendar"][:, step]], 1)
            node = waves(dense(p.under("embed"), seen, width)) + codes[size["lookback"] + step]
            for layer, (keys, values) in enumerate(pairs):
                q = p.under(str(layer)).under("attention")
                query = dense(q.under("query"), F.layer_norm(node, [width], *norm(q.under("norm"), width)), width)
                mixed = F.scaled_dot_product_attention(apart(query[:, None]), apart(keys), apart(values))
                mixed = mixed.transpose(1, 2).reshape(len(x), width)
                node = node + dense(q.under("output"), mixed, width)
                q = p.under(str(layer)).under("feed-forward")
                inner = F.layer_norm(node, [width], *norm(q.under("norm"), width))
                node = node + dense(q.under("1"), F.relu(dense(q.under("0"), inner, feed_forward)), width)
            state = F.layer_norm(node, [width], *norm(p.under("norm"), width))
            made.append(dense(p.under("head"), state, len(size["targets"]) * outputs))
        made = torch.stack(made, 1).reshape(len(x), size["horizon"], -1, outputs)
        return ordered(made, size) if outputs > 1 else made[..., 0]
    return run


def readout(kind, width):
    def run(p, x, came, size):
        p_kind = p.under(kind)
        state = recurrent(kind, p_kind, x, width)[:, -1:]
        steps = state.expand(-1, size["horizon"], -1)
        module = {"gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[kind](width, width, batch_first=True)
        make = {"gru": gru_weights, "lstm": lstm_weights}[kind]
        states = torch.func.functional_call(module, make(p_kind.under("readout"), width, width), (steps,))[0]
        return dense(p.under("head"), states, len(size["targets"]))
    return run


def trend(width):
    def run(p, x, came, size):
        states = recurrent("lstm", p.under("lstm"), x, width)
        return dense(p.under("head"), states[:, -1] - states[:, -2], size["classes"]).reshape(
            len(x), 1, 1, size["classes"])
    return run


def stacked(width, narrow, filters):
    """Convolutions, given as (filters, rows), and two recurrent layers."""
    def run(p, x, came, size):
        node = x
        for number, (count, rows) in enumerate(filters):
            q = p.under(f"convolution.{number}")
            weight = q("weight", [rows, node.shape[2], count], 4 / (rows * node.shape[2]) ** 0.5)
            turned = F.conv1d(node.transpose(1, 2), weight.permute(2, 1, 0), q("bias", [count], 0.5), padding=rows // 2)
            node = turned.transpose(1, 2)
        states = recurrent("lstm", p.under("lstm.0"), node, width)
        last = recurrent("lstm", p.under("lstm.1"), states, narrow)[:, -1]
        bent = torch.tanh(dense(p.under("linear"), last, narrow))
        return dense(p.under("head"), bent, size["classes"]).reshape(len(x), 1, 1, size["classes"])
    return run


# Around networks.


def around(body, subtracts=True):
    """The last value of each column is taken off windows and what came, and put back on the location."""
    def run(p, x, came, size):
        last = x[:, -1:, :]
        level = last[:, :, size["targets"]]
        inner = dict(size)
        inner["last"] = last_targets(x, size) - level[:, 0]
        made = body(p.under("normalize"), x - last if subtracts else x, came - level, inner)
        if made.dim() == 3:
            return made + level
        if size["loss"] == "quantile":
            return made + level[..., None]
        return torch.cat([made[..., :1] + level[..., None], made[..., 1:]], 3)
    return run


def plain(body):
    def run(p, x, came, size):
        return body(p, x, came, {**size, "last": last_targets(x, size)})
    return run


def gaussian(made, y):
    """torch's own density; ours holds the logarithm of the deviation."""
    return -torch.distributions.Normal(made[..., 0], torch.exp(made[..., 1])).log_prob(y).mean()


def cross_entropy(made, y):
    return F.cross_entropy(made.flatten(0, -2), y.flatten().long())


def quantile(made, y):
    """The pinball loss of the levels 0.1, 0.5 and 0.8."""
    levels = torch.tensor([0.1, 0.5, 0.8])
    error = y[..., None] - made
    return torch.maximum(levels * error, (levels - 1) * error).mean()


LOSSES = {"mse": F.mse_loss, "gaussian": gaussian, "quantile": quantile, "categorical-cross-entropy": cross_entropy}
models = []


def model(
    name, blocks, network, lookback, horizon, features, targets, loss_name="mse", forcing=0, calendar=True, classes=0
):
    samples = 12
    size = {"lookback": lookback, "horizon": horizon, "features": features, "targets": targets}
    data = {"features": 4.0, "targets": 2.0}
    if calendar:
        data |= {"calendar": 2.0, "past calendar": 2.0}
    x = elements("features", [samples, lookback, features], data["features"])
    columns = len(targets) or 1
    if classes:
        index = np.arange(samples * columns, dtype=np.int64)
        seed = sum((k + 1) * byte for k, byte in enumerate(b"targets"))
        y = torch.tensor((((index * 7919 + seed) % 2003) % classes).astype(float)).reshape(samples, 1, columns)
    else:
        y = elements("targets", [samples, horizon, columns], data["targets"])
    extra = {"forcing": forcing, "classes": classes, "loss": loss_name}
    for kind, rows in [("calendar", horizon), ("past calendar", lookback)]:
        if calendar:
            extra[kind] = elements(kind, [samples, rows, CODES], data[kind])
    parameters = Parameters()
    forecast = network(parameters, x, y, {**size, **extra})
    loss = LOSSES[loss_name](forecast, y)
    loss.backward()
    found = []
    for path, leaf in parameters.leaves.items():
        gradient = leaf.grad.flatten()
        indices = sorted({k * len(gradient) // 16 for k in range(16)})
        factor, offset = parameters.rules[path]
        found.append({
            "name": path, "shape": list(leaf.shape), "factor": factor, "offset": offset,
            "norm": rounded([gradient.norm().item()])[0], "indices": indices,
            "elements": rounded(gradient[indices].tolist()),
        })
    models.append({
        "name": name, "blocks": blocks, **size, "samples": samples, "data": data, "lossName": loss_name,
        "forcing": forcing, "classes": classes, "loss": rounded([loss.item()])[0], "parameters": found,
    })


# models/rnn/autoregressive.yaml
for forcing in (0, 1):
    for residual, calendar in [(True, True), (False, False)]:
        model(
            f"autoregressive, forcing {forcing}, residual {residual}",
            [normalized([{"autoregressive": {
                "residual": residual, "calendar": calendar, "cell": [{"gru": {"width": 7}}, "head"],
            }}], by="last")],
            around(autoregressive(7, residual, calendar)), lookback=5, horizon=4, features=3, targets=[0, 2],
            forcing=forcing, calendar=calendar)

# models/rnn/seq2seq.yaml
for forcing in (0, 1):
    for width, encoder_width, heads, residual in [(8, 8, 4, False), (6, 9, 2, True), (16, 16, 2, True), (7, 7, 0, False)]:
        model(
            f"seq2seq, forcing {forcing}, heads {heads}, residual {residual}, width {width}",
            [normalized([{"gru": {"width": encoder_width, "gives": "all"}}, {"recurrent-decoder": {
                "width": width, "heads": heads, "residual": residual, "calendar": True,
            }}], by="last")],
            around(seq2seq(width, encoder_width, heads, residual)),
            lookback=6, horizon=4, features=3, targets=[0, 2], forcing=forcing)
model(
    "seq2seq, gaussian, not normalised",
    [{"gru": {"width": 8, "gives": "all"}}, {"recurrent-decoder": {
        "width": 8, "heads": 2, "residual": True, "calendar": True, "outputs": 2,
    }}],
    plain(seq2seq(8, 8, 2, True, outputs=2)), lookback=6, horizon=4, features=3, targets=[0, 2],
    loss_name="gaussian")
for forcing, residual in [(0, True), (1, False)]:
    model(
        f"seq2seq, quantile, forcing {forcing}, residual {residual}",
        [normalized([{"gru": {"width": 8, "gives": "all"}}, {"recurrent-decoder": {
            "width": 8, "heads": 2, "residual": residual, "calendar": True, "outputs": 3,
        }}], by="last")],
        around(seq2seq(8, 8, 2, residual, outputs=3)), lookback=6, horizon=4, features=3, targets=[0, 2],
        loss_name="quantile", forcing=forcing)

# models/rnn/deepar.yaml
for kind in ("lstm", "gru"):
    model(
        f"deepar, {kind}",
        [normalized([{"deepar": {"cell": kind, "width": 9, "layers": 2, "dropout": 0}}], by="last")],
        around(deepar(kind, 9, 2)), lookback=6, horizon=4, features=3, targets=[0, 2], loss_name="gaussian")

# models/transformer/autoregressive.yaml
model(
    "transformer, autoregressive",
    [normalized([
        "calendar", {"time2vec": {"width": 8}}, {"position": {"kind": "sinusoidal"}},
        {"encoder": {"layers": 2, "heads": 2, "feed_forward": 10, "norm": "pre"}},
        {"state-decoder": {"layers": 2, "heads": 2, "feed_forward": 10}},
    ], by="pivot")],
    around(state_decoder(8, 2, 2, 2, 10), subtracts=False), lookback=6, horizon=3, features=3, targets=[0, 2])
model(
    "transformer, autoregressive, quantile",
    [normalized([
        "calendar", {"time2vec": {"width": 8}}, {"position": {"kind": "sinusoidal"}},
        {"encoder": {"layers": 1, "heads": 2, "feed_forward": 10, "norm": "pre"}},
        {"state-decoder": {"layers": 1, "heads": 2, "feed_forward": 10, "outputs": 3}},
    ], by="pivot")],
    around(state_decoder(8, 1, 1, 2, 10, outputs=3), subtracts=False), lookback=6, horizon=3, features=3,
    targets=[0, 2], loss_name="quantile")

# models/rnn/lstm.yaml and gru.yaml with another read-out
for kind in ("lstm", "gru"):
    model(
        f"{kind}, recurrent read-out",
        [normalized([{kind: {"width": 9, "readout": "recurrent"}}, "head"], by="last")],
        around(readout(kind, 9)), lookback=6, horizon=4, features=3, targets=[0, 2], calendar=False)

# models/rnn/trend.yaml
model(
    "trend", [{"lstm": {"width": 9, "gives": "all"}}, {"pool": {"kind": "change"}}, {"head": {"outputs": 3}}],
    trend(9), lookback=6, horizon=1, features=3, targets=[], loss_name="categorical-cross-entropy",
    calendar=False, classes=3)

# models/rnn/trend-stacked.yaml
model(
    "trend, stacked, convolutions",
    [
        *({"convolution": {"width": width, "kernel": rows, "padding": "same"}} for width, rows in [(6, 5), (8, 5), (10, 3)]),
        {"lstm": {"width": 9, "gives": "all"}}, {"lstm": {"width": 4, "gives": "last"}},
        {"linear": {"width": 4, "activation": "tanh"}}, {"head": {"outputs": 3}},
    ],
    stacked(9, 4, [(6, 5), (8, 5), (10, 3)]), lookback=7, horizon=1, features=3, targets=[],
    loss_name="categorical-cross-entropy", calendar=False, classes=3)

lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in models)
print('{"models":[\n' + lines + "\n]}")
