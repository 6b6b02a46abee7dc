package import Artifacts
private import Numerics

/// The file that lets training go on where it was killed: replaced as a whole now and then, and never published.
///
/// A line of JSON says what follows; then come parameters, the optimiser's arrays and the kept epochs as raw
/// little-endian floats, and last the SHA-256 of everything before. A class, because it knows when it last wrote.
package final class CheckpointFile {
  package let path: String
  private let identity: String
  private let interval: Duration
  private var temporary: String { path + ".new" }
  private var written = ContinuousClock.now

  /// `identity` is the step key: a file of another key is not read.
  package init(path: String, identity: String, interval: Duration = .seconds(20)) {
    self.path = path
    self.identity = identity
    self.interval = interval
  }

  package func remove() {
    Disk.remove(path)
    Disk.remove(temporary)
  }

  // MARK: Writing

  /// Whether the last one is old enough.
  var isDue: Bool { ContinuousClock.now - written >= interval }

  func write(_ state: TrainingState, _ step: TrainingStep) throws {
    Disk.remove(temporary)
    let file = try OpenFile(creating: temporary)
    let hash = Hasher256()
    func put(_ bytes: UnsafeRawBufferPointer) throws {
      hash.update(bytes)
      try file.write(bytes)
    }
    let header = Array((header(state, step).canonical + "\n").utf8)
    try header.withUnsafeBytes(put)
    try put(UnsafeRawBufferPointer(start: step.parameters, count: step.plan.parameterBufferCount * 4))
    try put(UnsafeRawBufferPointer(start: step.state, count: step.stateCount * 4))
    for kept in state.best { try kept.parameters.withUnsafeBytes(put) }
    try Array(hash.finalize().hex.utf8).withUnsafeBytes { try file.write($0) }
    try file.synchronize()
    try Disk.rename(temporary, to: path)
    written = .now
  }

  private func header(_ state: TrainingState, _ step: TrainingStep) -> JSON {
    [
      "identity": .string(identity), "parameters": JSON(step.plan.parameterBufferCount),
      "state": JSON(step.stateCount), "epoch": JSON(state.epoch), "step": JSON(state.step),
      "stepInEpoch": JSON(state.stepInEpoch), "loss": .number(state.loss),
      "errors": .array(state.laneErrors.map { JSON($0.fields) }),
      "withoutImprovement": JSON(state.epochsWithoutImprovement),
      "onPlateau": JSON(state.epochsOnPlateau), "reductions": JSON(state.reductions),
      "curriculum": JSON(state.curriculum.fields),
      "history": .array(
        state.history.map {
          JSON(
            [Double($0.epoch), $0.rate, $0.trainLoss, $0.validationLoss] + $0.train.fields
              + $0.validation.fields + ($0.unrolling?.fields ?? []))
        }),
      "best": .array(state.best.map { JSON([Double($0.epoch), $0.validationLoss]) }),
    ]
  }

  // MARK: Reading

  /// What a file held.
  struct Found {
    var state: TrainingState
    fileprivate var parameters: ArraySlice<UInt8>
    fileprivate var optimizer: ArraySlice<UInt8>

    func restore(into step: TrainingStep) {
      CheckpointFile.copy(parameters, to: step.parameters)
      CheckpointFile.copy(optimizer, to: step.state)
    }
  }

  private static func copy(_ bytes: ArraySlice<UInt8>, to target: UnsafeMutablePointer<Float>) {
    bytes.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(start: target, count: source.count).copyMemory(from: source)
    }
  }

  /// What the file holds; nil when there is none, or when it is damaged or of another step, and training begins
  /// anew.
  func read(expecting step: TrainingStep) throws -> Found? {
    guard Disk.exists(path) else { return nil }
    let bytes = try Disk.read(path)
    let hashLength = 64
    guard bytes.count > hashLength, let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
      Digest(of: bytes.dropLast(hashLength)).hex.utf8.elementsEqual(bytes.suffix(hashLength)),
      let header = try? JSON(parsing: Array(bytes[..<end])), header["identity"]?.string == identity,
      header["parameters"]?.integer == step.plan.parameterBufferCount,
      header["state"]?.integer == step.stateCount, var state = TrainingState(header)
    else { return nil }
    let size = step.plan.parameterBufferCount * 4
    let start = end + 1
    let optimizerEnd = start + size + step.stateCount * 4
    guard bytes.count == optimizerEnd + state.best.count * size + hashLength else { return nil }
    for index in state.best.indices {
      let first = optimizerEnd + index * size
      state.best[index].parameters = [Float](unsafeUninitializedCapacity: size / 4) { buffer, count in
        if let base = buffer.baseAddress { Self.copy(bytes[first..<(first + size)], to: base) }
        count = size / 4
      }
    }
    return Found(
      state: state, parameters: bytes[start..<(start + size)], optimizer: bytes[(start + size)..<optimizerEnd]
    )
  }
}

extension TrainingState {
  fileprivate init?(_ json: JSON) {
    func numbers(_ json: JSON) -> [Double] { (json.array ?? []).compactMap(\.number) }
    guard let epoch = json["epoch"]?.integer, let step = json["step"]?.integer,
      let stepInEpoch = json["stepInEpoch"]?.integer, let loss = json["loss"]?.number,
      let errors = json["errors"]?.array?.map(numbers),
      errors.allSatisfy({ $0.count == PointErrors.fieldCount }),
      let without = json["withoutImprovement"]?.integer, let plateau = json["onPlateau"]?.integer,
      let reductions = json["reductions"]?.integer, let history = json["history"]?.array?.map(numbers),
      history.allSatisfy({ [0, 3].contains($0.count - 4 - 2 * PointErrors.fieldCount) }),
      let curriculum = json["curriculum"].flatMap({ Curriculum.State(fields: numbers($0)) }),
      let best = json["best"]?.array?.map(numbers), best.allSatisfy({ $0.count == 2 })
    else { return nil }
    self.init()
    self.epoch = epoch
    self.step = step
    self.stepInEpoch = stepInEpoch
    self.loss = loss
    laneErrors = errors.map(PointErrors.init(fields:))
    epochsWithoutImprovement = without
    epochsOnPlateau = plateau
    self.reductions = reductions
    self.curriculum = curriculum
    self.history = history.map { line in
      EpochRecord(
        epoch: Int(line[0]), rate: line[1], trainLoss: line[2],
        train: PointErrors(fields: Array(line[4..<(4 + PointErrors.fieldCount)])), validationLoss: line[3],
        validation: PointErrors(fields: Array(line[(4 + PointErrors.fieldCount)...])),
        unrolling: EpochRecord.Unrolling(fields: line.dropFirst(4 + 2 * PointErrors.fieldCount)))
    }
    self.best = best.map { Kept(epoch: Int($0[0]), validationLoss: $0[1], parameters: []) }
  }
}

extension EpochRecord.Unrolling {
  fileprivate var fields: [Double] { [Double(length), forcing, Double(horizon)] }

  fileprivate init?(fields: ArraySlice<Double>) {
    guard fields.count == 3, let first = fields.first, let last = fields.last else { return nil }
    self.init(length: Int(first), forcing: fields[fields.startIndex + 1], horizon: Int(last))
  }
}
