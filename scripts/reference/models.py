"""Reference values for a training step of whole networks: PyTorch, float64, gradients by autograd.

    python3 scripts/reference/models.py > Tests/Reference/models.json

Made with PyTorch 2.15 on a CPU. One model a line: {"name", "blocks", "lookback", "horizon", "features",
"targets", "samples", "data", "loss", "parameters"}. "blocks" is what Network.record takes, "targets" holds
the columns that are forecast, and "loss" is the mean squared error over the whole batch, or its root where
"lossName" is rmse.

Parameters and data are not stored: element i of the array called n is offset + factor * u with

    u = ((7919 i + h(n)) mod 2003) / 2003 - 1/2,     h(n) = sum of (k + 1) * byte k of n's UTF-8, k from 0

computed in doubles and rounded to float32. The arrays of "data" are features, [S, L, F], and targets, [S, H,
K]; their offset is 0. "parameters" gives name, shape, offset and factor, and of the loss's gradient the L2
norm, some "indices", and the "elements" there; what is computed has nine significant digits.

Networks are written with what torch.nn has, and not after our code. Where the layouts differ, the parameter
is ours and is cut and turned on the way: weights are [in, out]; those of an LSTM have the rows of the input
above those of the state; those of a GRU have the columns n, r, z for the input and r, z, n for the state, and
its bias is b_in, b_r, b_z and b_hn. GELU is the approximation with tanh.
"""
import functools
import json

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)


def elements(name, shape, factor, offset=0.0):
    seed = sum((k + 1) * byte for k, byte in enumerate(name.encode()))
    index = np.arange(int(np.prod(shape)), dtype=np.int64)
    values = offset + factor * (((index * 7919 + seed) % 2003) / 2003 - 0.5)
    return torch.tensor(values.astype(np.float32).astype(np.float64).reshape(shape))


class Parameters:
    """The leaves of one network, made when first asked for."""

    def __init__(self, prefix=""):
        self.prefix = prefix
        self.leaves = {}
        self.rules = {}

    def __call__(self, name, shape, factor, offset=0.0):
        name = self.prefix + name
        if name not in self.leaves:
            self.leaves[name] = elements(name, shape, factor, offset).requires_grad_()
            self.rules[name] = (factor, offset)
        assert list(self.leaves[name].shape) == list(shape)
        return self.leaves[name]

    def under(self, name):
        inner = Parameters(self.prefix + name + ".")
        inner.leaves, inner.rules = self.leaves, self.rules
        return inner


def dense(p, x, width):
    """A linear layer: weights of a size that keeps the variance, as torch has them."""
    inputs = x.shape[-1]
    weight = p("weight", [inputs, width], 4 / inputs ** 0.5)
    return F.linear(x, weight.T, p("bias", [width], 0.5))


def norm(p, width):
    return p("scale", [width], 0.1, 1.0), p("shift", [width], 0.1)


# Windows.


def around_last(body):
    """NLinear's: the last value of each column is subtracted, and added to the forecast."""
    def run(p, x, size):
        last = x[:, -1:, :]
        return body(p, x - last, size) + last[:, :, size["targets"]]
    return run


def around_moments(body, affine, columns=None):
    """RevIN; `columns` are those of the window that the forecast continues."""
    def run(p, x, size):
        mean = x.mean(1, keepdim=True)
        deviation = torch.sqrt(x.var(1, keepdim=True, unbiased=False) + 1e-5)
        scale, shift = torch.ones(x.shape[2]), torch.zeros(x.shape[2])
        if affine:
            scale, shift = norm(p, x.shape[2])
        made = body(p, (x - mean) / deviation * scale + shift, size)
        picked = range(x.shape[2]) if columns is None else columns
        scale, shift, mean, deviation = (v[..., list(picked)] for v in (scale, shift, mean, deviation))
        return (made - shift) / (scale + 1e-10) * deviation + mean
    return run


def by_channel(body):
    """[S, L, C] to series [S C, L], one network for all; its [S C, H] to [S, H, C]."""
    def run(p, x, size):
        samples, length, columns = x.shape
        made = body(p.under("channels"), x.permute(0, 2, 1).reshape(samples * columns, length), size)
        return made.reshape(samples, columns, -1).permute(0, 2, 1)
    return run


def head(p, x, size):
    return dense(p.under("head"), x, size["horizon"] * len(size["targets"])).reshape(
        len(x), size["horizon"], len(size["targets"]))


# Networks.


def mlp(width):
    def run(p, x, size):
        node = x.flatten(1)
        for layer in range(2):
            node = F.relu(dense(p.under(f"linear.{layer}"), node, width))
        return head(p, node, size)
    return run


def gru_weights(p, inputs, width, layer=0):
    n, r, z = p("input.weight", [inputs, 3 * width], 2 / width ** 0.5).split(width, 1)
    bias_n, bias_r, bias_z, state_n = p("bias", [4 * width], 0.5).split(width)
    return {
        f"weight_ih_l{layer}": torch.cat([r, z, n], 1).T,
        f"weight_hh_l{layer}": p("state.weight", [width, 3 * width], 2 / width ** 0.5).T,
        f"bias_ih_l{layer}": torch.cat([bias_r, bias_z, bias_n]),
        f"bias_hh_l{layer}": torch.cat([torch.zeros(2 * width), state_n]),
    }


def lstm_weights(p, inputs, width, layer=0):
    weight = p("weight", [inputs + width, 4 * width], 2 / width ** 0.5)
    return {
        f"weight_ih_l{layer}": weight[:inputs].T, f"weight_hh_l{layer}": weight[inputs:].T,
        f"bias_ih_l{layer}": p("bias", [4 * width], 0.5), f"bias_hh_l{layer}": torch.zeros(4 * width),
    }


def recurrent(kind, p, x, width, layers=1):
    """All states; layers are called 0, 1 and so on."""
    module = {"gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[kind](x.shape[2], width, layers, batch_first=True)
    weights = {}
    for layer in range(layers):
        make = {"gru": gru_weights, "lstm": lstm_weights}[kind]
        weights |= make(p.under(str(layer)), x.shape[2] if layer == 0 else width, width, layer)
    return torch.func.functional_call(module, weights, (x,))[0]


def states_head(kind, width, layers):
    def run(p, x, size):
        return head(p, recurrent(kind, p.under(kind), x, width, layers)[:, -1], size)
    return run


def nbeats(blocks, layers, width):
    def run(p, x, size):
        residual, forecast = x, 0
        for block in range(blocks):
            q = p.under(f"nbeats.{block}")
            node = residual
            for layer in range(layers):
                node = F.relu(dense(q.under(str(layer)), node, width))
            theta = dense(q.under("theta"), node, x.shape[1] + size["horizon"])
            residual = residual - theta[:, :x.shape[1]]
            forecast = forecast + theta[:, x.shape[1]:]
        return forecast
    return run


def encode(p, x, layers, heads, feed_forward, first):
    """torch's own layers; `first` for normalisation before attention and feed-forward."""
    width = x.shape[-1]
    p = p.under("encoder")
    for layer in range(layers):
        q = p.under(str(layer))
        attention, forward = q.under("attention"), q.under("feed-forward")
        weights = {}

        def put(name, source, inputs, outputs):
            separator = "_" if name == "self_attn.in_proj" else "."
            weights[name + separator + "weight"] = source("weight", [inputs, outputs], 4 / inputs ** 0.5).T
            weights[name + separator + "bias"] = source("bias", [outputs], 0.5)

        put("self_attn.in_proj", attention.under("query-key-value"), width, 3 * width)
        put("self_attn.out_proj", attention.under("output"), width, width)
        put("linear1", forward.under("0"), width, feed_forward)
        put("linear2", forward.under("1"), feed_forward, width)
        weights["norm1.weight"], weights["norm1.bias"] = norm(attention.under("norm"), width)
        weights["norm2.weight"], weights["norm2.bias"] = norm(forward.under("norm"), width)
        module = torch.nn.TransformerEncoderLayer(
            width, heads, feed_forward, dropout=0.0, activation=functools.partial(F.gelu, approximate="tanh"),
            batch_first=True, norm_first=first)
        assert set(weights) == {name for name, _ in module.named_parameters()}
        x = torch.func.functional_call(module, weights, (x,))
    if first:
        x = F.layer_norm(x, [width], *norm(p.under("norm"), width))
    return x


def sinusoids(length, width):
    position = torch.arange(length).unsqueeze(1)
    divisor = torch.exp(torch.arange(0, width, 2) * (-np.log(10000.0) / width))
    code = torch.zeros(length, width)
    code[:, 0::2] = torch.sin(position * divisor)
    code[:, 1::2] = torch.cos(position * divisor)
    return code


def encoder(width, layers, heads, feed_forward, first, pool):
    def run(p, x, size):
        node = dense(p.under("linear"), x, width) + sinusoids(x.shape[1], width)
        node = encode(p, node, layers, heads, feed_forward, first)
        return head(p, pool(node), size)
    return run


def patchtst(patch, stride, width, layers, heads, feed_forward):
    def run(p, x, size):
        padded = F.pad(x.unsqueeze(1), (0, stride), mode="replicate").squeeze(1)
        node = dense(p.under("linear"), padded.unfold(1, patch, stride), width)
        node = node + p.under("position")("code", list(node.shape[1:]), 0.5)
        node = encode(p, node, layers, heads, feed_forward, False)
        return dense(p.under("head"), node.flatten(1), size["horizon"])
    return run


# Cases.


def rounded(values):
    found = [float(f"{value:.9g}") for value in values]
    assert all(np.isfinite(found))
    return found


models = []


def model(name, blocks, network, samples, lookback, horizon, features, targets, loss_of=F.mse_loss, **others):
    size = {"lookback": lookback, "horizon": horizon, "features": features, "targets": targets}
    data = {"features": 4.0, "targets": 2.0}
    x = elements("features", [samples, lookback, features], data["features"])
    y = elements("targets", [samples, horizon, len(targets)], data["targets"])
    parameters = Parameters()
    forecast = network(parameters, x, size)
    assert forecast.shape[:3] == y.shape
    loss = loss_of(forecast, y)
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
        "name": name, "blocks": blocks, **size, "samples": samples, "data": data, **others,
        "loss": rounded([loss.item()])[0], "parameters": found,
    })


def normalized(blocks, **settings):
    return {"normalize": {**settings, "blocks": blocks}}


def within(network):
    """The blocks of a `normalize` have its name before theirs."""
    return lambda p, x, size: network(p.under("normalize"), x, size)


def picking(network):
    """`targets` has no parameters."""
    return lambda p, x, size: network(p, x[:, :, size["targets"]], size)


# models/mlp/stock.yaml
model(
    "mlp",
    [normalized([
        "flatten", {"linear": {"width": 19, "activation": "relu"}}, {"dropout": {"rate": 0}},
        {"linear": {"width": 19, "activation": "relu"}}, {"dropout": {"rate": 0}}, "head",
    ], by="last")],
    within(around_last(mlp(19))), samples=12, lookback=10, horizon=5, features=3, targets=[0, 2])
model(
    "mlp, rmse",
    [normalized([
        "flatten", {"linear": {"width": 19, "activation": "relu"}}, {"dropout": {"rate": 0}},
        {"linear": {"width": 19, "activation": "relu"}}, {"dropout": {"rate": 0}}, "head",
    ], by="last")],
    within(around_last(mlp(19))), samples=12, lookback=10, horizon=5, features=3, targets=[0, 2],
    loss_of=lambda forecast, target: F.mse_loss(forecast, target).sqrt(), lossName="rmse")

# models/rnn/lstm.yaml and gru.yaml
for kind, width in [("lstm", 11), ("gru", 9)]:
    model(
        kind,
        [normalized(
            [{kind: {"width": width, "layers": 2, "dropout": 0, "gives": "last"}}, "head"], by="last")],
        within(around_last(states_head(kind, width, 2))),
        samples=12, lookback=9, horizon=4, features=3, targets=[1, 2])

# models/nbeats/generic.yaml
model(
    "nbeats",
    ["targets", normalized([{"channels": {"blocks": [
        {"nbeats": {"blocks": 3, "layers": 2, "width": 21, "dropout": 0}},
    ]}}], by="instance")],
    picking(within(around_moments(by_channel(nbeats(3, 2, 21)), affine=False))),
    samples=12, lookback=12, horizon=5, features=3, targets=[0, 2])


def encoder_blocks(width, layers, heads, feed_forward, norm, pooling):
    return [
        {"linear": {"width": width}}, {"position": {"kind": "sinusoidal"}},
        {"encoder": {
            "layers": layers, "heads": heads, "feed_forward": feed_forward, "dropout": 0, "norm": norm,
        }},
        {"pool": {"kind": pooling}}, "head",
    ]


# models/transformer/encoder.yaml
model(
    "encoder, pre norm, mean", [normalized(encoder_blocks(12, 2, 3, 20, "pre", "mean"), by="last")],
    within(around_last(encoder(12, 2, 3, 20, True, lambda x: x.mean(1)))),
    samples=12, lookback=7, horizon=4, features=3, targets=[0, 2])
model(
    "encoder, post norm, flatten",
    [normalized(encoder_blocks(16, 2, 2, 27, "post", "flatten"), by="instance")],
    within(around_moments(encoder(16, 2, 2, 27, False, lambda x: x.flatten(1)), affine=False, columns=[1])),
    samples=12, lookback=9, horizon=3, features=3, targets=[1])

# models/transformer/patch.yaml
model(
    "patchtst",
    ["targets", normalized([{"channels": {"blocks": [
        {"patches": {"length": 8, "stride": 4}}, {"linear": {"width": 12}}, {"position": {"kind": "learned"}},
        {"dropout": {"rate": 0}},
        {"encoder": {
            "layers": 2, "heads": 3, "feed_forward": 20, "dropout": 0, "attention_dropout": 0, "norm": "post",
        }},
        {"pool": {"kind": "flatten"}}, "head",
    ]}}], by="instance", affine=True)],
    picking(within(around_moments(by_channel(patchtst(8, 4, 12, 2, 3, 20)), affine=True))),
    samples=12, lookback=24, horizon=5, features=3, targets=[1, 2])

lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in models)
print('{"models":[\n' + lines + "\n]}")
