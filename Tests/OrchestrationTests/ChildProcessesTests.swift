import Artifacts
import Orchestration
import Testing

/// What came of some shell scripts, run side by side.
private struct Outcome {
  var output = ""
  var error = ""
  var code: Int32?
}

private func run(_ scripts: [String], environment: [String: String] = [:]) throws -> [Outcome] {
  let children = ChildProcesses()
  var numbers: [ChildNumber: Int] = [:]
  var outcomes = scripts.map { _ in Outcome() }
  for (place, script) in scripts.enumerated() {
    let invocation = Invocation(program: "/bin/sh", arguments: ["-c", script], environment: environment)
    numbers[try children.start(invocation)] = place
  }
  while outcomes.contains(where: { $0.code == nil }) {
    for event in try children.events(withinSeconds: 10) {
      switch event {
      case .wrote(let child, let piece):
        let place = try #require(numbers[child])
        let text = String(decoding: piece.bytes, as: UTF8.self)
        if piece.stream == .output { outcomes[place].output += text } else { outcomes[place].error += text }
      case .ended(let child, let code): outcomes[try #require(numbers[child])].code = code
      }
    }
  }
  return outcomes
}

private func run(_ script: String, environment: [String: String] = [:]) throws -> Outcome {
  try run([script], environment: environment)[0]
}

@Suite(.serialized) struct `Child processes` {
  @Test func `Both streams arrive, and so does the exit code`() throws {
    let result = try run("echo out; echo err >&2; exit 65")
    #expect(result.code == 65 && result.output == "out\n" && result.error == "err\n")
  }

  @Test func `Much output on both streams does not block`() throws {
    let result = try run(
      "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789; echo x >&2; i=$((i+1)); done"
    )
    #expect(result.output.utf8.count == 3000 * 41 && result.error.utf8.count == 6000)
  }

  @Test func `Children run side by side, and each has an output of its own`() throws {
    let results = try run((0..<8).map { "sleep 0.1; echo \($0); exit \($0)" })
    for (place, result) in results.enumerated() {
      #expect(result.output == "\(place)\n" && result.code == Int32(place))
    }
  }

  @Test func `A child has no input, and of the environment what it is given`() throws {
    #expect(try run("cat; echo $X", environment: ["X": "1"]).output == "1\n")
    let names = try run("/usr/bin/env", environment: ["X": "1"]).output.split(separator: "\n")
    #expect(!names.contains { $0.hasPrefix("HOME=") || $0.hasPrefix("PATH=") } && names.contains("X=1"))
  }

  @Test func `A signal reaches a child and what it started`() throws {
    let children = ChildProcesses()
    let script = Invocation(program: "/bin/sh", arguments: ["-c", "/bin/sleep 60 & echo on; wait"])
    let child = try children.start(script)
    while try children.events(withinSeconds: 10).isEmpty {}
    children.signal(child, 15)
    // The sleeper holds the pipe open: that it ends at once shows that the signal reached it as well.
    var code: Int32?
    while code == nil {
      for case .ended(_, let ended) in try children.events(withinSeconds: 10) { code = ended }
    }
    #expect(code == 143)
  }

  @Test func `A child starts without blocked signals`() throws {
    #expect(try run("kill -TERM $$; echo survived").code == 128 + 15)
  }

  @Test func `Waiting ends when its time is over`() throws {
    let children = ChildProcesses()
    #expect(try children.events(withinSeconds: 0.01).isEmpty)
    let child = try children.start(Invocation(program: "/bin/sh", arguments: ["-c", "exec /bin/sleep 60"]))
    #expect(try children.events(withinSeconds: 0.01).isEmpty)
    children.signal(child, 9)
    var events: [ChildEvent] = []
    while events.isEmpty { events = try children.events(withinSeconds: 10) }
    #expect(events == [.ended(child, exitCode: 137)])
  }

  @Test func `A program that is not there is an error`() {
    #expect(throws: DiskError.self) {
      try ChildProcesses().start(Invocation(program: "/nowhere/program", arguments: []))
    }
  }
}
