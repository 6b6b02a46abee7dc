import Artifacts
import TestSupport
import Testing
@testable import Orchestration

/// As many results of a step as a survey begins for, and more.
private func published(_ count: Int = 300) throws -> (folder: TemporaryFolder, outlines: [ArtifactOutline]) {
  let folder = TemporaryFolder()
  let outlines = try (0..<count).map { number in
    let artifact = try folder.publish(.series, step: "series", key: folder.key("\(number)")) { publication in
      try publication.write("x", [Double(number)], axes: ["N"])
      return [:]
    }
    return ArtifactOutline(artifact)
  }
  return (folder, outlines)
}

/// A survey of so few that it has no thread of its own, at its end.
private func finished(_ outlines: [ArtifactOutline?]) -> Survey {
  let survey = Survey(of: outlines)
  survey.go()
  survey.end()
  return survey
}

@Test func `A survey sees of each result what a look of one's own would see`() throws {
  let (folder, outlines) = try published(20)
  Disk.remove(outlines[7].directory + "/x.npy")
  Disk.remove(outlines[8].directory + "/manifest.json")
  let survey = finished(outlines)
  for (index, outline) in outlines.enumerated() {
    let (seen, look) = (try #require(survey.look(at: index, outline)), Survey.Look(at: outline))
    #expect(seen.manifest == look.manifest && seen.run == look.run)
    #expect(seen.missing == look.missing && seen.isCurrent == look.isCurrent)
    #expect((seen.manifest == nil) == (index == 8) && (seen.missing == nil) == (index != 7))
    #expect(seen.isCurrent == (index == outlines.count - 1))
  }
  #expect(folder.store.currentFolder(of: "series") != nil)
}

@Test func `A survey says nothing of a result that it did not look at`() throws {
  let (_, outlines) = try published(3)
  let survey = finished([outlines[0], nil, outlines[2]])
  #expect(survey.look(at: 0, outlines[1]) == nil && survey.look(at: 1, outlines[1]) == nil)
  #expect(survey.look(at: 2, outlines[2]) != nil)
}

@Test func `What the plan is past a survey no longer looks at`() throws {
  let (_, outlines) = try published(3)
  let survey = Survey(of: outlines)
  #expect(survey.look(at: 1, outlines[1]) == nil)
  survey.go()
  #expect(survey.look(at: 2, outlines[2]) != nil)
  #expect(survey.look(at: 1, outlines[1]) == nil && survey.look(at: 0, outlines[0]) == nil)
}

@Test(.timeLimit(.minutes(1)))
func `Of many results a thread of its own looks at all, from the last to the first`() async throws {
  let (_, outlines) = try published()
  let survey = Survey(of: outlines)
  while survey.first > 0 { try await Task.sleep(for: .milliseconds(1)) }
  survey.end()
  #expect(outlines.indices.allSatisfy { survey.look(at: $0, outlines[$0]) != nil })
}

@Test func `A survey that is ended looks no further`() throws {
  let (_, outlines) = try published(3)
  let survey = Survey(of: outlines)
  survey.end()
  survey.go()
  #expect(survey.first == 3)
}
