import Configuration
import Testing

@testable import Orchestration

private func export(
  _ text: String, cron: String = "0 0 * * 7", memory: String = "2Gi", claim: String = "work"
) throws -> String {
  let pipeline = try PipelineFile(parsing: Array(text.utf8), path: "p.yaml")
  let choices = KubernetesExport.Choices(
    image: "registry/candlewick:1", claim: claim, subPath: nil, name: "candlewick", namespace: nil,
    secret: "candlewick", memory: memory, userID: 65532, expression: try CronExpression(parsing: cron),
    timeZone: "UTC")
  let steps = pipeline.steps.map { step in
    ExportedStep(
      step: step, command: ["/bin/" + step.stage.rawValue, "--step", step.name, "$(HOME)$"],
      secretVariables: step.stage == .extract ? ["TOKEN"] : [], threads: step.execution.threads ?? 1)
  }
  return try KubernetesExport(
    choices, whole: ["/bin/pipeline", "run"], steps: steps, kernels: ["OPENBLAS_NUM_THREADS": "1"]
  ).text()
}

private let file = """
  version: 1
  steps:
    series: {stage: extract, environment: [REGION]}
    windows: {stage: prepare, reads: {series: series}, threads: 4, timeout: 90s, retries: 2}
  """

@Test func `There is a CronJob for the whole and a suspended Job for each step, in order`() throws {
  let documents = try export(file).split(separator: "---\n").map { text in
    try YAMLReader.read(Array(text.utf8), file: "k.yaml")
  }
  #expect(documents.compactMap { $0["kind"]?.text } == ["CronJob", "Job", "Job"])
  #expect(
    documents.compactMap { $0["metadata"]?["name"]?.text } == [
      "candlewick", "candlewick-series", "candlewick-windows",
    ])
  let whole = try #require(documents[0]["spec"])
  #expect(whole["schedule"]?.text == "0 0 * * 0" && whole["timeZone"]?.text == "Etc/UTC")
  #expect(whole["concurrencyPolicy"]?.text == "Forbid" && whole["startingDeadlineSeconds"] != nil)
  let job = try #require(documents[2]["spec"])
  #expect(job["suspend"]?.text == "true" && job["backoffLimit"]?.text == "2")
  // Three tries of 90 seconds, and waits of 10 and 20 between them.
  #expect(job["activeDeadlineSeconds"]?.text == "300")
  let container = try #require(job["template"]?["spec"]?["containers"]?.elements.first)
  #expect(container["args"]?.elements.compactMap(\.text) == ["--step", "windows", "$$(HOME)$$"])
  #expect(container["resources"]?["limits"]?["cpu"]?.text == "4")
}

@Test func `A pod may compute and nothing else`() throws {
  for text in try export(file).split(separator: "---\n") {
    for line in [
      "runAsNonRoot: true", "readOnlyRootFilesystem: true", "allowPrivilegeEscalation: false", "- ALL",
      "type: RuntimeDefault", "automountServiceAccountToken: false", "restartPolicy: Never",
      "status: \"True\"",
    ] {
      #expect(text.contains(line), "\(line)")
    }
  }
}

@Test func `Variables come from a secret: tokens must be there, others may`() throws {
  let documents = try export(file).split(separator: "---\n")
  let series = documents[1]
  #expect(series.contains("name: REGION") && series.contains("name: TOKEN"))
  #expect(series.split(separator: "optional: true").count == 2)
  #expect(!documents[2].contains("secretKeyRef") && documents[0].contains("key: TOKEN"))
}

@Test func `What Kubernetes would refuse or read otherwise is refused here`() throws {
  #expect(throws: ExportError.wrongQuantity("2 GB")) { try export(file, memory: "2 GB") }
  #expect(throws: ExportError.wrongName(flag: "--claim", "my claim", .object)) {
    try export(file, claim: "my claim")
  }
  #expect(throws: ExportError.ambiguousDays("0 0 */2 * MON")) { try export(file, cron: "0 0 */2 * MON") }
}

@Test(arguments: [
  ("*/20 * * * *", "0,20,40 * * * *"), ("0 0 * * 5-7", "0 0 * * 0,5,6"),
  ("0 0 */10 * *", "0 0 1,11,21,31 * *"),
  ("@weekly", "0 0 * * 0"), ("5 9-17 1,15 JAN-MAR FRI", "5 9-17 1,15 1-3 5"),
])
func `Schedules are written out in the words that Kubernetes knows`(cron: String, schedule: String) throws {
  #expect(try CronExpression(parsing: cron).kubernetesSchedule() == schedule)
}

extension YAMLNode {
  fileprivate var text: String? {
    guard case .scalar(let text, _) = content else { return nil }
    return text
  }

  fileprivate var elements: [YAMLNode] {
    guard case .sequence(let elements) = content else { return [] }
    return elements
  }
}
