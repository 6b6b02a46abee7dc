"""Reference values for classifiers and the perceptron of dynamical systems: PyTorch, float64, gradients by autograd.

    python3 scripts/reference/models_classifiers.py > Tests/Reference/models-classifiers.json

Made as models.py makes its own, which says how parameters and data are told. A classifier has "classes", the right ones in
"labels", [S], the number of each sample's entity in "entities", [S], and "entityCount"; "loss" is the cross entropy.
"isWhole" marks networks with batch normalisation: their batches are not cut.
"""
import contextlib
import io
import json

import torch
import torch.nn.functional as F

with contextlib.redirect_stdout(io.StringIO()):
    import models
from models import Parameters, around_last, dense, elements, head, norm, rounded

models.models.clear()


def entity(p, codes, count, code, width):
    """One place an entity, or a vector of its own; one more is for the unknown one."""
    if code == "one-hot":
        return F.one_hot(codes, count + 1).to(torch.float64)
    return F.embedding(codes, p.under("entity")("table", [count + 1, width], 1.0))


def layers(p, x, widths, activation, normalization):
    for number, width in enumerate(widths):
        q = p.under(f"dense.{number}")
        if normalization == "none":
            x = activation(dense(q, x, width))
            continue
        x = x @ q("weight", [x.shape[-1], width], 4 / x.shape[-1] ** 0.5)
        scale, shift = norm(q.under("norm"), width)
        if normalization == "batch":
            x = F.batch_norm(x, torch.zeros(width), torch.ones(width), scale, shift, training=True)
        else:
            x = F.layer_norm(x, [width], scale, shift)
        x = activation(x)
    return x


def classifier(name, widths, activation, normalization, code, classes, samples=12, lookback=5, features=3, count=3):
    # More of the last class than of others, or the gradient of the last bias would be a difference of equals.
    labels = [min(classes - 1, sample % (classes + 1)) for sample in range(samples)]
    codes = [(5 * sample + 1) % (count + 1) for sample in range(samples)]
    x = elements("features", [samples, lookback, features], 4.0)
    p = Parameters()
    node = torch.cat([x.flatten(1), entity(p, torch.tensor(codes), count, code, 4)], 1)
    function = {"relu": F.relu, "tanh": torch.tanh}[activation]
    logits = dense(p.under("head"), layers(p, node, widths, function, normalization), classes)
    loss = F.cross_entropy(logits, torch.tensor(labels))
    loss.backward()
    blocks = [
        "flatten", {"entity": {"code": code, "width": 4}},
        {"dense": {"widths": widths, "activation": activation, "normalization": normalization}},
        {"head": {"outputs": classes}},
    ]
    write(name, blocks, p, loss, lookback=lookback, horizon=1, features=features, targets=[], samples=samples,
          data={"features": 4.0}, classes=classes, labels=labels, entities=codes, entityCount=count,
          isWhole=normalization == "batch")


def write(name, blocks, p, loss, **size):
    found = []
    for path, leaf in p.leaves.items():
        gradient = leaf.grad.flatten()
        indices = sorted({k * len(gradient) // 16 for k in range(16)})
        factor, offset = p.rules[path]
        found.append({
            "name": path, "shape": list(leaf.shape), "factor": factor, "offset": offset,
            "norm": rounded([gradient.norm().item()])[0], "indices": indices,
            "elements": rounded(gradient[indices].tolist()),
        })
    models.models.append({
        "name": name, "blocks": blocks, **size, "loss": rounded([loss.item()])[0], "parameters": found,
    })


# models/linear/logistic.yaml
classifier("logistic", [], "relu", "none", "one-hot", 2)
# models/dnn/classifier.yaml
classifier("classifier, embedding", [13, 9, 6], "relu", "none", "learned", 3)
classifier("classifier, batch norm", [17, 8], "tanh", "batch", "one-hot", 2)
classifier("classifier, layer norm", [11, 7], "tanh", "layer", "learned", 4)


def system(hidden, steps, variables):
    def run(p, x, size):
        for layer in range(hidden):
            made = torch.tanh(dense(p.under(f"repeat.{layer}.system"), x.flatten(1), steps * variables))
            x = made.reshape(len(x), steps, variables)
        return head(p, x.flatten(1), size)
    return run


# models/mlp/system.yaml
models.model(
    "system",
    [models.normalized([
        {"repeat": {"times": 2, "blocks": [{"system": {"steps": 5, "variables": 3, "activation": "tanh"}}]}},
        "flatten", "head",
    ], by="last")],
    models.within(around_last(system(2, 5, 3))),
    samples=12, lookback=8, horizon=2, features=2, targets=[0, 1])

lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in models.models)
print('{"models":[\n' + lines + "\n]}")
