import Artifacts
import Orchestration
import TestSupport
import Testing

/// Programs that answer what a test wants, and a loader that finds what a test says.
///
/// A class, because it guards the answers that have not been heard.
private final class Answers: Launcher {
  let version: String
  let trace: String
  private var unheard: [ChildEvent] = []

  init(version: String, trace: String = "") {
    self.version = version
    self.trace = trace
  }

  func start(_ invocation: Invocation) throws -> ChildNumber {
    let isTrace = invocation.environment["LD_TRACE_LOADED_OBJECTS"] != nil
    let answer = OutputPiece(stream: .output, bytes: Array((isTrace ? trace : version).utf8))
    unheard = [.wrote(ChildNumber(1), answer), .ended(ChildNumber(1), exitCode: 0)]
    return ChildNumber(1)
  }

  func events(withinSeconds: Double?) throws -> [ChildEvent] {
    defer { unheard = [] }
    return unheard
  }

  func signal(_ child: ChildNumber, _ number: Int32) {}
}

private func folder(without missing: String = "") throws -> TemporaryFolder {
  let folder = TemporaryFolder()
  for name in ["extract", "prepare", "train", "register", "predict"] where name != missing {
    try folder.write(name, to: name)
  }
  return folder
}

@Test func `Programs of one build fit together`() throws {
  let folder = try folder()
  let launcher = Answers(version: JSON.object(ProgramIdentity.agreement).canonical)
  let lines = ProgramCheckup(folder: folder.path, launcher: launcher).programs()
  #expect(lines.map(\.topic) == ["extract", "prepare", "train", "register", "predict"])
  #expect(lines.allSatisfy { $0.verdict == .ok })
}

@Test(arguments: [
  ("{\"keyVersion\":99,\"manifestSchema\":1,\"version\":\"0.1.0\"}", "keyVersion 99"), ("", "does not start"),
  ("usage: train", "does not start"),
])
func `A program of another build, or one that does not answer, is a problem`(answer: String, words: String)
  throws
{
  let folder = try folder()
  let lines = ProgramCheckup(folder: folder.path, launcher: Answers(version: answer)).programs()
  #expect(lines.allSatisfy { $0.verdict == .problem && $0.finding.contains(words) }, "\(lines)")
}

@Test func `A program that is not there is a problem`() throws {
  let folder = try folder(without: "train")
  let launcher = Answers(version: JSON.object(ProgramIdentity.agreement).canonical)
  let lines = ProgramCheckup(folder: folder.path, launcher: launcher).programs()
  #expect(lines.filter { $0.verdict == .problem }.map(\.topic) == ["train"])
}

@Test func `A library that the loader does not find is a problem, whatever it is`() throws {
  let folder = try folder()
  let trace = """
    \tlinux-vdso.so.1 (0x00007ffc)
    \tlibm.so.6 => /lib/libm.so.6 (0x00007f)
    \tlibopenblas.so.0 => /lib/libopenblas.so.0 (0x00007f)
    \tlibodd.so.3 => not found

    """
  let launcher = Answers(version: "", trace: trace)
  let lines = ProgramCheckup(folder: folder.path, launcher: launcher).libraries()
  #expect(lines.map(\.topic) == ["libodd.so.3", "libopenblas.so.0"])
  #expect(lines.map(\.verdict) == [.problem, .ok] && lines[1].finding.contains("extract, prepare, train"))
}
