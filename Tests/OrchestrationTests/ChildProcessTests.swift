import Artifacts
import Orchestration
import Testing

private func run(_ script: String, environment: [String: String] = [:]) throws -> (
  code: Int32, output: String, error: String
) {
  var (output, error): ([UInt8], [UInt8]) = ([], [])
  let code = try ChildProcess().run(
    Invocation(program: "/bin/sh", arguments: ["-c", script], environment: environment)
  ) { piece in
    if piece.stream == .output { output += piece.bytes } else { error += piece.bytes }
  }
  return (code, String(decoding: output, as: UTF8.self), String(decoding: error, as: UTF8.self))
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

  @Test func `A child has no input, the variables it is given, and no blocked signal`() throws {
    #expect(try run("cat; echo $X", environment: ["X": "1"]).output == "1\n")
    #expect(try run("kill -TERM $$; echo survived").code == 128 + 15)
  }

  @Test func `A program that is not there is an error`() {
    #expect(throws: DiskError.self) {
      try ChildProcess().run(Invocation(program: "/nowhere/program", arguments: [])) { _ in }
    }
  }
}

@Test(arguments: [
  (["--set", "a=b"], "bin/x --set a=b"), (["--set", "a=[1, 2]"], "bin/x --set 'a=[1, 2]'"),
  (["it's"], "bin/x 'it'\\''s'"), ([""], "bin/x ''"),
])
func `A command line can be copied into a shell`(arguments: [String], line: String) {
  #expect(Invocation(program: "bin/x", arguments: arguments).commandLine == line)
}
