/// What `prepare` hands on: transformed columns, and the rows at which windows end.
///
/// Windows themselves are views: nothing of the size rows × look-back is stored anywhere.
package struct WindowTable: Sendable {
  package var signature: Signature
  /// The columns in original units, targets only, [N, K]: for inverse transforms and for metrics.
  package var levels: [Double]
  /// The transformed features, [N, F].
  package var features: [Float]
  /// The transformed targets, [N, K].
  package var targets: [Float]
  /// When each row's interval opens, ms since the epoch, [N].
  package var time: [Int64]
  /// Entity e has the rows offsets[e]..<offsets[e + 1], [E + 1].
  package var offsets: [Int]
  /// For each split the row t of each window's last input: inputs are the rows t-L+1…t, labels t+1…t+H.
  package var origins: [Split: [Int64]]

  package init(
    signature: Signature, levels: [Double], features: [Float], targets: [Float], time: [Int64],
    offsets: [Int],
    origins: [Split: [Int64]]
  ) {
    let (n, f, k) = (time.count, signature.features.count, signature.targets.count)
    precondition(levels.count == n * k, "levels of [\(levels.count)] are not [\(n), \(k)]")
    precondition(targets.count == n * k, "targets of [\(targets.count)] are not [\(n), \(k)]")
    precondition(features.count == n * f, "features of [\(features.count)] are not [\(n), \(f)]")
    self.signature = signature
    self.levels = levels
    self.features = features
    self.targets = targets
    self.time = time
    self.offsets = offsets
    self.origins = origins
  }

  /// N, the number of rows.
  package var rowCount: Int { time.count }

  /// The entity that a row belongs to.
  package func entity(ofRow row: Int) -> Int {
    var (low, high) = (0, offsets.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if offsets[middle] <= row { low = middle } else { high = middle }
    }
    return low
  }
}

extension WindowTable {
  /// Writes the arrays; the facts are the caller's, who knows the recipe.
  package func write(to publication: Publication, unit: String) throws(ArtifactError) {
    let (n, f, k) = (rowCount, signature.features.count, signature.targets.count)
    try publication.write("features", features, shape: [n, f], axes: ["N", "F"], unit: unit)
    try publication.write("targets", targets, shape: [n, k], axes: ["N", "K"], unit: unit)
    try publication.write("levels", levels, shape: [n, k], axes: ["N", "K"], unit: "original units")
    try publication.write("time", time, axes: ["N"], unit: "ms since 1970-01-01 UTC, open of the interval")
    try publication.write("offsets", offsets.map(Int64.init), axes: ["E+1"], unit: "rows")
    for split in Split.allCases {
      try publication.write(
        "origins.\(split.rawValue)", origins[split] ?? [], axes: ["n"], unit: "row of a window's last input")
    }
  }

  /// Reads a `windows` artifact.
  package init(reading artifact: Artifact) throws(ArtifactError) {
    _ = try artifact.expecting(.windows)
    let signature = try artifact.fact("signature", Signature.init(json:))
    let (f, k) = (signature.features.count, signature.targets.count)
    let time = try artifact.array("time", of: Int64.self, shape: [nil]).values
    let n = time.count
    var origins: [Split: [Int64]] = [:]
    for split in Split.allCases {
      let name = "origins.\(split.rawValue)"
      let rows = try artifact.array(name, of: Int64.self, shape: [nil]).values
      // Everything behind trusts these rows, so a window that would leave the table is refused here.
      let inside = Int64(signature.lookback - 1)..<Int64(max(n - signature.horizon, signature.lookback - 1))
      guard rows.allSatisfy(inside.contains) else { throw .noFact(artifact: artifact.directory, name: name) }
      origins[split] = rows
    }
    self.init(
      signature: signature, levels: try artifact.array("levels", of: Double.self, shape: [n, k]).values,
      features: try artifact.array("features", of: Float.self, shape: [n, f]).values,
      targets: try artifact.array("targets", of: Float.self, shape: [n, k]).values, time: time,
      offsets: try artifact.array("offsets", of: Int64.self, shape: [signature.entities.count + 1]).values.map
      {
        Int($0)
      }, origins: origins)
  }
}
