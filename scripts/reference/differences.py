"""Reference values for ElementComparison: pairs of arrays and what NumPy says of their differences.

    python3 scripts/reference/differences.py > Tests/Reference/differences.json

Elements are written as the signed whole numbers that their bits spell, because JSON has no NaN and no −0. Distances
in units in the last place are counted twice, by steps of np.nextafter where they are short, and from the
exponent and np.spacing everywhere.
"""
import json

import numpy as np

rng = np.random.default_rng(20260101)
SIGNED = {1: "u1", 4: "<i4", 8: "<i8"}


def position(x):
    """How many numbers of the type lie between 0 and x, with x's sign."""
    kind = type(x)
    info = np.finfo(kind)
    magnitude = abs(x)
    if magnitude < info.smallest_normal:
        count = int(magnitude / info.smallest_subnormal)
    else:
        power = int(np.frexp(magnitude)[1]) - 1  # magnitude is in [2^power, 2^(power + 1))
        binades = power - info.minexp
        # np.spacing overflows at the largest number; below it, the spacing of the binade's first number is the same.
        first = np.ldexp(kind(1), power)
        within = int((magnitude - first) / np.spacing(first))
        count = (1 << info.nmant) * (1 + binades) + within
    return -count if x < 0 else count


def ulps(a, b):
    distance = abs(position(a) - position(b))
    if distance <= 64:
        walked, at = 0, a
        while at != b:
            at, walked = np.nextafter(at, b), walked + 1
        assert walked == distance, (a, b, walked, distance)
    return distance


def real(name, old, new, rtol=0.0, atol=0.0):
    a, b = old.astype("f8").ravel(), new.astype("f8").ravel()
    with np.errstate(all="ignore"):
        finite = np.isfinite(a) & np.isfinite(b) & (a != b)
        size = np.maximum(np.abs(a), np.abs(b))
        distance = np.where(finite, np.abs(a - b), 0)
        ratio = np.where(finite, np.where(np.isfinite(distance), distance / size, np.abs(a / size - b / size)), 0)
        over = finite & ~(distance <= atol + rtol * size)
        nan_came, nan_went = ~np.isnan(a) & np.isnan(b), np.isnan(a) & ~np.isnan(b)
        infinities = ~np.isnan(a) & ~np.isnan(b) & (np.isinf(a) | np.isinf(b)) & (a != b)
        differing = over | nan_came | nan_went | infinities
    steps = [ulps(x, y) if f else 0 for x, y, f in zip(old.ravel(), new.ravel(), finite)]
    columns = old.shape[1]
    record = case(name, old, new, rtol, atol, differing)
    record |= {
        "absolute": largest(distance), "relative": largest(ratio),
        "ulp": {"size": str(max(steps)), "at": int(np.argmax(np.array(steps, dtype=object)))} if max(steps) else None,
        "becameNaN": int(nan_came.sum()), "ceasedNaN": int(nan_went.sum()), "infinities": int(infinities.sum()),
        "zeroSigns": int(((a == 0) & (b == 0) & (np.signbit(a) != np.signbit(b))).sum()),
        "columnAbsolute": [text(x) for x in distance.reshape(-1, columns).max(0)],
        "columnRelative": [text(x) for x in ratio.reshape(-1, columns).max(0)],
    }
    return record


def whole(name, old, new):
    a, b = [int(x) for x in old.ravel()], [int(x) for x in new.ravel()]
    distance = [abs(x - y) for x, y in zip(a, b)]
    record = case(name, old, new, 0, 0, np.array([d > 0 for d in distance]))
    at = distance.index(max(distance))
    columns = old.shape[1]
    record |= {
        "whole": {"size": str(max(distance)), "at": at} if max(distance) else None,
        "columnWhole": [str(max(distance[c::columns])) for c in range(columns)],
    }
    return record


def case(name, old, new, rtol, atol, differing):
    bits = SIGNED[old.dtype.itemsize]
    return {
        "name": name, "dtype": old.dtype.str, "shape": list(old.shape), "old": old.ravel().view(bits).tolist(),
        "new": new.ravel().view(bits).tolist(), "rtol": rtol, "atol": atol, "differing": int(differing.sum()),
        "first": int(np.argmax(differing)) if differing.any() else None,
        "rowsRevised": int(differing.reshape(old.shape).any(1).sum()),
        "columnDiffering": differing.reshape(old.shape).sum(0).tolist(),
    }


def text(x):
    return repr(float(x))


def largest(sizes):
    return {"size": text(sizes.max()), "at": int(np.argmax(sizes))} if sizes.max() > 0 else None


def stepped(values, kind):
    """Each value moved by up to 40 of the type's own steps."""
    moved = values.copy()
    for i, count in enumerate(rng.integers(-40, 41, size=values.size)):
        for _ in range(abs(count)):
            moved.flat[i] = np.nextafter(moved.flat[i], kind(np.inf) * np.sign(count).astype(kind))
    return moved


def specials(kind):
    info = np.finfo(kind)
    nan, inf, tiny, most = kind(np.nan), kind(np.inf), info.smallest_subnormal, info.max
    pairs = [
        (0.0, -0.0), (-0.0, 0.0), (0.0, 0.0), (nan, nan), (nan, 1), (1, nan), (inf, inf), (inf, -inf), (inf, most),
        (most, inf), (-inf, nan), (nan, -inf), (most, -most), (tiny, -tiny), (tiny, 0.0), (-0.0, tiny),
        (info.smallest_normal, np.nextafter(info.smallest_normal, kind(0))), (1, 1), (1, np.nextafter(kind(1), kind(2))),
        (1, np.nextafter(kind(1), kind(0))), (-1, 1), (0.0, 1), (most, np.nextafter(most, kind(0))), (3, -0.0),
    ]
    table = np.array(pairs, dtype=kind)
    return table[:, 0].reshape(-1, 4).copy(), table[:, 1].reshape(-1, 4).copy()


def walk(kind, rows=12, columns=5):
    return np.cumsum(rng.normal(size=(rows, columns)), axis=0).astype(kind)


cases = []
for kind in (np.float32, np.float64):
    name = np.dtype(kind).name
    old = walk(kind)
    cases.append(real(f"{name}, nothing differs", old, old.copy()))
    cases.append(real(f"{name}, some steps of the type", old, stepped(old, kind)))
    noisy = (old * (1 + rng.normal(size=old.shape) * 1e-5)).astype(kind)
    cases.append(real(f"{name}, within and beyond a relative tolerance", old, noisy, rtol=1e-5))
    cases.append(real(f"{name}, within and beyond both tolerances", old, noisy, rtol=2e-6, atol=1e-5))
    one = old.copy()
    one[7, 3] += kind(1e-6)
    cases.append(real(f"{name}, one element by a millionth", old, one))
    cases.append(real(f"{name}, numbers that are none", *specials(kind)))
    cases.append(real(f"{name}, numbers that are none, with a tolerance", *specials(kind), rtol=1e-3, atol=1e-30))
for kind in (np.int64, np.int32, np.uint8):
    info = np.iinfo(kind)
    old = rng.integers(info.min, info.max, size=(6, 4), dtype=kind, endpoint=True)
    new = old.copy()
    new[2, 1], new[4, 3] = info.max, info.min
    old[4, 3], old[5, 0] = info.max, info.max
    new[5, 0] = info.max - 1
    cases.append(whole(f"{np.dtype(kind).name}, from end to end", old, new))
cases.append(whole("bool", np.array([[True, False], [True, True]]), np.array([[True, True], [False, True]])))
print(json.dumps({"cases": cases}))
