import Artifacts
import TestSupport
import Testing

/// A workspace whose pipeline was run as far as its model.
private func trained(_ model: String = "rnn/gru", windows: String? = nil) throws -> Workspace {
  let workspace = try Workspace()
  let training = model.hasPrefix("baseline/") ? "" : ", training: {epochs: 1, batch: 16}"
  try workspace.replace(
    "with: {model: linear/ridge}", by: "with: {model: \(model)\(training)}", in: "pipeline.yaml")
  if let windows {
    try workspace.replace("lookback: 24, horizon: 4", by: "lookback: 24, \(windows)", in: "pipeline.yaml")
  }
  let result = try workspace.run("pipeline", ["run", "model"])
  try #require(result.status == 0, "\(result.error)")
  return workspace
}

extension Workspace {
  fileprivate func export(_ model: String, to file: String) throws -> Programs.Result {
    try run("train", ["export", model, "--onnx", file])
  }
}

@Test func `A model is exported from its step's folder or from a result, with the same bytes`() throws {
  let workspace = try trained()
  let first = try workspace.export("artifacts/model", to: "a.onnx")
  #expect(first.status == 0, "\(first.error)")
  #expect(first.output.hasPrefix("a.onnx: ") && first.output.contains("artifacts/model/current"))
  #expect(try workspace.export(try workspace.current("model"), to: "b.onnx").status == 0)
  let bytes = try Disk.read(workspace.path + "/a.onnx")
  #expect(try Disk.read(workspace.path + "/b.onnx") == bytes)
  // What people and programs look for in the metadata.
  let text = String(decoding: bytes, as: UTF8.self)
  for word in ["rnn/gru", "signature", #"["load","temp"]"#, "Transforms are no part of it", "forecast"] {
    #expect(text.contains(word), "\(word)")
  }
}

@Test func `An export replaces a file whole, and writes to what is no file`() throws {
  let workspace = try trained("baseline/drift")
  try workspace.folder.write("old", to: "model.onnx")
  #expect(try workspace.export("artifacts/model", to: "model.onnx").status == 0)
  #expect(try Disk.read(workspace.path + "/model.onnx").count > 100)
  let missing = try workspace.export("artifacts/model", to: "nowhere/model.onnx")
  #expect(missing.status == 74 && missing.error.contains("nowhere/model.onnx"))
  #expect(try workspace.export("artifacts/model", to: "/dev/null").status == 0)
  #expect(Disk.isSpecial("/dev/null"))
  #expect(!Disk.names(in: workspace.path).contains { $0.contains(".making-") })
}

@Test func `What is no model, or cannot be said in ONNX, is refused with the reason`() throws {
  let workspace = try trained("baseline/mean", windows: "labels: [{price: {of: load, steps: [1]}}]")
  let labels = try workspace.export("artifacts/model", to: "model.onnx")
  #expect(
    labels.status == 2 && labels.error.contains("'baseline/mean' cannot be written as ONNX: what it says"))
  let windows = try workspace.export("artifacts/windows", to: "model.onnx")
  #expect(windows.status == 65 && windows.error.contains("is of kind 'windows', where 'model' is needed"))
  let nothing = try workspace.export("artifacts/none", to: "model.onnx")
  #expect(nothing.status == 66 && nothing.error.contains("artifacts/none/current has no manifest.json"))
  let text = try workspace.export("artifacts/model", to: "-")
  #expect(text.status == 2 && text.error.contains("--onnx needs a file"))
  #expect(!Disk.exists(workspace.path + "/model.onnx"))
}
