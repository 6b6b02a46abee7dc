extension KubernetesExport {
  /// Where the workspace is mounted.
  private static let workspace = "/workspace"

  /// A pod with one container that may do nothing but compute and write into the workspace.
  func podTemplate(
    labels: YAMLValue, command: [String], threads: Int, environment: YAMLValue, deadlineSeconds: Int?
  ) -> YAMLValue {
    let spec = YAMLValue(present: [
      ("restartPolicy", "Never"),
      ("activeDeadlineSeconds", deadlineSeconds.map(YAMLValue.integer)),
      ("automountServiceAccountToken", false),
      ("enableServiceLinks", false),
      ("securityContext", podSecurity),
      ("containers", [container(command: command, threads: threads, environment: environment)]),
      (
        "volumes",
        [
          ["name": "workspace", "persistentVolumeClaim": ["claimName": .text(choices.claim)]],
          ["name": "tmp", "emptyDir": [:]],
        ]
      ),
    ])
    return ["metadata": ["labels": labels], "spec": spec]
  }

  private var podSecurity: YAMLValue {
    [
      "runAsNonRoot": true, "runAsUser": .integer(choices.userID), "runAsGroup": .integer(choices.userID),
      "fsGroup": .integer(choices.userID), "fsGroupChangePolicy": "OnRootMismatch",
      "seccompProfile": ["type": "RuntimeDefault"],
    ]
  }

  private func container(command: [String], threads: Int, environment: YAMLValue) -> YAMLValue {
    let amounts: YAMLValue = ["cpu": .text("\(threads)"), "memory": .text(choices.memory)]
    let workspace = YAMLValue(present: [
      ("name", "workspace"), ("mountPath", .text(Self.workspace)),
      ("subPath", choices.subPath.map(YAMLValue.text)),
    ])
    return [
      "name": "work", "image": .text(choices.image),
      "command": YAMLValue(command.prefix(1).map(Self.literal)),
      "args": YAMLValue(command.dropFirst().map(Self.literal)), "workingDir": .text(Self.workspace),
      "env": environment, "resources": ["requests": amounts, "limits": amounts],
      "securityContext": [
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
        "capabilities": ["drop": ["ALL"]],
      ],
      // The end of the log becomes the pod's message: an error says what to do next.
      "terminationMessagePolicy": "FallbackToLogsOnError",
      "volumeMounts": [workspace, ["name": "tmp", "mountPath": "/tmp"]],
    ]
  }

  /// A word in which Kubernetes finds no `$(VARIABLE)` to put a value for.
  private static func literal(_ word: String) -> String {
    word.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
  }
}
