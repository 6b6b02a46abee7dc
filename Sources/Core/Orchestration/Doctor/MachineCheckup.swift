private import Artifacts
package import Chronology
private import Configuration
private import Glibc

/// The machine: processor, kernels, memory, clock and surroundings.
package struct MachineCheckup {
  private let processors: Int
  private let now: Instant

  package init(processors: Int, now: Instant) {
    self.processors = processors
    self.now = now
  }

  package func lines() -> [Checkup.Line] {
    [processor, kernels, memory, clock, surroundings]
  }

  // MARK: Processor

  /// The lines of a file of `/proc`, as names and values.
  private static func fields(of path: String) -> [String: String] {
    guard let file = try? OpenFile(reading: path) else { return [:] }
    var bytes: [UInt8] = []
    try? file.forEachChunk { bytes += $0 }
    var fields: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let name = parts[0].split(whereSeparator: \.isWhitespace).first else {
        continue
      }
      let full = parts[0].split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let value = parts[1].split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if fields[full] == nil { fields[full] = value }
      if fields[String(name)] == nil { fields[String(name)] = value }
    }
    return fields
  }

  private var processor: Checkup.Line {
    let fields = Self.fields(of: "/proc/cpuinfo")
    let name = fields["model name"] ?? "a processor that does not say its name"
    let words = "\(Quantity.count(processors, "thread")) of \(name)"
    #if arch(x86_64)
      let flags = Set((fields["flags"] ?? "").split(separator: " ").map(String.init))
      let missing = ["avx2", "fma", "bmi2"].filter { !flags.contains($0) }
      guard missing.isEmpty || flags.isEmpty else {
        return Checkup.Line(
          "processor", .problem, "\(words), without \(missing.joined(separator: ", "))",
          advice: "prepare, train and predict need a processor of x86-64-v3 (2013)")
      }
      let wide = ["avx512f", "avx512vl", "avx512dq", "avx512bw"].allSatisfy(flags.contains)
      return Checkup.Line("processor", .ok, words + (wide ? ", with AVX-512" : ", with AVX2"))
    #else
      return Checkup.Line("processor", .ok, words)
    #endif
  }

  private var kernels: Checkup.Line {
    let family = Platform.kernelFamily
    guard getenv(Platform.kernelVariable) != nil else {
      return Checkup.Line("kernels", .ok, "family \(family), which every such machine has")
    }
    return Checkup.Line(
      "kernels", .warning, "family \(family), because \(Platform.kernelVariable) says so",
      advice: "results of another family have other keys; unset \(Platform.kernelVariable) to share them")
  }

  // MARK: Memory

  private var memory: Checkup.Line {
    let fields = Self.fields(of: "/proc/meminfo")
    func bytes(_ name: String) -> Int? {
      fields[name].flatMap { Int($0.prefix { $0.isNumber }) }.map { $0 * 1024 }
    }
    guard let total = bytes("MemTotal"), let free = bytes("MemAvailable") else {
      return Checkup.Line("memory", .warning, "the system does not say how much there is")
    }
    let words = "\(Quantity.bytes(free)) available of \(Quantity.bytes(total))"
    return free < 500_000_000
      ? Checkup.Line("memory", .warning, words, advice: "training may need more; end other programs")
      : Checkup.Line("memory", .ok, words)
  }

  // MARK: Surroundings

  private var clock: Checkup.Line {
    let isPlausible =
      now > Instant(year: 2025, month: 1, day: 1) && now < Instant(year: 2100, month: 1, day: 1)
    return isPlausible
      ? Checkup.Line("clock", .ok, "\(now.readable()) UTC")
      : Checkup.Line(
        "clock", .problem, "\(now.readable()) UTC cannot be now",
        advice: "set it: exchanges refuse requests, and logs mislead")
  }

  private var surroundings: Checkup.Line {
    func value(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "not set" }
    let locale = getenv("LC_ALL") != nil ? value("LC_ALL") : value("LANG")
    return Checkup.Line("locale and zone", .ok, "\(locale), TZ \(value("TZ")); nothing depends on them")
  }
}
