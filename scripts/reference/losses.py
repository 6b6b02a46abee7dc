"""Reference values for the losses over courses of time and over grids, and for ordered quantiles.

    python3 scripts/reference/losses.py > Tests/Reference/losses.json

PyTorch 2.15 on a CPU, float64, gradients by autograd; the format is that of operations.py, whose `case` it uses.
Forecasts and targets are [S, H, K], and a loss is [1], a mean over all elements or over all paths: the courses of
one column over the H steps of one sample.

    operation          inputs                                           what it is
    smooth_l1          forecast, target                                 torch's own, with "beta"
    diff_root          forecast, target, last [S, K]                    smooth L1 of the error, plus "weight" times smooth
                       L1 of how far the forecast lies on the wrong side of last
    compounding        forecast, target                                 squares weighted by rate^h, the weights having a
                       mean of one
    time_centred       forecast, target                                 squares of paths less their mean over time, plus
                       "level" times the squared difference of the means
    shift              forecast, target                                 the squares at the shifts -steps … steps over what
                       overlaps, weighted by decay^|shift|, the weights summing to one
    autocorrelation    forecast, target                                 squared differences of autocorrelations at the lags
                       1 … lags, with a ridge of H 1e-4 under the fraction
    dilate             forecast, target                                 DILATE, https://arxiv.org/abs/1909.09020: soft-DTW by
                       its recursion, the path by differentiating it by the distances, the temporal distortion's gradient by
                       differentiating once more; distances are not divided by anything, (i - j)^2 is divided by H^2
    grid               logits [S, H, K, C], target [S, H, K]            cross entropy with the interval of the target
    grid_binary        logits, target                                   binary cross entropy of softmax, element by element,
                       1e-6 within the logarithms
    ascending          x [N, Q]                                         [N, Q]: sums of softplus behind the first
"""
import torch
import torch.nn.functional as F

from operations import apart, case, cases, write

first = len(cases)


def wrong_side(forecast, target, last, beta):
    moved = torch.sign(target - last[:, None])
    depth = torch.clamp(moved * (forecast - last[:, None]), max=0)
    return F.smooth_l1_loss(depth, torch.zeros_like(depth), beta=beta)


for beta in [1.0, 0.5]:
    case("smooth_l1", apart, lambda f, y: F.smooth_l1_loss(f, y, beta=beta), constants=[1], beta=beta)
    case("diff_root", lambda s: apart(s) + [s.uniform(3, 2)],
         lambda f, y, last: F.smooth_l1_loss(f, y, beta=beta) + 2 * wrong_side(f, y, last, beta),
         constants=[1, 2], beta=beta, weight=2)


def compounding(f, y, rate):
    weights = rate ** torch.arange(f.shape[1])
    return ((weights / weights.mean())[:, None] * (f - y) ** 2).mean()


for rate in [1.1, 0.5]:
    case("compounding", apart, lambda f, y: compounding(f, y, rate), constants=[1], rate=rate)


def time_centred(f, y, level):
    means = f.mean(1, keepdim=True), y.mean(1, keepdim=True)
    return F.mse_loss(f - means[0], y - means[1]) + level * F.mse_loss(*means)


for level in [0.25, 0.0]:
    case("time_centred", apart, lambda f, y: time_centred(f, y, level), constants=[1], level=level)


def shift(f, y, steps, decay):
    total, weights = 0, 0
    for move in range(-steps, steps + 1):
        weight = decay ** abs(move)
        length = f.shape[1] - abs(move)
        ours = f[:, max(0, -move):][:, :length]
        theirs = y[:, max(0, move):][:, :length]
        total = total + weight * F.mse_loss(ours, theirs)
        weights += weight
    return total / weights


for steps, decay in [(1, 0.5), (3, 1.0)]:
    case("shift", apart, lambda f, y: shift(f, y, steps, decay), constants=[1], steps=steps, decay=decay)


def autocorrelations(x, lags):
    c = x - x.mean(1, keepdim=True)
    variance = (c ** 2).sum(1) + x.shape[1] * 1e-4
    return torch.stack([(c[:, lag:] * c[:, :-lag]).sum(1) / variance for lag in range(1, lags + 1)])


long = (2, 9, 3)
for lags in [1, 4, 8]:
    case("autocorrelation", lambda s: [s.uniform(*long), s.uniform(*long)],
         lambda f, y: F.mse_loss(autocorrelations(f, lags), autocorrelations(y, lags)), constants=[1], lags=lags)


def soft_dtw(distance, gamma):
    length = distance.shape[0]
    infinite = torch.tensor(torch.inf)
    r = {(i, j): infinite for i in range(-1, length) for j in range(-1, length)}
    r[-1, -1] = torch.tensor(0.0)
    for i in range(length):
        for j in range(length):
            before = torch.stack([r[i - 1, j - 1], r[i - 1, j], r[i, j - 1]])
            before = before[torch.isfinite(before)]
            r[i, j] = distance[i, j] - gamma * torch.logsumexp(-before / gamma, 0)
    return r[length - 1, length - 1]


def dilate(f, y, alpha, gamma):
    length = f.shape[1]
    steps = torch.arange(length).double()
    omega = (steps[:, None] - steps[None]) ** 2 / length ** 2
    total = 0
    for sample in range(f.shape[0]):
        for column in range(f.shape[2]):
            distance = (y[sample, :, column][:, None] - f[sample, :, column][None]) ** 2
            shape = soft_dtw(distance, gamma)
            path, = torch.autograd.grad(shape, distance, create_graph=True)
            total = total + alpha * shape + (1 - alpha) * (path * omega).sum()
    return total / (f.shape[0] * f.shape[2])


for alpha, gamma, size in [(0.5, 0.1, (2, 6, 2)), (0.0, 1.0, (1, 9, 1)), (1.0, 0.01, (1, 7, 2)), (0.25, 0.5, (2, 2, 1))]:
    case("dilate", lambda s: [s.uniform(*size), s.uniform(*size)], lambda f, y: dilate(f, y, alpha, gamma),
         constants=[1], alpha=alpha, gamma=gamma)

edges = torch.tensor([-1.5, -0.5, 0.25, 1.75])


def interval(y):
    return torch.clamp(torch.bucketize(y, edges, right=True) - 1, 0, len(edges) - 2)


def grid_binary(x, y):
    share = torch.softmax(x, -1)
    truth = F.one_hot(interval(y), len(edges) - 1).double()
    return -(truth * torch.log(share + 1e-6) + (1 - truth) * torch.log(1 - share + 1e-6)).mean()


def logits(s):
    return [s.uniform(3, 4, 2, 3, low=-4, high=4), s.uniform(3, 4, 2)]


case("grid", logits, lambda x, y: F.cross_entropy(x.flatten(0, 2), interval(y).flatten()), constants=[1])
case("grid_binary", logits, grid_binary, constants=[1])
case("ascending", lambda s: [s.uniform(5, 4, low=-6, high=6)],
     lambda x: torch.cat([x[:, :1], F.softplus(x[:, 1:])], 1).cumsum(1))

write(cases[first:])
