package import Artifacts
private import Glibc

/// The environment that a step's program runs in: what every program needs, and what the pipeline file lists under
/// `environment`.
///
/// A child of the orchestrator gets nothing else, so that a variable which nobody declared cannot change a result
/// unseen. What is listed is counted in the step key.
package enum StepEnvironment {
  /// What programs need to find files, names of users and the network, and cannot change a result with.
  private static let passed: Set<String> = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TERM", "NO_COLOR", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "CURL_CA_BUNDLE", "http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY", "LD_LIBRARY_PATH", "KUBERNETES_SERVICE_HOST",
  ]
  /// Variables of the product itself, such as the seconds between two checkpoints.
  private static let ownPrefix = "CANDLEWICK_"
  /// What all programs are given, whatever the user's own are.
  private static let fixed = ["LC_ALL": "C", "TZ": "UTC"]

  /// The environment of a child: `additions` on top of what is passed, fixed or declared by the step.
  package static func ofChild(
    _ step: PipelineFile.Step, secrets: [String], additions: [String: String]
  ) -> [String: String] {
    var variables = fixed
    for (name, value) in ProcessEnvironment.all
    where isPassed(name) || step.execution.environment.contains(name) || secrets.contains(name) {
      if variables[name] == nil { variables[name] = value }
    }
    return variables.merging(additions) { $1 }
  }

  /// What the step key counts of the declared variables: the SHA-256 of each value, because a value may be nobody's
  /// business.
  static func facts(for step: PipelineFile.Step) -> [String: String] {
    var facts: [String: String] = [:]
    for name in step.execution.environment {
      facts["environment." + name] = getenv(name).map { Digest(of: String(cString: $0)).hex } ?? "not set"
    }
    return facts
  }

  static func isName(_ name: String) -> Bool {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    return isPlain && !name.isEmpty && name.first?.isNumber == false
  }

  static func isReserved(_ name: String) -> Bool {
    fixed[name] != nil || name == Platform.kernelVariable || name.hasPrefix(ownPrefix)
  }

  private static func isPassed(_ name: String) -> Bool {
    passed.contains(name) || name.hasPrefix(ownPrefix) || name == Platform.kernelVariable
  }
}
