import Artifacts
import Foundation
import TestSupport
import Testing

@Test(.enabled(if: Programs.hasNumPy, "python3 with NumPy is not there"))
func `NumPy reads every array, with the type and shape that the manifest names`() throws {
  let workspace = try Workspace()
  _ = try workspace.pipeline()
  let script = """
    import glob, hashlib, json, numpy
    count = 0
    for path in sorted(glob.glob("artifacts/*/current/manifest.json")):
        folder = path[: -len("manifest.json")]
        for entry in json.load(open(path))["arrays"]:
            array = numpy.load(folder + entry["file"], allow_pickle=False)
            assert array.dtype.str == entry["dtype"], (path, entry["name"])
            assert list(array.shape) == entry["shape"], (path, entry["name"])
            assert array.flags["C_CONTIGUOUS"]
            assert hashlib.sha256(open(folder + entry["file"], "rb").read()).hexdigest() == entry["sha256"]
            if array.dtype.kind == "f": assert numpy.isfinite(array).all(), (path, entry["name"])
            count += 1
    print(count)
    """
  let result = try workspace.run(try #require(Programs.python), ["-c", script])
  #expect(result.status == 0, "\(result.error)")
  #expect((Int(result.output.dropLast()) ?? 0) > 25)
}

@Test(.enabled(if: Programs.hasNumPy, "python3 with NumPy is not there"))
func `NumPy, from the artifacts alone, gets the same scores and the same forecast`() throws {
  let workspace = try Workspace()
  _ = try workspace.pipeline()
  let script = """
    import json, numpy as np
    load = lambda step, name: np.load(f"artifacts/{step}/current/{name}.npy")
    metrics = json.load(open("artifacts/model/current/manifest.json"))["metrics"]
    f, a, b = (load("model", "test." + n) for n in ("forecast", "actual", "baseline"))
    close = lambda x, y: np.testing.assert_allclose(x, y, rtol=1e-9)
    close(((f - a) ** 2).mean(), metrics["test/mse"])
    close(((b - a) ** 2).mean(), metrics["test/mse/repeat"])
    close(abs(f - a).mean(), metrics["test/mae"])
    # Windows from the arrays of `windows`, the map from those of `model`.
    targets, levels = load("windows", "targets").astype(float), load("windows", "levels")
    origins = load("windows", "origins.test")
    mean, scale = load("model", "transform.0.0.mean")[0], load("model", "transform.0.0.scale")[0]
    W, bias = load("model", "linear.24.weight"), load("model", "linear.24.bias")
    for i, t in enumerate(origins):
        x = targets[t - 23 : t + 1]
        y = ((x - x[-1]).T @ W + bias).T + x[-1]
        np.testing.assert_allclose(y * scale + mean, f[i], rtol=1e-9)
        close(levels[t + 1 : t + 5], a[i])
    # The newest window's forecast, from the series itself.
    x = (load("series", "values")[-24:] - mean) / scale
    x = x.astype(np.float32).astype(float)
    y = ((x - x[-1]).T @ W + bias).T + x[-1]
    np.testing.assert_allclose(y * scale + mean, load("forecast", "forecast")[0], rtol=1e-9)
    offsets = load("model", "interval.offsets")
    np.testing.assert_allclose(load("forecast", "quantiles"), load("forecast", "forecast")[..., None] + offsets, rtol=1e-9)
    """
  let result = try workspace.run(try #require(Programs.python), ["-c", script])
  #expect(result.status == 0, "\(result.error)")
}
