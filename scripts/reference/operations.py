"""Reference values for the operations and losses of networks: PyTorch, float64, gradients by autograd.

    python3 scripts/reference/operations.py > Tests/Reference/operations.json

Made with PyTorch 2.15 on a CPU. One case a line: {"operation", "settings", "inputs", "output", "upstream",
"gradients"}. A tensor is {"shape", "values"}, row after row. Inputs and upstream are multiples of 1/128, exact in
float32; what is computed from them has eight significant digits. "gradients" holds, for each input, the gradient of
the sum of output times upstream, or null where none is asked for (indices, targets, levels).

    operation             inputs                                             output
    linear                x [N, I], weight [I, O], bias [O]                  [N, O], after "activation"
    layer_norm            x [N, C], scale [C], shift [C]                     [N, C]
    batch_norm            x [N, C], scale [C], shift [C]                     [N, C], with the moments of x
    batch_norm_running    x [N, C]                                           [2, C]: the running mean and variance
                          after one batch, begun at 0 and 1; the variance is that over N - 1, as PyTorch keeps it
    batch_norm_inference  x, scale, shift, mean [C], variance [C]            [N, C], with the moments given
    softmax, log_softmax  x [N, C]                                           [N, C]
    embedding             rows [S, T], table [V, D]                          [S, T, D]
    attention             x [S, T, 3 D]: queries, keys, values; the heads    [S, T, D]; scores times 1/sqrt(D / heads)
                          are consecutive blocks of D / heads in each
    lstm                  x [S, T, F], input weight [F, 4 H], recurrent      [S, T, H]; gates i, f, g, o; begun at 0
                          weight [H, 4 H], bias [4 H] (PyTorch's two, summed)
    gru                   x [S, T, F], input weight [F, 3 H], recurrent      [S, T, H]; gates r, z, n; begun at 0
                          weight [H, 3 H], input bias [3 H], recurrent bias [3 H];
                          n = tanh(Wx + b + r (Uh + c)), h = (1 - z) n + z h
    rfft                  x [N, n]                                           [N, n/2 + 1, 2]: real, imaginary
    irfft                 x [N, n/2 + 1, 2]                                  [N, n], divided by "n"
    moving_average        x [S, T, C]                                        [S, T, C]; the ends are repeated, as in
                          series_decomp of DLinear (https://github.com/cure-lab/LTSF-Linear)
    revin_normalize       x [S, T, C], scale [C], shift [C]                  [S, T, C]
    revin_denormalize     y [S, H, C], x [S, T, C], scale [C], shift [C]     [S, H, C]
                          RevIN (https://github.com/ts-kim/RevIN): moments of x over T, the variance over T elements;
                          "detached": moments count as constants in gradients, as in the code of its authors.
                          Undone as (y - shift) / (scale + epsilon^2) * deviation + mean
    mse, mae, huber       forecast [S, H, K], target [S, H, K]               [1], the mean over all elements
    quantile              forecast [S, H, K, Q], target [S, H, K], levels [Q]  [1], the mean pinball loss
    gaussian              mean, log deviation, target, each [S, H, K]        [1], the mean of -log density,
                          ln(2 pi) / 2 included
    student_t             location, log scale, degrees, target               [1], the mean of -log density with all
                          constants; where "degrees" is a setting, it is no input
    bce_with_logits       logit [N], target [N]                              [1], the mean
    cross_entropy         logit [N, C], class [N]                            [1], the mean
"""
import json

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


class Source:
    """Inputs of one case, multiples of 1/64, drawn from a stream that is named: cases do not disturb each other."""

    def __init__(self, name):
        self.stream = np.random.default_rng(list(name.encode()))

    def uniform(self, *shape, low=-2.0, high=2.0):
        return torch.tensor(np.round(self.stream.uniform(low, high, shape) * 64) / 64)

    def integers(self, *shape, below):
        return torch.tensor(self.stream.integers(0, below, shape))


def tensor(values):
    return {"shape": list(values.shape), "values": rounded(values)}


def rounded(values):
    """Eight significant digits, whole numbers without a point."""
    found = [float(f"{value:.8g}") for value in values.detach().double().flatten().tolist()]
    assert all(np.isfinite(found))
    return [int(value) if value == int(value) else value for value in found]


cases = []


def case(operation, inputs, compute, constants=(), **settings):
    """Adds a case; `inputs` makes them from a source, and those whose places are in `constants` get no gradient."""
    source = Source(f"{operation} {settings}")
    leaves = inputs(source)
    for place, leaf in enumerate(leaves):
        leaf.requires_grad_(place not in constants)
    output = compute(*leaves)
    if output.dim() == 0:
        output = output.reshape(1)
    upstream = torch.ones(1) if output.shape == (1,) else source.uniform(*output.shape)
    if output.requires_grad:
        (output * upstream).sum().backward()
    cases.append({
        "operation": operation, "settings": settings, "inputs": [tensor(leaf) for leaf in leaves],
        "output": tensor(output), "upstream": rounded(upstream),
        "gradients": [None if leaf.grad is None else rounded(leaf.grad) for leaf in leaves],
    })


# Layers.

activations = {
    "identity": lambda x: x, "relu": F.relu, "leaky-relu": lambda x: F.leaky_relu(x, 0.01),
    "gelu": lambda x: F.gelu(x, approximate="tanh"), "elu": F.elu, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
}
for name, function in activations.items():
    case("linear", lambda s: [s.uniform(5, 4), s.uniform(4, 3, low=-1, high=1), s.uniform(3, low=-1, high=1)],
         lambda x, w, b: function(F.linear(x, w.T, b)), activation=name)


def scale_and_shift(s, channels):
    return [s.uniform(channels, low=0.5, high=1.5), s.uniform(channels, low=-1, high=1)]


for rows, channels in [(4, 6), (3, 17)]:
    case("layer_norm", lambda s: [s.uniform(rows, channels)] + scale_and_shift(s, channels),
         lambda x, w, b: F.layer_norm(x, [channels], w, b, 1e-5), epsilon=1e-5, rows=rows)
for rows, channels in [(8, 3), (5, 11)]:
    case("batch_norm", lambda s: [s.uniform(rows, channels)] + scale_and_shift(s, channels),
         lambda x, w, b: F.batch_norm(x, None, None, w, b, True, 0.1, 1e-5), epsilon=1e-5, rows=rows)


def running(x):
    mean, variance = torch.zeros(x.shape[1]), torch.ones(x.shape[1])
    F.batch_norm(x, mean, variance, None, None, True, 0.1, 1e-5)
    return torch.stack([mean, variance])


case("batch_norm_running", lambda s: [s.uniform(8, 3)], running, constants=[0], momentum=0.1)
case("batch_norm_inference",
     lambda s: [s.uniform(4, 3)] + scale_and_shift(s, 3) + [s.uniform(3), s.uniform(3, low=0.25, high=2)],
     lambda x, w, b, mean, variance: F.batch_norm(x, mean, variance, w, b, False, 0.1, 1e-5),
     constants=[3, 4], epsilon=1e-5)

for rows, columns in [(4, 5), (2, 19)]:
    case("softmax", lambda s: [s.uniform(rows, columns, low=-4, high=4)], lambda x: F.softmax(x, -1), rows=rows)
    case("log_softmax", lambda s: [s.uniform(rows, columns, low=-4, high=4)], lambda x: F.log_softmax(x, -1),
         rows=rows)
case("embedding", lambda s: [s.integers(3, 4, below=5), s.uniform(5, 3)],
     lambda rows, table: F.embedding(rows, table), constants=[0])


def attention(x, heads, causal):
    samples, steps, width = x.shape
    # [S, T, 3 D] to three of [S, heads, T, D / heads].
    q, k, v = x.reshape(samples, steps, 3, heads, width // 3 // heads).permute(2, 0, 3, 1, 4)
    made = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
    return made.transpose(1, 2).reshape(samples, steps, width // 3)


for samples, steps, width, heads in [(2, 5, 4, 2), (1, 9, 8, 1)]:
    for causal in [False, True]:
        case("attention", lambda s: [s.uniform(samples, steps, 3 * width)],
             lambda x: attention(x, heads, causal), heads=heads, causal=causal)


def recurrent(kind, hidden):
    """A layer of PyTorch that takes its weights as arguments, the way round that we store them."""
    def run(x, input_weight, recurrent_weight, input_bias, recurrent_bias=None):
        layer = kind(x.shape[2], hidden, batch_first=True)
        weights = {
            "weight_ih_l0": input_weight.T, "weight_hh_l0": recurrent_weight.T, "bias_ih_l0": input_bias,
            "bias_hh_l0": torch.zeros_like(input_bias) if recurrent_bias is None else recurrent_bias,
        }
        return torch.func.functional_call(layer, weights, (x,))[0]
    return run


def weights(s, features, hidden, gates, biases):
    shapes = [(features, gates * hidden), (hidden, gates * hidden)] + [(gates * hidden,)] * biases
    return [s.uniform(*shape, low=-1, high=1) for shape in shapes]


for samples, steps, features, hidden in [(2, 5, 3, 4), (3, 2, 1, 9)]:
    case("lstm", lambda s: [s.uniform(samples, steps, features)] + weights(s, features, hidden, 4, 1),
         recurrent(torch.nn.LSTM, hidden), hidden=hidden)
    case("gru", lambda s: [s.uniform(samples, steps, features)] + weights(s, features, hidden, 3, 2),
         recurrent(torch.nn.GRU, hidden), hidden=hidden)

# Series.

for length in [8, 9, 12]:
    case("rfft", lambda s: [s.uniform(2, length)], lambda x: torch.view_as_real(torch.fft.rfft(x)), n=length)
    case("irfft", lambda s: [s.uniform(2, length // 2 + 1, 2)],
         lambda x: torch.fft.irfft(torch.view_as_complex(x), n=length), n=length)


def moving_average(x, kernel):
    side = (kernel - 1) // 2
    padded = torch.cat([x[:, :1].repeat(1, side, 1), x, x[:, -1:].repeat(1, side, 1)], 1)
    return F.avg_pool1d(padded.transpose(1, 2), kernel, 1).transpose(1, 2)


for steps in [8, 3]:
    case("moving_average", lambda s: [s.uniform(2, steps, 2)], lambda x: moving_average(x, 5), kernel=5, steps=steps)


def moments(x, epsilon, detached):
    mean = x.mean(1, keepdim=True)
    deviation = torch.sqrt(x.var(1, keepdim=True, unbiased=False) + epsilon)
    return (mean.detach(), deviation.detach()) if detached else (mean, deviation)


def normalize(x, scale, shift, epsilon, detached):
    mean, deviation = moments(x, epsilon, detached)
    return (x - mean) / deviation * scale + shift


def denormalize(y, x, scale, shift, epsilon, detached):
    mean, deviation = moments(x, epsilon, detached)
    return (y - shift) / (scale + epsilon * epsilon) * deviation + mean


for detached in [True, False]:
    case("revin_normalize", lambda s: [s.uniform(2, 6, 3)] + scale_and_shift(s, 3),
         lambda *inputs: normalize(*inputs, 1e-5, detached), epsilon=1e-5, detached=detached)
    case("revin_denormalize", lambda s: [s.uniform(2, 4, 3), s.uniform(2, 6, 3)] + scale_and_shift(s, 3),
         lambda *inputs: denormalize(*inputs, 1e-5, detached), constants=[1] if detached else [],
         epsilon=1e-5, detached=detached)

# Losses.

shape = (3, 4, 2)


def apart(s):
    """Forecasts and targets, none of them equal: there absolute errors have no derivative."""
    forecast, target = s.uniform(*shape), s.uniform(*shape) + 1 / 128
    assert (forecast != target).all()
    return [forecast, target]


def pinball(forecast, target, levels):
    error = target.unsqueeze(-1) - forecast
    return torch.maximum(levels * error, (levels - 1) * error).mean()


case("mse", apart, F.mse_loss, constants=[1])
case("mae", apart, F.l1_loss, constants=[1])
case("huber", apart, lambda x, y: F.huber_loss(x, y, delta=1.0), constants=[1], delta=1)
case("quantile", lambda s: [s.uniform(*shape, 3), s.uniform(*shape) + 1 / 128, torch.tensor([0.125, 0.5, 0.875])],
     pinball, constants=[1, 2])
case("gaussian", lambda s: [s.uniform(*shape), s.uniform(*shape, low=-1, high=1), s.uniform(*shape)],
     lambda mean, log, y: -torch.distributions.Normal(mean, log.exp()).log_prob(y).mean(), constants=[2])
case("student_t", lambda s: [s.uniform(*shape), s.uniform(*shape, low=-1, high=1), s.uniform(*shape)],
     lambda mean, log, y: -torch.distributions.StudentT(5.0, mean, log.exp()).log_prob(y).mean(), constants=[2],
     degrees=5)
case("student_t",
     lambda s: [s.uniform(*shape), s.uniform(*shape, low=-1, high=1), s.uniform(*shape, low=2.25, high=12),
                s.uniform(*shape)],
     lambda mean, log, degrees, y: -torch.distributions.StudentT(degrees, mean, log.exp()).log_prob(y).mean(),
     constants=[3])
case("bce_with_logits", lambda s: [s.uniform(12, low=-4, high=4), s.integers(12, below=2).double()],
     F.binary_cross_entropy_with_logits, constants=[1])
case("cross_entropy", lambda s: [s.uniform(6, 4, low=-4, high=4), s.integers(6, below=4)], F.cross_entropy,
     constants=[1])



def write(entries):
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries)
    print('{"cases":[\n' + lines + "\n]}")


if __name__ == "__main__":
    write(cases)
