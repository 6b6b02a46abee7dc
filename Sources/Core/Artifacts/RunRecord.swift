package import Chronology

/// `run.json`: when, where and at what cost an artifact was made.
///
/// No digest covers it, and it may be deleted.
package struct RunRecord: Sendable {
  /// The SHA-256 of the manifest that was published beside it.
  package var manifest: Digest
  package var started: Instant
  package var finished: Instant
  package var host: String
  package var peakMemoryBytes: Int
  package var processorSeconds: Double
  package var threads: Int
  package var arguments: [String]
  package var logFile: String?

  package init(
    manifest: Digest, started: Instant, finished: Instant, host: String, peakMemoryBytes: Int,
    processorSeconds: Double, threads: Int, arguments: [String], logFile: String?
  ) {
    self.manifest = manifest
    self.started = started
    self.finished = finished
    self.host = host
    self.peakMemoryBytes = peakMemoryBytes
    self.processorSeconds = processorSeconds
    self.threads = threads
    self.arguments = arguments
    self.logFile = logFile
  }

  /// The record of an artifact; nil when there is none that can be read.
  package init?(in directory: String) {
    guard let bytes = try? Disk.read(published: directory + "/run.json", limit: 1 << 20),
      let json = try? JSON(parsing: bytes),
      let manifest = json["manifest"]?.string.flatMap({ Digest(parsing: $0) }),
      let started = json["started"]?.string.flatMap({ Instant(parsing: $0) }),
      let finished = json["finished"]?.string.flatMap({ Instant(parsing: $0) })
    else { return nil }
    self.init(
      manifest: manifest, started: started, finished: finished, host: json["host"]?.string ?? "",
      peakMemoryBytes: json["peakMemoryBytes"]?.integer ?? 0,
      processorSeconds: json["processorSeconds"]?.number ?? 0, threads: json["threads"]?.integer ?? 0,
      arguments: json["arguments"]?.strings ?? [], logFile: json["log"]?.string)
  }

  /// The bytes of `run.json`.
  package var document: [UInt8] {
    var members: [String: JSON] = [
      "manifest": .string(manifest.description), "started": .string(started.description),
      "finished": .string(finished.description), "host": .string(host),
      "peakMemoryBytes": JSON(peakMemoryBytes),
      "processorSeconds": .number(processorSeconds), "threads": JSON(threads), "arguments": JSON(arguments),
    ]
    if let logFile { members["log"] = .string(logFile) }
    return JSON.object(members).documentBytes
  }
}
