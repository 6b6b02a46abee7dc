import Artifacts
import Configuration
import Orchestration

/// A plan for people, or as JSON.
struct PlanReport {
  private let plan: [PlannedStep]

  init(_ plan: [PlannedStep]) { self.plan = plan }

  func text(isJSON: Bool) -> String { isJSON ? json.canonical + "\n" : table }

  private var table: String {
    var table = TextTable([.left, .left, .left])
    for planned in plan {
      let why = planned.reasons.map(\.description) + planned.kept.map(\.sentence)
      table.add([planned.step.name, planned.state.rawValue, why.joined(separator: "; ")])
    }
    return table.text()
  }

  private var json: JSON {
    let steps = plan.map { planned -> JSON in
      [
        "step": .string(planned.step.name), "stage": .string(planned.step.stage.rawValue),
        "reads": JSON(planned.step.reads.map(\.step)), "state": .string(planned.state.rawValue),
        "reasons": JSON(planned.reasons.map(\.description)),
        "kept": JSON(planned.kept.map(\.sentence)),
        "key": planned.key.map { .string($0.hex) } ?? .null,
      ]
    }
    return ["steps": .array(steps)]
  }
}
