"""The models of training_steps.py in JAX: parameters, and a function of parameters and input."""
import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import numpy as np

stream = np.random.default_rng(0)


def linear_parameters(inputs, outputs):
    bound = 1 / np.sqrt(inputs)
    return {
        "weight": jnp.array(stream.uniform(-bound, bound, (inputs, outputs)), jnp.float32),
        "bias": jnp.array(stream.uniform(-bound, bound, outputs), jnp.float32),
    }


def linear(p, x):
    return x @ p["weight"] + p["bias"]


def perceptron(*widths):
    parameters = [linear_parameters(inputs, outputs) for inputs, outputs in zip(widths, widths[1:])]

    def forward(p, x):
        for layer in p[:-1]:
            x = jax.nn.relu(linear(layer, x))
        return linear(p[-1], x)

    return parameters, forward


def nbeats(blocks, layers, width, lookback=60, horizon=12):
    made = [perceptron(lookback, *[width] * layers, lookback + horizon) for _ in range(blocks)]
    block_forward = made[0][1]

    def forward(p, x):
        forecast = 0
        for block in p:
            out = block_forward(block, x)
            x = x - out[:, :lookback]
            forecast = forecast + out[:, lookback:]
        return forecast

    return [parameters for parameters, _ in made], forward


def lstm(features=8, hidden=64):
    parameters = {
        "input": linear_parameters(features, 4 * hidden),
        "recurrent": linear_parameters(hidden, 4 * hidden)["weight"],
        "head": linear_parameters(hidden, 1),
    }

    def forward(p, x):
        def step(state, gates):
            h, c = state
            i, f, g, o = jnp.split(gates + h @ p["recurrent"], 4, axis=1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), None

        zero = jnp.zeros((x.shape[0], hidden))
        # All steps go through the input weight at once.
        (h, _), _ = jax.lax.scan(step, (zero, zero), linear(p["input"], x.transpose(1, 0, 2)))
        return linear(p["head"], h)

    return parameters, forward


def encoder(features=8, steps=48, width=128, layers=2, heads=4, inner=512):
    def norm_parameters():
        return {"scale": jnp.ones(width), "shift": jnp.zeros(width)}

    def layer_parameters():
        return {
            "first_norm": norm_parameters(), "packed": linear_parameters(width, 3 * width),
            "merge": linear_parameters(width, width), "second_norm": norm_parameters(),
            "widen": linear_parameters(width, inner), "narrow": linear_parameters(inner, width),
        }

    parameters = {
        "embed": linear_parameters(features, width),
        "position": jnp.array(stream.normal(0, 0.02, (steps, width)), jnp.float32),
        "layers": [layer_parameters() for _ in range(layers)],
        "head": linear_parameters(width, 1),
    }

    def norm(p, x):
        centred = x - x.mean(-1, keepdims=True)
        return centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * p["scale"] + p["shift"]

    def attention(p, x):
        packed = linear(p["packed"], x).reshape(-1, steps, 3, heads, width // heads)
        q, k, v = packed.transpose(2, 0, 3, 1, 4)
        scores = jnp.einsum("bhqd,bhkd->bhqk", q, k) / np.sqrt(width / heads).astype(np.float32)
        mixed = jnp.einsum("bhqk,bhkd->bhqd", jax.nn.softmax(scores, axis=-1), v)
        return linear(p["merge"], mixed.transpose(0, 2, 1, 3).reshape(-1, steps, width))

    def forward(p, x):
        h = linear(p["embed"], x) + p["position"]
        for layer in p["layers"]:
            h = h + attention(layer, norm(layer["first_norm"], h))
            wide = jax.nn.gelu(linear(layer["widen"], norm(layer["second_norm"], h)), approximate=True)
            h = h + linear(layer["narrow"], wide)
        return linear(p["head"], h.mean(1))

    return parameters, forward


def training_step(name, x, y):
    """A function that takes a number of steps."""
    parameters, forward = {
        "mlp": lambda: perceptron(64, 32, 32, 1),
        "mlp512": lambda: perceptron(64, 512, 64, 1),
        "nbeats256": lambda: nbeats(10, 4, 256),
        "nbeats512": lambda: nbeats(8, 4, 512),
        "lstm": lstm,
        "encoder": encoder,
    }[name]()
    x, y = jnp.array(x), jnp.array(y)
    over = jax.tree_util.tree_map

    def step(state, x, y):
        """One step of Adam (learning rate 0.001, moments 0.9 and 0.999)."""
        p, m, v, count = state
        loss, g = jax.value_and_grad(lambda p: ((forward(p, x) - y) ** 2).mean())(p)
        count = count + 1
        m = over(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = over(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        first, second = 1 - 0.9**count, 1 - 0.999**count
        p = over(lambda p, m, v: p - 0.001 * (m / first) / (jnp.sqrt(v / second) + 1e-8), p, m, v)
        return (p, m, v, count), loss

    compiled = jax.jit(step, donate_argnums=0)
    state = (parameters, over(jnp.zeros_like, parameters), over(jnp.zeros_like, parameters), jnp.float32(0))

    def run(steps):
        nonlocal state
        for _ in range(steps):
            state, loss = compiled(state, x, y)
        return float(loss)

    return run
