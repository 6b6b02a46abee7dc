"""The models of training_steps.py in PyTorch."""
import torch
import torch.nn.functional as F
from torch import nn


def perceptron(*widths):
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class Embedded(nn.Module):
    """A perceptron that is told which entity each sample is of."""

    def __init__(self, batch=128, entities=100, width=16):
        super().__init__()
        self.table = nn.Embedding(entities, width)
        self.layers = perceptron(64 + width, 256, 128, 64, 1)
        self.register_buffer("codes", torch.arange(batch) * 37 % (entities - 1))

    def forward(self, x):
        return self.layers(torch.cat([x, self.table(self.codes)], 1))


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


class DeepAR(nn.Module):
    """Salinas et al., «DeepAR»: look-back and horizon in one run of the layers, each row after what came."""

    def __init__(self, known=8, hidden=40, layers=2):
        super().__init__()
        self.layers = nn.LSTM(1 + known, hidden, layers, batch_first=True)
        self.head = nn.Linear(hidden, 2)

    def loss(self, x, y, known):
        rows = torch.cat([torch.cat([x, y[:, :-1]], 1), known], 2)
        states = self.layers(rows)[0][:, x.shape[1] - 1 :]
        mean, log_deviation = self.head(states).unbind(2)
        z = (y[:, :, 0] - mean) * torch.exp(-log_deviation)
        return (log_deviation + 0.5 * z * z).mean()


class Seq2Seq(nn.Module):
    """An encoder and a decoder of gated units; each step attends to the encoder's states, and gets what came or what
    was forecast before. Keys and values are made once."""

    def __init__(self, features=8, known=8, hidden=64, heads=4):
        super().__init__()
        self.heads, self.hidden = heads, hidden
        self.encoder = nn.GRU(features, hidden, batch_first=True)
        self.memory = nn.Linear(hidden, 2 * hidden)
        self.query = nn.Linear(hidden, hidden)
        self.cell = nn.GRUCell(1 + known + hidden, hidden)
        self.head = nn.Linear(2 * hidden, 1)

    def loss(self, x, y, known):
        samples, steps, _ = y.shape
        states = self.encoder(x)[0]
        memory = self.memory(states).view(samples, -1, 2, self.heads, self.hidden // self.heads)
        keys, values = memory.permute(2, 0, 3, 1, 4).unbind(0)
        h, value = states[:, -1], x[:, -1, :1]
        forced = torch.rand(samples, steps, 1) < 0.5
        made = []
        for step in range(steps):
            query = self.query(h).view(samples, self.heads, 1, -1)
            context = F.scaled_dot_product_attention(query, keys, values).reshape(samples, self.hidden)
            h = self.cell(torch.cat([value, known[:, step], context], 1), h)
            forecast = self.head(torch.cat([h, context], 1))
            made.append(forecast)
            value = torch.where(forced[:, step], y[:, step], forecast)
        return F.mse_loss(torch.stack(made, 1), y)


class Oracle(nn.Module):
    """R2's GP, Time2Vec transformer and N-BEATS: the processes of a batch are fitted by Adam for every step anew."""

    def __init__(self, lookback=60, horizon=12, features=4, width=16, heads=4, inner=16, thetas=4, steps=50):
        super().__init__()
        self.lookback, self.horizon, self.steps = lookback, horizon, steps
        self.embed = nn.Linear(features + 3, width)
        self.encoder = EncoderLayer(width, heads, inner)
        self.encoder.inner = lambda x: self.encoder.narrow(F.relu(self.encoder.widen(x)))
        self.norm = nn.LayerNorm(width)
        self.output = nn.Linear(width, 1)
        self.series = nn.Linear(features + 4, 1)
        rows = lookback + horizon
        place = torch.arange(rows).unsqueeze(1)
        divisor = torch.exp(torch.arange(0, width, 2) * (-9.210340371976184 / width))
        code = torch.zeros(rows, width)
        code[:, 0::2], code[:, 1::2] = torch.sin(place * divisor), torch.cos(place * divisor)
        self.register_buffer("code", code)
        line = (torch.arange(rows) - lookback) / lookback
        trend = torch.stack([line ** i for i in range(thetas)]) * (horizon / thetas) ** 0.5
        half = lookback // 4
        turns = torch.linspace(0, rows, half)[:, None] * torch.arange(rows) / rows * 6.283185307179586
        self.register_buffer("trend", trend)
        self.register_buffer("season", torch.cat([torch.cos(turns), torch.sin(turns)]))
        self.stacks = nn.ModuleList(self.stack(lookback, 16, len(basis)) for basis in (self.trend, self.season))

    @staticmethod
    def stack(inputs, width, thetas, layers=4):
        parts = []
        for layer in range(layers):
            parts += [nn.Linear(inputs if layer == 0 else width, width), nn.ReLU()]
        return nn.Sequential(*parts, nn.Linear(width, thetas, bias=False))

    def processes(self, y):
        """Mean and ends of two deviations, [S, L + H, 3]: an exact process with Matérn 5/2 covariance for each window."""
        time = torch.linspace(0, (self.lookback + self.horizon) / self.lookback, self.lookback + self.horizon)
        distance = (time[:, None] - time).abs() * 5 ** 0.5
        raw = [torch.zeros(len(y), 1, 1, requires_grad=True) for _ in range(4)]
        optimizer = torch.optim.Adam(raw, lr=0.1, fused=True)
        past = self.lookback

        def covariance():
            length, scale, noise, mean = *(F.softplus(value) for value in raw[:3]), raw[3]
            scaled = distance / length
            whole = scale * (1 + scaled + scaled * scaled / 3) * torch.exp(-scaled)
            observed = whole[:, :past, :past] + (noise + 1e-4) * torch.eye(past)
            return whole, torch.linalg.cholesky(observed), noise, mean

        y = y.unsqueeze(2)
        with torch.enable_grad():
            for _ in range(self.steps):
                optimizer.zero_grad(set_to_none=True)
                _, factor, _, mean = covariance()
                white = torch.linalg.solve_triangular(factor, y - mean, upper=False)
                loss = 0.5 * white.square().sum((1, 2)) + factor.diagonal(dim1=1, dim2=2).log().sum(1)
                (loss.sum() / past).backward()
                optimizer.step()
        with torch.no_grad():
            whole, factor, noise, mean = covariance()
            weights = torch.linalg.solve_triangular(factor, whole[:, :past], upper=False)
            made = mean + weights.mT @ torch.linalg.solve_triangular(factor, y - mean, upper=False)
            spread = whole.diagonal(dim1=1, dim2=2) - weights.square().sum(1) + noise.squeeze(2)
            reach = 2 * spread.clamp_min(1e-12).sqrt().unsqueeze(2)
            return torch.cat([made - reach, made, made + reach], 2)

    def forward(self, x):
        last = x[:, -1:]
        x = x - last
        rows = torch.cat([F.pad(x, (0, 0, 0, self.horizon)), self.processes(x[:, :, 0])], 2)
        h = self.embed(rows)
        h = torch.cat([h[..., :1], torch.sin(h[..., 1:])], 2) + self.code
        made = self.output(self.norm(self.encoder(h)))
        past = self.lookback
        rest = self.series(torch.cat([made[:, :past], rows[:, :past]], 2)).squeeze(2)
        forecast = made[:, past:, 0]
        for stack, basis in zip(self.stacks, (self.trend, self.season)):
            part = stack(rest) @ basis
            rest, forecast = rest - part[:, :past], forecast + part[:, past:]
        return (forecast + last[:, :, 0]).unsqueeze(2)


def training_step(name, x, y, *known, compiled, dropout):
    """A function that takes a number of steps."""
    torch.manual_seed(0)
    model = {
        "mlp": lambda: perceptron(64, 32, 32, 1),
        "mlp512": lambda: perceptron(64, 512, 64, 1),
        "dnn": Embedded,
        "nbeats256": lambda: NBeats(10, 4, 256),
        "nbeats512": lambda: NBeats(8, 4, 512),
        "lstm": lambda: Recurrent(nn.LSTM, 1),
        "gru": lambda: Recurrent(nn.GRU, 2),
        "encoder": Encoder,
        "patchtst": lambda: PatchTST(dropout),
        "deepar": DeepAR,
        "seq2seq": Seq2Seq,
        "oracle": Oracle,
    }[name]()
    x, y, *known = [torch.from_numpy(array) for array in (x, y, *known)]
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)

    def loss_of(x, y):
        return model.loss(x, y, *known) if known else F.mse_loss(model(x), y)

    loss_of = torch.compile(loss_of) if compiled else loss_of

    def run(steps):
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(x, y)
            loss.backward()
            optimizer.step()
        return loss.item()

    return run
