"""The models of training_steps.py in PyTorch."""
import torch
import torch.nn.functional as F
from torch import nn


def perceptron(*widths):
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class NBeats(nn.Module):
    """Generic blocks: each takes its backcast off the input, and adds its forecast."""

    def __init__(self, blocks, layers, width, lookback=60, horizon=12):
        super().__init__()
        self.lookback = lookback
        self.blocks = nn.ModuleList(
            perceptron(lookback, *[width] * layers, lookback + horizon) for _ in range(blocks))

    def forward(self, x):
        forecast = 0
        for block in self.blocks:
            made = block(x)
            x = x - made[:, : self.lookback]
            forecast = forecast + made[:, self.lookback :]
        return forecast


class Recurrent(nn.Module):
    """A recurrent network whose last state goes through a linear layer."""

    def __init__(self, kind, layers, features=8, hidden=64):
        super().__init__()
        self.layer = kind(features, hidden, layers, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, x):
        return self.head(self.layer(x)[0][:, -1])


class EncoderLayer(nn.Module):
    """Attention and two linear layers, both with a way past; normalised before, or after what was added."""

    def __init__(self, width, heads, inner, dropout=0.0, before=True):
        super().__init__()
        self.heads, self.dropout, self.before = heads, dropout, before
        self.first_norm, self.second_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.packed, self.merge = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.widen, self.narrow = nn.Linear(width, inner), nn.Linear(inner, width)

    def attention(self, x):
        samples, steps, width = x.shape
        packed = self.packed(x).view(samples, steps, 3, self.heads, width // self.heads)
        q, k, v = packed.permute(2, 0, 3, 1, 4)
        return self.merge(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(samples, steps, width))

    def inner(self, x):
        return self.narrow(self.drop(F.gelu(self.widen(x), approximate="tanh")))

    def drop(self, x):
        return F.dropout(x, self.dropout) if self.dropout > 0 else x

    def forward(self, x):
        if self.before:
            x = x + self.drop(self.attention(self.first_norm(x)))
            return x + self.drop(self.inner(self.second_norm(x)))
        x = self.first_norm(x + self.drop(self.attention(x)))
        return self.second_norm(x + self.drop(self.inner(x)))


class Encoder(nn.Module):
    def __init__(self, features=8, steps=48, width=128, layers=2, heads=4, inner=512):
        super().__init__()
        self.embed = nn.Linear(features, width)
        self.position = nn.Parameter(torch.randn(steps, width) * 0.02)
        self.layers = nn.Sequential(*[EncoderLayer(width, heads, inner) for _ in range(layers)])
        self.head = nn.Linear(width, 1)

    def forward(self, x):
        return self.head(self.layers(self.embed(x) + self.position).mean(1))


class PatchTST(nn.Module):
    """Nie et al., «A time series is worth 64 words», ICLR 2023, with layer normalisation where its code has that of
    batches, and without the attention scores that its code hands from layer to layer."""

    def __init__(self, dropout, lookback=336, horizon=96, patch=16, stride=8, width=16, layers=3, heads=4, inner=128):
        super().__init__()
        self.patch, self.stride, self.dropout = patch, stride, dropout
        patches = (lookback - patch) // stride + 2
        self.embed = nn.Linear(patch, width)
        self.position = nn.Parameter(torch.empty(patches, width).uniform_(-0.02, 0.02))
        self.layers = nn.Sequential(
            *[EncoderLayer(width, heads, inner, dropout, before=False) for _ in range(layers)])
        self.head = nn.Linear(patches * width, horizon)

    def forward(self, x):
        samples, _, columns = x.shape
        mean = x.mean(1, keepdim=True)
        deviation = torch.sqrt(x.var(1, keepdim=True, unbiased=False) + 1e-5)
        # Every column is a series of its own; the last value is repeated to fill one patch more.
        series = ((x - mean) / deviation).transpose(1, 2)
        series = F.pad(series, (0, self.stride), mode="replicate")
        patches = series.unfold(-1, self.patch, self.stride).flatten(0, 1)
        h = self.embed(patches) + self.position
        if self.dropout > 0:
            h = F.dropout(h, self.dropout)
        forecast = self.head(self.layers(h).flatten(1)).view(samples, columns, -1).transpose(1, 2)
        return forecast * deviation + mean


def training_step(name, x, y, compiled, dropout):
    """A function that takes a number of steps."""
    torch.manual_seed(0)
    model = {
        "mlp": lambda: perceptron(64, 32, 32, 1),
        "mlp512": lambda: perceptron(64, 512, 64, 1),
        "nbeats256": lambda: NBeats(10, 4, 256),
        "nbeats512": lambda: NBeats(8, 4, 512),
        "lstm": lambda: Recurrent(nn.LSTM, 1),
        "gru": lambda: Recurrent(nn.GRU, 2),
        "encoder": Encoder,
        "patchtst": lambda: PatchTST(dropout),
    }[name]()
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)

    def loss_of(x, y):
        return F.mse_loss(model(x), y)

    loss_of = torch.compile(loss_of) if compiled else loss_of

    def run(steps):
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(x, y)
            loss.backward()
            optimizer.step()
        return loss.item()

    return run
