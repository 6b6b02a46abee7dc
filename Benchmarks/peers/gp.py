"""Times the likelihood of an exact Gaussian process with its gradient in PyTorch, float64.

    gp.py autograd|analytic THREADS [SECONDS] [--rows N] [--dimensions D]

autograd: the likelihood as one writes it, and backward(). analytic: the gradient written out, from the inverse and the
kernel's derivatives, all length scales in one pass. A scaled Matern 5/2 with a length scale a dimension, a constant mean
and noise; the numbers are those of Benchmarks/processes. Prints one line of JSON.
"""
import argparse
import json
import math
import os
import statistics
import time


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", choices=["autograd", "analytic"])
    parser.add_argument("threads", type=int)
    parser.add_argument("seconds", type=float, nargs="?", default=3)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--dimensions", type=int, default=8)
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    import torch

    torch.set_num_threads(options.threads)
    torch.set_default_dtype(torch.float64)
    n, d = options.rows, options.dimensions

    def numbers(count, seed):
        return ((torch.arange(count) * 7919 + seed) % 2003).double() / 2003 - 0.5

    inputs = numbers(n * d, 3).reshape(n, d)
    outputs = numbers(n, 11)
    parameters = torch.cat([torch.zeros(1 + d), torch.tensor([-2.0, 0.1])])
    eye = torch.eye(n)
    constant = n / 2 * math.log(2 * math.pi)

    def kernel(theta, scaled):
        norms = (scaled * scaled).sum(1)
        squares = (norms[:, None] + norms - 2 * scaled @ scaled.T).clamp_min(1e-30)
        distance = torch.sqrt(5 * squares)
        decay = torch.exp(-distance)
        return distance, decay, theta[0].exp() * (1 + distance + distance * distance / 3) * decay

    def autograd():
        theta = parameters.clone().requires_grad_()
        _, _, plain = kernel(theta, inputs / theta[1:1 + d].exp())
        residual = outputs - theta[2 + d]
        factor = torch.linalg.cholesky(plain + theta[1 + d].exp() * eye)
        alpha = torch.cholesky_solve(residual[:, None], factor)[:, 0]
        value = -0.5 * residual @ alpha - factor.diagonal().log().sum() - constant
        value.backward()
        return value.item(), theta.grad

    @torch.no_grad()
    def analytic():
        theta = parameters
        scaled = inputs / theta[1:1 + d].exp()
        distance, decay, plain = kernel(theta, scaled)
        noise = theta[1 + d].exp()
        residual = outputs - theta[2 + d]
        factor = torch.linalg.cholesky(plain + noise * eye)
        alpha = torch.cholesky_solve(residual[:, None], factor)[:, 0]
        value = -0.5 * residual @ alpha - factor.diagonal().log().sum() - constant
        weights = 0.5 * (torch.outer(alpha, alpha) - torch.cholesky_inverse(factor))
        # dK / d ln l_k = 5/3 s (1 + d) e^-d (z_ik - z_jk)^2, and sums of (z_i - z_j)^2 are two products.
        changes = weights * (5 / 3 * theta[0].exp() * (1 + distance) * decay)
        lengths = 2 * ((changes.sum(1)[:, None] * scaled * scaled).sum(0) - (scaled * (changes @ scaled)).sum(0))
        return value.item(), torch.cat(
            [(weights * plain).sum()[None], lengths, (noise * weights.trace())[None], alpha.sum()[None]])

    run = autograd if options.way == "autograd" else analytic
    value, gradient = run()
    samples = []
    while sum(samples) < options.seconds or len(samples) < 3:
        begin = time.perf_counter()
        run()
        samples.append(time.perf_counter() - begin)
    print(json.dumps({
        "framework": f"torch-{options.way}", "work": "likelihood", "rows": n, "threads": options.threads,
        "median_ms": round(statistics.median(samples) * 1e3, 3), "minimum_ms": round(min(samples) * 1e3, 3),
        "likelihood": value, "gradient": gradient.norm().item(),
    }))


main()
