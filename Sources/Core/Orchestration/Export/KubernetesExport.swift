import Configuration

/// What runs a pipeline in Kubernetes: a `CronJob` for the whole, and a `Job` for each step.
///
/// The workspace, with the pipeline file, its data and `artifacts/`, lies on a volume that all of them mount; a
/// ConfigMap could hold the file, but not the data and models that it names. Jobs of steps are written suspended: to
/// Kubernetes they have no order, and one that began too early would work on what an earlier run left behind.
package struct KubernetesExport: Sendable {
  /// What the user chooses.
  package struct Choices: Sendable {
    package var image: String
    /// The name of the PersistentVolumeClaim.
    package var claim: String
    /// The folder of the volume that is the workspace; nil for all of it.
    package var subPath: String?
    package var name: String
    package var namespace: String?
    /// The name of the Secret that holds the variables that steps ask for.
    package var secret: String
    package var memory: String
    package var userID: Int
    package var expression: CronExpression
    package var timeZone: String

    package init(
      image: String, claim: String, subPath: String?, name: String, namespace: String?, secret: String,
      memory: String, userID: Int, expression: CronExpression, timeZone: String
    ) {
      self.image = image
      self.claim = claim
      self.subPath = subPath
      self.name = name
      self.namespace = namespace
      self.secret = secret
      self.memory = memory
      self.userID = userID
      self.expression = expression
      self.timeZone = timeZone
    }
  }

  let choices: Choices
  /// The program and the arguments that run all steps.
  let whole: [String]
  let steps: [ExportedStep]
  /// What OpenBLAS must find in the environment.
  let kernels: [String: String]

  package init(
    _ choices: Choices, whole: [String], steps: [ExportedStep], kernels: [String: String]
  ) throws(ExportError) {
    let names: [(String, String, KubernetesName.Use)] = [
      ("--name", choices.name, .prefix), ("--namespace", choices.namespace ?? "default", .namespace),
      ("--claim", choices.claim, .object), ("--secret", choices.secret, .object),
    ]
    for (flag, name, use) in names where !KubernetesName.isValid(name, for: use) {
      throw .wrongName(flag: flag, name, use)
    }
    guard Self.isQuantity(choices.memory) else { throw .wrongQuantity(choices.memory) }
    self.choices = choices
    self.whole = whole
    self.steps = steps
    self.kernels = kernels
  }

  /// One document after another: the CronJob, and the steps' jobs in the order of the graph.
  package func text() throws(ExportError) -> String {
    ([try cronJob()] + steps.map(job)).map(\.document).joined(separator: "---\n")
  }

  // MARK: The whole

  private func cronJob() throws(ExportError) -> YAMLValue {
    let labels = labels(component: "pipeline")
    let threads = steps.map(\.threads).max() ?? 1
    return [
      "apiVersion": "batch/v1", "kind": "CronJob",
      "metadata": metadata(name: choices.name, labels: labels, annotations: nil),
      "spec": [
        "schedule": .text(try choices.expression.kubernetesSchedule()),
        "timeZone": .text(choices.timeZone == "UTC" ? "Etc/UTC" : choices.timeZone),
        "concurrencyPolicy": "Forbid",
        // A run that comes late finds what is fresh and does the rest. With an hour there are never more than the 100
        // missed times after which a CronJob gives up, even where it is due every minute.
        "startingDeadlineSeconds": 3600,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 5,
        "jobTemplate": [
          "metadata": ["labels": labels],
          "spec": [
            "backoffLimit": 3,
            "ttlSecondsAfterFinished": 86_400,
            "podFailurePolicy": podFailurePolicy,
            "template": podTemplate(
              labels: labels, command: whole, threads: threads, environment: environment(of: steps),
              deadlineSeconds: nil),
          ],
        ],
      ],
    ]
  }

  // MARK: A step

  private func job(_ exported: ExportedStep) -> YAMLValue {
    let step = exported.step
    let labels = labels(component: step.stage.rawValue)
    let annotations: YAMLValue = [
      "candlewick/step": .text(step.name),
      "candlewick/reads": .text(step.reads.map(\.step).joined(separator: " ")),
    ]
    let spec = YAMLValue(present: [
      ("suspend", true), ("backoffLimit", .integer(step.execution.retries)),
      ("activeDeadlineSeconds", step.execution.jobDeadlineSeconds.map(YAMLValue.integer)),
      ("ttlSecondsAfterFinished", 86_400), ("podFailurePolicy", podFailurePolicy),
      (
        "template",
        podTemplate(
          labels: labels, command: exported.command, threads: exported.threads,
          environment: environment(of: [exported]),
          deadlineSeconds: step.execution.timeoutSeconds.map { Int($0.rounded(.up)) })
      ),
    ])
    return [
      "apiVersion": "batch/v1", "kind": "Job",
      "metadata": metadata(
        name: KubernetesName.job(of: step.name, in: choices.name), labels: labels, annotations: annotations),
      "spec": spec,
    ]
  }

  // MARK: What they share

  private func metadata(name: String, labels: YAMLValue, annotations: YAMLValue?) -> YAMLValue {
    YAMLValue(present: [
      ("name", .text(name)), ("namespace", choices.namespace.map(YAMLValue.text)), ("labels", labels),
      ("annotations", annotations),
    ])
  }

  private func labels(component: String) -> YAMLValue {
    [
      "app.kubernetes.io/name": "candlewick", "app.kubernetes.io/instance": .text(choices.name),
      "app.kubernetes.io/component": .text(component),
    ]
  }

  /// What the exit codes mean to a job.
  ///
  /// A pod that was moved away is none of the tries; a wrong configuration, bad data, a missing input, our own bug and a
  /// refusal by a gate would come out the same again; 75 is «temporary», and everything else counts as well.
  private var podFailurePolicy: YAMLValue {
    [
      "rules": [
        ["action": "Ignore", "onPodConditions": [["type": "DisruptionTarget", "status": "True"]]],
        ["action": "FailJob", "onExitCodes": Self.exitCodes([2, 65, 66, 70, 78])],
        ["action": "Count", "onExitCodes": Self.exitCodes([75])],
      ]
    ]
  }

  private static func exitCodes(_ codes: [Int]) -> YAMLValue {
    ["containerName": "work", "operator": "In", "values": .list(codes.map(YAMLValue.integer))]
  }

  /// The kernels that step keys declare, and what the steps ask for by name.
  ///
  /// A step does without a variable of `environment:` that is not set, and counts that in its key; it cannot do
  /// without a token.
  private func environment(of steps: [ExportedStep]) -> YAMLValue {
    let needed = Set(steps.flatMap(\.secretVariables))
    let wished = Set(steps.flatMap(\.step.execution.environment)).subtracting(needed)
    let fixed = kernels.sorted { $0.key < $1.key }.map { name, value -> YAMLValue in
      ["name": .text(name), "value": .text(value)]
    }
    let named = needed.union(wished).sorted().map { name -> YAMLValue in
      let reference = YAMLValue(present: [
        ("name", .text(choices.secret)), ("key", .text(name)),
        ("optional", wished.contains(name) ? true : nil),
      ])
      return ["name": .text(name), "valueFrom": ["secretKeyRef": reference]]
    }
    return .list(fixed + named)
  }

  private static func isQuantity(_ text: String) -> Bool {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    return (1...9).contains(digits.count) && digits.first != "0"
      && ["Ki", "Mi", "Gi", "Ti", "k", "M", "G", "T"].contains(text.dropFirst(digits.count))
  }
}

extension Execution {
  /// How long a job may take with all its tries: its timeout for each, and Kubernetes's waits between them.
  var jobDeadlineSeconds: Int? {
    guard let timeoutSeconds else { return nil }
    var (wait, waits) = (10, 0)
    for _ in 0..<retries {
      waits += wait
      wait = min(wait * 2, 360)
    }
    return Int(timeoutSeconds.rounded(.up)) * (retries + 1) + waits
  }
}
