"""Times full training steps of PyTorch or JAX: forward, backward, Adam, on one batch of random numbers.

    training_steps.py torch-eager|torch-compile|jax MODEL THREADS [SECONDS] [--dropout RATE] [--on-request]

Prints one line of JSON: framework, model, threads, and the median and minimum of a step in microseconds; with
--on-request one for every line of standard input, after an empty one when it is ready. The models:

    mlp        64-32-32-1, batch 32
    mlp512     64-512-64-1, batch 64
    dnn        64 numbers and a learnt vector of 16 for one of 100 entities, 256-128-64-1, batch 128 (torch-eager only)
    nbeats256  10 blocks of 4 layers of 256, 60 steps to 12, batch 256
    nbeats512  8 blocks of 4 layers of 512, 60 steps to 12, batch 256
    lstm       64 units over 48 steps of 8 features, the last state to 1, batch 64
    gru        2 layers of 64 units over 48 steps of 8 features, the last state to 1, batch 128 (torch-eager only)
    encoder    width 128, 2 layers, 4 heads, 512 inside, 48 steps of 8 features, mean of the steps to 1, batch 64
    patchtst   as for ETTh1: 336 steps of 7 columns to 96, 42 patches, width 16, 3 layers, 4 heads, 128 inside,
               batch 128 (torch-eager only; --dropout as it is trained is 0.3, the default is 0)
    deepar     2 layers of 40 units (LSTM) over 48 + 23 steps of a value and 8 known numbers, 24 normal distributions,
               negative log-likelihood, batch 64 (torch-eager only)
    seq2seq    64 gated units over 48 steps of 8 features; 64 in a decoder of 24 steps with 4 heads of attention to
               them, 8 known numbers a step, half of the steps forced, batch 64 (torch-eager only)

    oracle     60 steps of 4 features, the first of them to 12; a Gaussian process for each window, fitted by 50 steps of
               Adam, is a feature of an encoder layer of width 16, which N-BEATS corrects, batch 64 (torch-eager only)

Squared error, learning rate 0.001. Both frameworks get their best: a fused Adam in PyTorch, the whole step compiled and
its state donated in JAX. Samples last 10 ms or one step, whichever is longer.
"""
import argparse
import json
import os
import statistics
import sys
import time

import numpy as np

# Input and target of one step.
SHAPES = {
    "mlp": [(32, 64), (32, 1)],
    "mlp512": [(64, 64), (64, 1)],
    "dnn": [(128, 64), (128, 1)],
    "nbeats256": [(256, 60), (256, 12)],
    "nbeats512": [(256, 60), (256, 12)],
    "lstm": [(64, 48, 8), (64, 1)],
    "gru": [(128, 48, 8), (128, 1)],
    "encoder": [(64, 48, 8), (64, 1)],
    "patchtst": [(128, 336, 7), (128, 96, 7)],
    # And what is known of each row, or of the rows to come.
    "deepar": [(64, 48, 1), (64, 24, 1), (64, 71, 8)],
    "seq2seq": [(64, 48, 8), (64, 24, 1), (64, 24, 8)],
    "oracle": [(64, 60, 4), (64, 12, 1)],
}
EAGER_ONLY = {"dnn", "gru", "patchtst", "deepar", "seq2seq", "oracle"}
WARM_UP = 5
SAMPLE = 0.01
LEAST_SAMPLES = 7


def pin(threads):
    """Keeps this process on so many cores, the last ones; XLA makes its threads by this number."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[-threads:])


def maker(framework, threads):
    """What makes a step; threads are settled before a framework is loaded."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    if framework == "jax":
        pin(threads)
        import jax_models
        return jax_models.training_step
    import torch
    import torch_models
    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    # As XLA does; it makes no difference to mlp and mlp512, which it was measured on.
    torch.set_flush_denormal(True)
    return torch_models.training_step


def measure(run, seconds):
    """Seconds of single steps, each the mean of a sample; `run` takes a number of steps and waits for the last."""
    run(WARM_UP)
    begin = time.perf_counter()
    run(1)
    steps = max(1, int(SAMPLE / (time.perf_counter() - begin)))
    samples = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(samples) < LEAST_SAMPLES:
        begin = time.perf_counter()
        run(steps)
        samples.append((time.perf_counter() - begin) / steps)
    return samples


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("framework", choices=["torch-eager", "torch-compile", "jax"])
    parser.add_argument("model", choices=SHAPES)
    parser.add_argument("threads", type=int)
    parser.add_argument("seconds", type=float, nargs="?", default=3)
    parser.add_argument("--dropout", type=float, default=0, metavar="RATE", help="for patchtst")
    parser.add_argument("--on-request", action="store_true", help="measure for every line of standard input")
    options = parser.parse_args()
    if options.model in EAGER_ONLY and options.framework != "torch-eager":
        parser.error(f"{options.model} is measured with torch-eager only")
    if options.dropout and options.model != "patchtst":
        parser.error("--dropout is for patchtst")
    if not 1 <= options.threads <= len(os.sched_getaffinity(0)):
        parser.error(f"this machine lends 1 to {len(os.sched_getaffinity(0))} cores")

    make = maker(options.framework, options.threads)
    stream = np.random.default_rng(0)
    batch = [stream.uniform(-0.5, 0.5, shape).astype(np.float32) for shape in SHAPES[options.model]]
    settings = {"compiled": options.framework == "torch-compile", "dropout": options.dropout}
    run = make(options.model, *batch, **({} if options.framework == "jax" else settings))

    def report():
        samples = measure(run, options.seconds)
        result = {
            "framework": options.framework, "model": options.model, "threads": options.threads,
            "median_us": round(statistics.median(samples) * 1e6, 1), "minimum_us": round(min(samples) * 1e6, 1),
        }
        if options.dropout:
            result["dropout"] = options.dropout
        print(json.dumps(result), flush=True)

    if not options.on_request:
        return report()
    # What is compiled is compiled before the first request.
    run(1)
    print(flush=True)
    for _ in sys.stdin:
        report()


main()
