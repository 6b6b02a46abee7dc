import Artifacts
import Configuration
import Orchestration

/// A plan for people, or as JSON.
struct PlanReport {
  private let plan: [PlannedStep]

  init(_ plan: [PlannedStep]) { self.plan = plan }

  func text(isJSON: Bool) -> String { isJSON ? json.canonical + "\n" : table }

  private var table: String {
    let width = plan.map(\.step.name.count).max() ?? 0
    return plan.map { planned in
      let name = planned.step.name + String(repeating: " ", count: width - planned.step.name.count)
      let state = planned.state.rawValue + String(repeating: " ", count: 7 - planned.state.rawValue.count)
      let why = (planned.reasons.map(\.description) + planned.kept.map(\.sentence)).joined(separator: "; ")
      return "\(name)  \(why.isEmpty ? planned.state.rawValue : state + "  " + why)\n"
    }.joined()
  }

  private var json: JSON {
    let steps = plan.map { planned -> JSON in
      [
        "step": .string(planned.step.name), "stage": .string(planned.step.stage.rawValue),
        "state": .string(planned.state.rawValue), "reasons": JSON(planned.reasons.map(\.description)),
        "kept": JSON(planned.kept.map(\.sentence)),
        "key": planned.key.map { .string($0.hex) } ?? .null,
      ]
    }
    return ["steps": .array(steps)]
  }
}
