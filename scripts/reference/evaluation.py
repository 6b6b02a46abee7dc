"""Prints Tests/Reference/evaluation.json: measures and tests of skill as other implementations have them.

    pip install numpy scipy scikit-learn statsmodels dieboldmariano scoringrules empyrical-reloaded
    python3 scripts/reference/evaluation.py > Tests/Reference/evaluation.json
"""

import itertools
import json
import warnings

import numpy as np
import scoringrules
from dieboldmariano import dm_test
from empyrical import max_drawdown, sharpe_ratio, sortino_ratio
from scipy import fft, special, stats
from sklearn import metrics
from sklearn.calibration import calibration_curve
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.proportion import proportion_confint

warnings.simplefilter("ignore")
random = np.random.default_rng(8)


def numbers(values):
    return [float(value) for value in np.asarray(values, dtype=float).ravel()]


def normal():
    points = np.concatenate([np.linspace(-9, 9, 73), [-37.5, -20.25, 12.5, 1e-8, 1e-300]])
    return {"points": numbers(points), "cumulative": numbers(special.ndtr(points)),
            "complementary": numbers(special.erfc(points))}


def regression():
    actual = 100 + np.cumsum(random.normal(size=60))
    forecast = actual + random.normal(size=60) * 2 - 0.3
    scale = 1.7
    error = forecast - actual
    variance = np.var(actual)
    return {
        "actual": numbers(actual), "forecast": numbers(forecast), "scale": scale,
        "mse": metrics.mean_squared_error(actual, forecast),
        "rmse": metrics.root_mean_squared_error(actual, forecast),
        "mae": metrics.mean_absolute_error(actual, forecast),
        "bias": float(np.mean(error)),
        "mape": metrics.mean_absolute_percentage_error(actual, forecast),
        "smape": float(np.mean(2 * np.abs(error) / (np.abs(actual) + np.abs(forecast)))),
        "wape": float(np.abs(error).sum() / np.abs(actual).sum()),
        "mase": float(np.mean(np.abs(error)) / scale),
        "r2": metrics.r2_score(actual, forecast),
        "max_error": metrics.max_error(actual, forecast),
        "nmse": float(np.mean(error**2) / variance),
        "nrmse": float(np.sqrt(np.mean(error**2) / variance)),
        "nmae": float(np.mean(np.abs(error)) / np.sqrt(variance)),
        "nmax": float(np.max(np.abs(error)) / np.sqrt(variance)),
    }


def binary():
    labels = random.random(200) < 0.45
    # Rounded, so that many are equal.
    scores = np.clip(np.round(0.5 + 0.2 * (labels - 0.45) + random.normal(size=200) * 0.2, 2), 0, 1)
    forecast = scores >= 0.5
    true, predicted = calibration_curve(labels, scores, n_bins=10, strategy="uniform")
    prior = 0.48
    loss = metrics.log_loss(labels, scores)
    return {
        "scores": numbers(scores), "labels": [bool(label) for label in labels], "prior": prior,
        "accuracy": metrics.accuracy_score(labels, forecast),
        "accuracy_baseline": float(max(labels.mean(), 1 - labels.mean())),
        "auc": metrics.roc_auc_score(labels, scores),
        "auc_precision_recall": metrics.average_precision_score(labels, scores),
        "precision": metrics.precision_score(labels, forecast),
        "recall": metrics.recall_score(labels, forecast),
        "f1": metrics.f1_score(labels, forecast), "mcc": metrics.matthews_corrcoef(labels, forecast),
        "log_loss": loss,
        "log_loss_skill": 1 - loss / metrics.log_loss(labels, np.full(200, prior)),
        "brier": metrics.brier_score_loss(labels, scores),
        "prediction/mean": float(scores.mean()), "label/mean": float(labels.mean()),
        "frequencies": numbers(true), "probabilities": numbers(predicted),
    }


def classes():
    actual = random.integers(0, 4, 300)
    forecast = np.where(random.random(300) < 0.5, actual, random.integers(0, 4, 300))
    return {
        "actual": [int(value) for value in actual], "forecast": [int(value) for value in forecast],
        "accuracy": metrics.accuracy_score(actual, forecast),
        "macro_f1": metrics.f1_score(actual, forecast, average="macro"),
        "mcc": metrics.matthews_corrcoef(actual, forecast),
    }


def diebold_mariano():
    cases = []
    for count, horizon in [(40, 1), (60, 3), (200, 12), (300, 24)]:
        actual = np.cumsum(random.normal(size=count))
        noise = np.convolve(random.normal(size=count + horizon - 1), np.ones(horizon), "valid")
        first, second = actual + noise, actual + 1.1 * noise + 0.5 * random.normal(size=count)
        statistic, two = dm_test(actual, first, second, h=horizon, one_sided=False)
        _, one = dm_test(actual, first, second, h=horizon, one_sided=True)
        differences = (actual - first) ** 2 - (actual - second) ** 2
        cases.append({"differences": numbers(differences), "overlap": horizon, "statistic": float(statistic),
                      "different": float(two), "better": float(one)})
    return cases


def fixed_smoothing():
    """Coroneo and Iacone's test with cosine weights, by SciPy's discrete cosine transform."""
    values = np.convolve(random.normal(size=71), np.ones(12), "valid") - 1
    terms = len(values) // 24
    weights = fft.dct(values, type=2, norm="ortho")[1:terms + 1]
    statistic = values.mean() * np.sqrt(len(values) / np.mean(weights**2))
    return {"differences": numbers(values), "overlap": 12, "statistic": float(statistic),
            "better": float(stats.t.cdf(statistic, terms))}


def newey_west():
    values = np.convolve(random.normal(size=203), np.ones(4), "valid")
    model = OLS(values, np.ones(len(values)))
    return {"values": numbers(values), "bartlett": [
        float(model.fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False}).cov_params()[0, 0]
              * len(values)) for lags in range(6)]}


def pesaran_timmermann():
    """By another way: the statistic of the paper, (P - P*) / sqrt(V(P) - V(P*)), is Matthews' correlation times n / sqrt(n - 1),
    because V(P) - V(P*) = 4 x (1 - x) y (1 - y) (n - 1) / n^2."""
    cases = []
    for count, share in [(50, 0.6), (400, 0.53), (1000, 0.5)]:
        actual = random.normal(size=count) + 0.2
        forecast = np.where(random.random(count) < share, actual, -actual) * random.random(count)
        up, said = actual > 0, forecast > 0
        statistic = metrics.matthews_corrcoef(up, said) * count / np.sqrt(count - 1)
        cases.append({"actual": [bool(v) for v in up], "forecast": [bool(v) for v in said],
                      "accuracy": metrics.accuracy_score(up, said),
                      "statistic": float(statistic), "p": float(stats.norm.sf(statistic))})
    return cases


def wilson():
    return [{"hits": hits, "count": count,
             "interval": numbers(proportion_confint(hits, count, alpha=0.05, method="wilson"))}
            for hits, count in [(0, 5), (7, 10), (530, 1000), (5871, 11043)]]


def quantiles():
    probabilities = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    actual = random.normal(size=80)
    forecast = np.sort(stats.norm.ppf(probabilities)[None, :] * 0.8 + random.normal(size=(80, 1)) * 0.5, axis=1)
    pairs = [(0, 4), (1, 3)]
    inside = [[(forecast[:, low] <= actual) & (actual <= forecast[:, high])] for low, high in pairs]
    rank = (actual[:, None] > forecast).sum(axis=1)
    return {
        "probabilities": numbers(probabilities), "actual": numbers(actual), "forecast": numbers(forecast), "scale": 0.7,
        "pinball": [metrics.mean_pinball_loss(actual, forecast[:, index], alpha=probability)
                    for index, probability in enumerate(probabilities)],
        "hits": [float(np.mean(one)) for one in inside],
        "widths": [float(np.mean(forecast[:, high] - forecast[:, low])) for low, high in pairs],
        "winkler": [float(np.mean(scoringrules.interval_score(actual, forecast[:, low], forecast[:, high],
                    1 - (probabilities[high] - probabilities[low])))) for low, high in pairs],
        "ranks": numbers(np.bincount(rank, minlength=6) / 80),
    }


def densities():
    cases = []
    for _ in range(8):
        truth, location, scale = random.normal() * 3, random.normal(), 0.2 + random.random() * 2
        freedom = 2.1 + 20 * random.random()
        sample = random.normal(size=25) * scale + location
        cases.append({
            "truth": truth, "location": location, "scale": scale, "freedom": freedom, "sample": numbers(sample),
            "normal": float(scoringrules.crps_normal(truth, location, scale)),
            "student": float(scoringrules.crps_t(truth, freedom, location, scale)),
            "sampled": float(scoringrules.crps_ensemble(truth, sample)),
            "likelihood": float(-stats.norm.logpdf(truth, location, scale)),
        })
    return cases


def returns():
    values = random.standard_t(4, size=500) * 0.01 + 0.0005
    return {
        "values": numbers(values), "sharpe": float(sharpe_ratio(values, annualization=365)),
        "sortino": float(sortino_ratio(values, annualization=365)), "drawdown": float(-max_drawdown(values)),
        "total": float(np.prod(1 + values) - 1), "skewness": float(stats.skew(values)),
        "kurtosis": float(stats.kurtosis(values, fisher=False)),
    }


def overfitting():
    """By the definition, without sums of parts."""
    parts, series = 8, random.normal(size=(6, 160)) * 0.01
    series[2] += 0.002
    blocks = np.split(np.arange(160), parts)
    logits = []
    for chosen in itertools.combinations(range(parts), parts // 2):
        inside = np.concatenate([blocks[index] for index in chosen])
        outside = np.concatenate([blocks[index] for index in range(parts) if index not in chosen])
        first = series[:, inside].mean(axis=1) / series[:, inside].std(axis=1)
        second = series[:, outside].mean(axis=1) / series[:, outside].std(axis=1)
        relative = stats.rankdata(second)[np.argmax(first)] / 7
        logits.append(np.log(relative / (1 - relative)))
    return {"returns": [numbers(row) for row in series], "parts": parts,
            "probability": float(np.mean(np.array(logits) <= 0)), "logits": numbers(np.sort(logits))}


print(json.dumps({
    "normal": normal(), "regression": regression(), "binary": binary(), "classes": classes(),
    "dieboldMariano": diebold_mariano(), "fixedSmoothing": fixed_smoothing(), "neweyWest": newey_west(), "pesaranTimmermann": pesaran_timmermann(),
    "wilson": wilson(), "quantiles": quantiles(), "densities": densities(), "returns": returns(),
    "overfitting": overfitting(),
}, indent=1))
