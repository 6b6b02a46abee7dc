/// What `prepare` hands on: transformed columns, and the rows at which windows end.
///
/// Windows themselves are views: nothing of the size rows × look-back is stored anywhere, and of the arrays only what
/// is looked at is in memory.
package struct WindowTable: Sendable {
  package var signature: Signature
  /// The targets in original units, [N, K]: for inverse transforms and for metrics.
  package var levels: StoredArray<Double>
  /// The transformed features, [N, F].
  package var features: StoredArray<Float>
  /// The transformed targets, [N, K].
  package var targets: StoredArray<Float>
  /// What a price that does not move makes of each label, [N, K]; empty where targets are no labels.
  package var still: StoredArray<Double>
  /// When each row's interval opens, ms since the epoch, [N].
  package var time: StoredArray<Int64>
  /// Entity e has the rows offsets[e]..<offsets[e + 1], [E + 1].
  package var offsets: [Int]
  /// For each split the row t of each window's last input: inputs are the rows t−L+1…t, labels begin at row
  /// t + labelStart.
  package var origins: [Split: Origins]
  /// From the stored units of features to those of the fold that the origins belong to; nil where they are the same.
  package var rescaling: FoldRescaling?
  /// What is done to each window when it is read.
  package var adjustment: (any WindowAdjustment)?
  /// The number by which a model knows each entity, [E]; nil where it is the entity's own.
  package var entityCodes: [Int]?

  package init(
    signature: Signature, levels: StoredArray<Double>, features: StoredArray<Float>,
    targets: StoredArray<Float>,
    still: StoredArray<Double> = [], time: StoredArray<Int64>, offsets: [Int], origins: [Split: Origins],
    rescaling: FoldRescaling? = nil
  ) {
    let (n, f, k) = (time.count, signature.features.count, signature.targets.count)
    precondition(levels.count == n * k, "levels of [\(levels.count)] are not [\(n), \(k)]")
    precondition(targets.count == n * k, "targets of [\(targets.count)] are not [\(n), \(k)]")
    precondition(features.count == n * f, "features of [\(features.count)] are not [\(n), \(f)]")
    self.signature = signature
    self.levels = levels
    self.features = features
    self.targets = targets
    self.still = still
    self.time = time
    self.offsets = offsets
    self.origins = origins
    self.rescaling = rescaling
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

/// One fold's units of the features: y = x · factor + offset, for each entity and feature, [E, F].
package struct FoldRescaling: Sendable, Equatable {
  package var factors: [Double]
  package var offsets: [Double]

  package init(factors: [Double], offsets: [Double]) {
    self.factors = factors
    self.offsets = offsets
  }
}

extension WindowTable {
  /// How many folds a `windows` artifact has.
  package static func foldCount(of artifact: Artifact) throws(ArtifactError) -> Int {
    try artifact.fact("folds") { $0.array?.count }
  }

  /// The name of the array with the origins of a split.
  package static func originsName(_ split: Split, fold: Int, of count: Int) -> String {
    count == 1 ? "origins.\(split.rawValue)" : "origins.\(foldName(fold)).\(split.rawValue)"
  }

  /// The number of a fold in names: `00`, `01` and so on.
  package static func foldName(_ fold: Int) -> String { fold < 10 ? "0\(fold)" : "\(fold)" }

  /// Reads one fold of a `windows` artifact.
  package init(reading artifact: Artifact, fold: Int = 0) throws(ArtifactError) {
    _ = try artifact.expecting(.windows)
    let signature = try artifact.fact("signature", Signature.init(json:))
    let (e, f, k) = (signature.entities.count, signature.features.count, signature.targets.count)
    let time: StoredArray<Int64> = try artifact.elements("time", shape: [nil]).elements
    let n = time.count
    let folds = try Self.foldCount(of: artifact)
    var origins: [Split: Origins] = [:]
    for split in Split.allCases {
      let name = Self.originsName(split, fold: fold, of: folds)
      origins[split] = try Origins(reading: name, of: artifact, inside: signature, rows: n)
    }
    let starts = try artifact.array("offsets", of: Int64.self, shape: [e + 1]).values
    self.init(
      signature: signature, levels: try artifact.elements("levels", shape: [n, k]).elements,
      features: try artifact.elements("features", shape: [n, f]).elements,
      targets: try artifact.elements("targets", shape: [n, k]).elements,
      still: signature.hasLabels ? try artifact.elements("still", shape: [n, k]).elements : [],
      time: time, offsets: starts.map { Int($0) }, origins: origins,
      rescaling: folds > 1 ? try FoldRescaling(reading: artifact, fold: fold, of: [folds, e, f]) : nil)
  }
}

extension Origins {
  /// Reads origins piece by piece.
  ///
  /// Everything behind trusts these rows, so a window that would leave the table is refused here.
  fileprivate init(
    reading name: String, of artifact: Artifact, inside signature: Signature, rows: Int
  ) throws(ArtifactError) {
    self.init()
    let reader = try ArrayReader<Int64>(name, of: artifact)
    guard reader.shape.count == 1 else { throw .noFact(artifact: artifact.directory, name: name) }
    let reach = signature.reach
    let last = signature.labelStart + signature.horizon - 1
    let inside = Int64(-reach.lowerBound)..<Int64(Swift.max(rows - last, -reach.lowerBound))
    while case let rows = try reader.next(rows: 1 << 16), !rows.isEmpty {
      for row in rows {
        guard inside.contains(row) else { throw .noFact(artifact: artifact.directory, name: name) }
        append(Int(row))
      }
    }
  }
}

extension FoldRescaling {
  fileprivate init(reading artifact: Artifact, fold: Int, of shape: [Int]) throws(ArtifactError) {
    let width = shape[1] * shape[2]
    let factors = try artifact.array("fold.factor", of: Double.self, shape: shape).values
    let offsets = try artifact.array("fold.offset", of: Double.self, shape: shape).values
    self.init(
      factors: Array(factors[(fold * width)..<((fold + 1) * width)]),
      offsets: Array(offsets[(fold * width)..<((fold + 1) * width)]))
  }
}
