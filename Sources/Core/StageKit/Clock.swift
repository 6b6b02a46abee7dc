private import Artifacts
package import Chronology
private import Glibc

/// The clock on the wall.
///
/// Only records that no digest covers may ask it.
package enum Clock {
  package static var now: Instant { Instant(milliseconds: nanoseconds / 1_000_000) }

  /// Nanoseconds since the epoch.
  package static var nanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// The number of this process.
  package static var process: Int32 { getpid() }

  /// Seconds since some fixed moment, for durations.
  package static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// What this process has used so far.
package enum ResourceUse {
  /// The most memory that this program has had at once.
  ///
  /// What `getrusage` says is not asked where the kernel tells better: it keeps the peak of whoever started the program.
  package static var peakMemoryBytes: Int {
    if let kilobytes = peakOfStatus() { return kilobytes * 1024 }
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) * 1024
  }

  /// The line `VmHWM:     12345 kB` of `/proc/self/status`.
  private static func peakOfStatus() -> Int? {
    var bytes = [UInt8](repeating: 0, count: 8192)
    guard let file = try? OpenFile(reading: "/proc/self/status"),
      let count = try? bytes.withUnsafeMutableBytes({ try file.read(into: $0) })
    else { return nil }
    let lines = bytes[..<count].split(separator: UInt8(ascii: "\n"))
    guard let line = lines.first(where: { $0.starts(with: "VmHWM:".utf8) }) else { return nil }
    return Int(String(decoding: line.filter { (0x30...0x39).contains($0) }, as: UTF8.self))
  }

  package static var processorSeconds: Double {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) * 1e-6 }
  }

  /// The name of the user the process runs as, or its number.
  package static var userName: String {
    getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(geteuid())"
  }

  package static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
