"""Gaussian processes of scikit-learn: python3 gaussian_processes.py > ../../Tests/Reference/gaussian-processes.json

"processes" holds {"kernel", "perDimension", "inputs" [n][D], "outputs" [n], "parameters", "likelihood", "gradient",
"places" [b][D], "mean", "variance"}: parameters are the logarithms of those of the kernel in the order of its
expression, and the logarithm of the noise; the likelihood, its gradient after them, the predictive mean and the variance
without noise are those of GaussianProcessRegressor, whose mean is zero.

"means" holds likelihoods with a mean that is not zero and two outputs, and their gradients by PyTorch's autograd in
doubles.
"""
import json
import math

import numpy as np
import torch
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern, WhiteKernel

torch.set_default_dtype(torch.float64)
random = np.random.default_rng(7)


def leaf(name, lengths):
    lengths = lengths if len(lengths) > 1 else lengths[0]
    return RBF(lengths) if name == "rbf" else Matern(lengths, nu={"1/2": 0.5, "3/2": 1.5, "5/2": 2.5}[name[7:]])


def build(expression, lengths):
    """The expression with starting values; sums and products as Python reads them."""
    import re
    values = iter([0.7, 1.9, 0.4, 1.1])
    scale_values = iter([1.3, 0.6, 2.1])
    def part(match):
        name = match.group(0)
        if name == "scale":
            return f"ConstantKernel({next(scale_values)})"
        base = next(values)
        return f"leaf('{name}', {[round(base * (1 + 0.3 * k), 3) for k in range(lengths)]})"
    return eval(re.sub(r"scale|rbf|matern-\d/2", part, expression))


processes = []
for expression, dimensions, per_dimension, rows, noise in [
    ("scale * rbf", 1, False, 20, 0.05),
    ("scale * matern-1/2", 2, False, 25, 0.1),
    ("scale * matern-3/2", 3, True, 40, 0.02),
    ("scale * matern-5/2", 8, True, 70, 0.05),
    ("rbf", 2, True, 30, 0.2),
    ("scale * rbf + scale * matern-1/2", 3, True, 33, 0.1),
    ("scale * (rbf + matern-3/2) * matern-5/2", 2, False, 41, 0.1),
    ("scale * rbf * matern-1/2 + scale * matern-3/2", 2, True, 37, 0.05),
]:
    inputs = np.round(random.uniform(-2, 2, (rows, dimensions)), 6)
    outputs = np.round(np.sin(inputs.sum(1)) + 0.2 * random.normal(size=rows), 6)
    kernel = build(expression, dimensions if per_dimension else 1) + WhiteKernel(noise)
    regressor = GaussianProcessRegressor(kernel, alpha=0.0, optimizer=None).fit(inputs, outputs)
    theta = regressor.kernel_.theta
    likelihood, gradient = regressor.log_marginal_likelihood(theta, eval_gradient=True)
    places = np.vstack([inputs[:3], np.round(random.uniform(-3, 3, (4, dimensions)), 6)])
    bare = GaussianProcessRegressor(kernel.k1, alpha=noise, optimizer=None).fit(inputs, outputs)
    mean, deviation = bare.predict(places, return_std=True)
    covariance = bare.predict(places, return_cov=True)[1]
    processes.append({
        "kernel": expression, "perDimension": per_dimension, "inputs": inputs.tolist(), "outputs": outputs.tolist(),
        "parameters": theta.tolist(), "likelihood": float(likelihood), "gradient": gradient.tolist(),
        "places": places.tolist(), "mean": mean.tolist(), "variance": np.diag(covariance).tolist(),
    })

means = []
for rows, dimensions in [(24, 2), (51, 4)]:
    inputs = torch.tensor(np.round(random.uniform(-2, 2, (rows, dimensions)), 6))
    outputs = torch.tensor(np.round(random.normal(size=(rows, 2)) + 1, 6))
    theta = torch.tensor(
        np.round(np.concatenate([[0.3], random.uniform(-0.5, 0.8, dimensions), [-2.0, 0.4, -0.9]]), 6)).requires_grad_()
    scaled = inputs / theta[1:1 + dimensions].exp()
    squares = ((scaled[:, None] - scaled[None]) ** 2).sum(2)
    squares = torch.where(squares > 0, squares, torch.tensor(1e-300))
    distance = torch.sqrt(5 * squares)
    covariance = theta[0].exp() * (1 + distance + distance ** 2 / 3) * torch.exp(-distance) \
        + theta[1 + dimensions].exp() * torch.eye(rows)
    residual = outputs - theta[2 + dimensions:]
    factor = torch.linalg.cholesky(covariance)
    likelihood = -0.5 * (residual * torch.cholesky_solve(residual, factor)).sum() \
        - 2 * factor.diagonal().log().sum() - rows * math.log(2 * math.pi)
    likelihood.backward()
    means.append({
        "kernel": "scale * matern-5/2", "perDimension": True, "inputs": inputs.tolist(), "outputs": outputs.tolist(),
        "parameters": theta.tolist(), "likelihood": likelihood.item(), "gradient": theta.grad.tolist(),
    })

print('{"processes":[\n' + ",\n".join(json.dumps(p) for p in processes) + '\n],"means":[\n'
      + ",\n".join(json.dumps(m) for m in means) + "\n]}")
