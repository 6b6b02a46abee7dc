import Artifacts

/// One row a candidate or an epoch, in their order.
struct FitHistory {
  var columns: [String]
  var rows: [[Double]]

  func write(to publication: Publication) throws(ArtifactError) -> [String: JSON] {
    try publication.write(
      "history", rows.flatMap { $0 }, shape: [rows.count, columns.count], axes: ["epochs", "m"],
      unit: "see historyColumns")
    return ["historyColumns": JSON(columns)]
  }
}

extension FitHistory {
  /// What the training of a model left.
  init(reading artifact: Artifact) throws(ArtifactError) {
    columns = try artifact.fact("historyColumns", \.strings)
    let values = try artifact.array("history", of: Double.self, shape: [nil, columns.count]).values
    let width = max(columns.count, 1)
    rows = stride(from: 0, to: values.count, by: width).map { Array(values[$0..<($0 + width)]) }
  }
}
