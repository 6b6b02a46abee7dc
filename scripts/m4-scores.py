"""sMAPE, MASE and OWA of models trained by examples/m4-weekly.yaml, each by itself and together.

    python3 scripts/m4-scores.py artifacts [--season 1] [--step model]

Needs NumPy. Reads the series and the models' forecasts of the test windows as `extract` and `train` published
them. Definitions are those of the M4 competition (Makridakis, Spiliotis, Assimakopoulos, «The M4
Competition», 2020, and https://github.com/Mcompetitions/M4-methods): sMAPE is the mean of 200 |y - f| / (|y| +
|f|); MASE divides the mean absolute error by that of the seasonal naive forecast over the series before the
test; OWA is the mean of both relative to Naive2. Weekly series have the season 1, for which Naive2 is the last
value. The ensemble is the mean, and the median, of the logarithms of its members' forecasts.
"""
import argparse
import pathlib

import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("artifacts", type=pathlib.Path)
parser.add_argument("--season", type=int, default=1)
parser.add_argument("--step", default="model")
arguments = parser.parse_args()


def array(folder, name):
    return np.load(folder / f"{name}.npy")


series = arguments.artifacts / "series/current"
values, offsets = array(series, "values")[:, 0], array(series, "offsets")
count = len(offsets) - 1


def scores(forecasts):
    """Rows are series; those without a forecast are NaN and refused."""
    assert np.isfinite(forecasts).all(), "a series has no forecast; add a member with a shorter look-back"
    found = []
    for number, forecast in enumerate(forecasts):
        whole = values[offsets[number]:offsets[number + 1]]
        past, actual = whole[:-len(forecast)], whole[-len(forecast):]
        scale = np.abs(past[arguments.season:] - past[:-arguments.season]).mean()
        naive = np.full(len(forecast), past[-1])
        for made in (forecast, naive):
            found.append(200 * np.mean(np.abs(actual - made) / (np.abs(actual) + np.abs(made))))
            found.append(np.mean(np.abs(actual - made)) / scale)
    smape, mase, naive_smape, naive_mase = np.array(found).reshape(-1, 4).mean(0)
    return smape, mase, (smape / naive_smape + mase / naive_mase) / 2


assert arguments.season == 1, "Naive2 of a season above 1 takes the season out first, which is not done here"
members = []
for folder in sorted(arguments.artifacts.glob(arguments.step + "@*/current")):
    forecast, entity = array(folder, "test.forecast")[:, :, 0], array(folder, "test.entity")
    member = np.full((count, forecast.shape[1]), np.nan)
    member[entity] = forecast
    members.append(member)
    if len(entity) == count:
        print("%-40s sMAPE %.3f  MASE %.3f  OWA %.4f" % (folder.parent.name, *scores(member)))
    else:
        print("%-40s %d of %d series" % (folder.parent.name, len(entity), count))
logarithms = np.log(np.array(members))
print("%-40s sMAPE %.3f  MASE %.3f  OWA %.4f" % ("mean", *scores(np.exp(np.nanmean(logarithms, 0)))))
print("%-40s sMAPE %.3f  MASE %.3f  OWA %.4f" % ("median", *scores(np.exp(np.nanmedian(logarithms, 0)))))
