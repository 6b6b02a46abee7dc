"""Reference values for transforms and filters: NumPy, SciPy, scikit-learn and PyWavelets, float64.

    python3 scripts/reference/transforms.py BTC_USDT-1h.json > Tests/Reference/transforms.json

The argument is a file of rows [time, open, high, low, close, volume]; closes and volumes of 160 hours of it are taken,
from row 1000, and kept beside what was made of them. The first 100 of them train, the rest are transformed as well.
"""
import json
import sys
import warnings

import numpy as np
import pywt
from scipy.signal import savgol_filter
from scipy.stats import boxcox, boxcox_llf, gmean
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.preprocessing import KBinsDiscretizer, MinMaxScaler, RobustScaler, StandardScaler

rows = np.array(json.load(open(sys.argv[1])), dtype=np.float64)[1000:1160]
rng = np.random.default_rng(20240611)
columns = {
    "close": rows[:, 4],
    "volume": rows[:, 5],
    "skewed": np.round(np.exp(rng.normal(size=160) ** 3 / 4), 6),
    "still": np.full(160, 0.1),
}
training = 100


def scaled(name, scaler, **settings):
    out = []
    for column, values in columns.items():
        fitted = scaler.fit(values[:training, None])
        out.append({
            "transform": name, "settings": settings, "column": column,
            "values": fitted.transform(values[training - 10:, None])[:, 0].tolist(),
        })
    return out


class Divisor:
    """Division by a statistic, 1 for zero."""

    def __init__(self, statistic):
        self.statistic = statistic

    def fit(self, x):
        self.scale = self.statistic(x) or 1.0
        return self

    def transform(self, x):
        return x / self.scale


class Winsorizer:
    def fit(self, x):
        self.low, self.high = np.quantile(x, [0.05, 0.9])
        return self

    def transform(self, x):
        return np.clip(x, self.low, self.high)


def bins(strategy, count):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return scaled(
            "bin", KBinsDiscretizer(count, encode="ordinal", strategy=strategy, subsample=None,
                                    quantile_method="linear"),
            bins=count, kind=strategy)


transforms = (
    scaled("standardize", StandardScaler())
    + scaled("min-max", MinMaxScaler((0, 1)))
    + scaled("min-max", MinMaxScaler((-1, 3)), to=[-1, 3])
    + scaled("robust", RobustScaler())
    + scaled("standard-variance", Divisor(lambda x: 0.0 if np.ptp(x) == 0 else x.std()))
    + scaled("mean-scale", Divisor(lambda x: np.abs(x).mean()))
    + scaled("winsorize", Winsorizer(), quantiles=[0.05, 0.9])
    + bins("uniform", 5) + bins("quantile", 7)
)

powers = []
for column in ["close", "volume", "skewed"]:
    power = boxcox(columns[column][:training])[1]
    scale = gmean(columns[column][:training])
    values = boxcox(columns[column][:training] / scale, power)
    powers.append({
        "column": column, "lambda": float(power), "likelihood": float(boxcox_llf(power, columns[column][:training])),
        "scale": float(scale), "values": values[:10].tolist(),
    })


def low_pass(x, keep, padding):
    pad = int(padding * len(x))
    padded = np.pad(x, pad, mode="edge")
    frequencies = np.fft.rfft(padded)
    frequencies[max(int(keep * len(frequencies)), 1):] = 0
    return np.fft.irfft(frequencies, len(padded))[pad: pad + len(x)]


def wavelet(x, threshold):
    limit = threshold * np.abs(x).max()
    coefficients = pywt.wavedec(x, "db4", mode="periodization", level=pywt.dwt_max_level(len(x), 8))
    coefficients[1:] = [pywt.threshold(c, limit, mode="soft") for c in coefficients[1:]]
    return pywt.waverec(coefficients, "db4", mode="periodization")[: len(x)]


def filtered(name, function, lengths, **settings):
    return [
        {"filter": name, "settings": settings, "length": n,
         "values": function(columns["close"][:n] - columns["close"][0], *settings.values()).tolist()}
        for n in lengths
    ]


filters = (
    filtered("low-pass", low_pass, [96, 97, 2], keep=0.5, padding=0.2)
    + filtered("low-pass", low_pass, [96, 159], keep=0.2, padding=0.5)
    + filtered("low-pass", low_pass, [64], keep=1.0, padding=0.0)
    + filtered("savitzky-golay", savgol_filter, [96, 17, 18], window=17, order=3)
    + filtered("savitzky-golay", savgol_filter, [96], window=5, order=3)
    # No higher order: SciPy 1.17 solves for powers of up to 50, and at (101, 8) is wrong in the fourth digit.
    + filtered("savitzky-golay", savgol_filter, [160], window=101, order=3)
    + filtered("wavelet", wavelet, [96, 97, 61, 13], threshold=0.63)
    + filtered("wavelet", wavelet, [96, 147, 28, 14], threshold=0.02)
)

processes = []
for nu in [0.5, 1.5, 2.5]:
    for n, (mean, variance, scale, noise) in [(96, (0.1, 0.7, 0.3, 0.05)), (41, (-0.5, 2.0, 1.3, 1e-4))]:
        y = columns["close"][:n]
        y = np.round((y - y.mean()) / y.std(), 9)
        step = 2 / (n - 1)
        kernel = ConstantKernel(variance) * Matern(scale, nu=nu)
        regressor = GaussianProcessRegressor(kernel + WhiteKernel(noise), alpha=0.0, optimizer=None)
        regressor.fit(np.linspace(-1, 1, n)[:, None], y - mean)
        places = -1 + step * np.arange(-8, n + 8)
        processes.append({
            "nu": str(nu), "mean": mean, "variance": variance, "lengthScale": scale, "noise": noise,
            "values": y.tolist(), "likelihood": float(regressor.log_marginal_likelihood_value_),
            "posterior": (regressor.predict(places[:, None]) + mean).tolist(),
        })

print(json.dumps({
    "columns": {name: values.tolist() for name, values in columns.items()}, "training": training,
    "transforms": transforms, "powers": powers, "filters": filters, "processes": processes,
}))
