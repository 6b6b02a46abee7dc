import Configuration

/// A pipeline in the words of the truth test, which knows the graph and writes the YAML from it.
struct ModelPipeline {
  struct Read: Equatable {
    var name: String
    var step: String
    /// Whether it is `step@*`.
    var gathers = false
  }

  struct Step: Equatable {
    var name: String
    var stage: Stage
    var reads: [Read] = []
    /// A setting that edits change.
    var knob = 0
    /// The values of another setting; without any there is no matrix, and the value is 0.
    var matrix: [Int] = []
    /// The number of the outside file, for `extract`.
    var file = 0
    /// Environment variables that are declared.
    var variables: Set<Int> = []
  }

  /// A step as it runs.
  struct Instance {
    var name: String
    var base: String
    var stage: Stage
    var reads: [(name: String, step: String)]
    /// All of its settings, defaults put in, in words.
    var settings: String
    var file: Int?
    var variables: Set<Int>
    /// The model that a registering step registers.
    var model: String?
  }

  var steps: [Step]

  func step(_ name: String) -> Step? { steps.first { $0.name == name } }

  // MARK: Instances

  private typealias Assignment = [String: Int]

  /// The steps whose matrices multiply a step.
  private func dimensions(of step: Step) -> [String] {
    var found: [String] = []
    for read in step.reads {
      for dimension in inherited(through: read) where !found.contains(dimension) { found.append(dimension) }
    }
    return step.matrix.isEmpty ? found : found + [step.name]
  }

  private func inherited(through read: Read) -> [String] {
    guard let source = self.step(read.step) else { return [] }
    let all = dimensions(of: source)
    guard gathers(read) else { return all }
    return source.matrix.isEmpty ? [] : all.dropLast()
  }

  private func gathers(_ read: Read) -> Bool {
    read.gathers && self.step(read.step).map { !dimensions(of: $0).isEmpty } ?? false
  }

  private func assignments(of dimensions: [String]) -> [Assignment] {
    dimensions.reduce([[:]]) { all, dimension in
      all.flatMap { one in
        (self.step(dimension)?.matrix ?? []).map { value in one.merging([dimension: value]) { $1 } }
      }
    }
  }

  private func label(_ dimensions: [String], _ assignment: Assignment) -> String {
    let words = dimensions.compactMap { dimension in
      assignment[dimension].flatMap { value in
        self.step(dimension).map { Self.word($0.stage, value).label }
      }
    }
    return words.isEmpty ? "" : "@" + words.joined(separator: "-")
  }

  var instances: [Instance] {
    steps.flatMap { step in
      assignments(of: dimensions(of: step)).map { instance(of: step, $0) }
    }
  }

  private func instance(of step: Step, _ assignment: Assignment) -> Instance {
    let label = label(dimensions(of: step), assignment)
    let many = step.reads.count { $0.name == step.reads.first?.name } > 1
    var reads: [(name: String, step: String)] = []
    for read in step.reads {
      guard let source = self.step(read.step) else { continue }
      let all = dimensions(of: source)
      let rest = gathers(read) ? all.filter { !inherited(through: read).contains($0) } : []
      for one in assignments(of: rest) {
        let whole = assignment.merging(one) { $1 }
        let name = read.step + self.label(all, whole)
        reads.append((many ? read.name + "@" + name : read.name + self.label(rest, one), name))
      }
    }
    let model =
      step.stage == .register ? "m-\(step.name)" + (label.isEmpty ? "" : "-" + label.dropFirst()) : nil
    let value = assignment[step.name] ?? 0
    return Instance(
      name: step.name + label, base: step.name, stage: step.stage, reads: reads,
      settings: "knob \(step.knob) value \(value) \(model ?? "")",
      file: step.stage == .extract ? step.file : nil,
      variables: step.variables, model: model)
  }

  // MARK: YAML

  /// How a value of a stage's matrix is written, and what it is called in names.
  static func word(_ stage: Stage, _ value: Int) -> (text: String, label: String) {
    switch stage {
    case .extract: ("e\(value)", "e\(value)")
    case .prepare: ("\(1 + value)", "\(1 + value)")
    default:
      [
        ("baseline/mean", "baseline-mean"), ("baseline/drift", "baseline-drift"),
        ("baseline/repeat", "baseline-repeat"),
      ][value]
    }
  }

  /// The file's text; `style` changes what must not matter.
  func text(root: String, style: Int) -> String {
    var order = steps
    if style & 1 != 0 { order.reverse() }
    if style & 2 != 0, order.count > 2 { order.swapAt(0, 1) }
    let comment = style & 4 != 0 ? "# a comment\n" : ""
    return comment + "version: 1\nsteps:\n"
      + order.map { comment + text(of: $0, root: root, style: style) }.joined()
  }

  private func text(of step: Step, root: String, style: Int) -> String {
    var lines = ["stage: \(step.stage.rawValue)"]
    let reads = Dictionary(grouping: step.reads, by: \.name).sorted { $0.key < $1.key }.map { name, reads in
      let sources = reads.map { gathers($0) ? "\"\($0.step)@*\"" : $0.step }
      return "\(name): " + (sources.count == 1 ? sources[0] : "[\(sources.joined(separator: ", "))]")
    }
    if !reads.isEmpty { lines.append("reads: {\(reads.joined(separator: ", "))}") }
    lines.append("with: {\(settings(of: step, root: root, style: style).joined(separator: ", "))}")
    if !step.matrix.isEmpty {
      let key = step.stage == .extract ? "source.name" : step.stage == .prepare ? "horizon" : "model"
      let values = step.matrix.map { Self.word(step.stage, $0).text }
      lines.append(
        style & 16 != 0
          ? "matrix: [\(values.map { "{\(key): \($0)}" }.joined(separator: ", "))]"
          : "matrix: {\(key): [\(values.joined(separator: ", "))]}")
    }
    if !step.variables.isEmpty {
      lines.append("environment: [\(step.variables.sorted().map { "TRUTH_\($0)" }.joined(separator: ", "))]")
    }
    if style & 32 != 0 { lines += ["timeout: 1h", "retries: 2", "threads: 1"] }
    return "  \(step.name):\n" + lines.map { "    \($0)\n" }.joined()
  }

  private func settings(of step: Step, root: String, style: Int) -> [String] {
    let hasDefaults = style & 8 != 0
    let value = step.matrix.isEmpty ? Self.word(step.stage, 0).text : nil
    switch step.stage {
    case .extract:
      let path = "\(root)/data\(step.file).csv"
      let name = value.map { ", name: \($0)" } ?? ""
      let calendar = ["continuous", "weekdays", "observed"][step.knob % 3]
      return ["source: {kind: csv, path: \(path), time: date\(name)}"]
        + (step.knob % 3 == 0 && !hasDefaults ? [] : ["calendar: \(calendar)"])
    case .prepare:
      return ["lookback: \(4 + step.knob)", "split: {preset: ett-hourly}"]
        + (value.map { ["horizon: \($0)"] } ?? [])
    case .train:
      return ["season: \(2 + step.knob)"] + (value.map { ["model: \(hasDefaults ? "'\($0)'" : $0)"] } ?? [])
        + (hasDefaults ? ["coverages: [0.8, 0.95]"] : [])
    case .register: return ["name: m-\(step.name)", "gates: {test/mae: {at_most: \(step.knob + 1)}}"]
    case .predict: return ["history: \(10 + step.knob)"]
    }
  }
}
