import Artifacts
import Testing

@testable import Configuration

/// The curriculum of a `training:` section, and what the step key counts.
private func read(_ text: String) throws -> (CurriculumSettings?, [String: JSON]) {
  let node = try YAMLReader.read(Array("epochs: 3\n\(text)".utf8), file: "m.yaml")
  var fields = try Fields(node, of: "training", path: "training", at: node.place)
  let training = try TrainingSettings(&fields)
  try fields.finish()
  return (training.curriculum, fields.resolved)
}

private func problem(_ text: String) -> String {
  do {
    _ = try read(text)
    return ""
  } catch { return "\(error)" }
}

@Test func `Without forcing, lengths or a cycle there is no curriculum, and nothing of it is counted`() throws
{
  let (curriculum, resolved) = try read("batch: 2")
  #expect(curriculum == nil)
  #expect(Set(["teacher_forcing", "length", "cycle"]).isDisjoint(with: resolved.keys))
}

@Test func `Forcing, lengths and cycles are read with their defaults`() throws {
  let (forced, counted) = try read("teacher_forcing: {probability: 0.5}")
  #expect(forced?.forcing == .init(probability: 0.5, cycleEpochs: nil) && forced?.lengths == nil)
  #expect(counted["teacher_forcing"] == ["probability": 0.5])
  #expect(try read("teacher_forcing: {cycle_epochs: 4}").0?.forcing == .init(probability: 1, cycleEpochs: 4))
  #expect(try read("length: {step: {epochs: 3, first: 2}}").0?.lengths == .step(epochs: 3, factor: 2))
  #expect(try read("length: {step: {epochs: 3, first: 2}}").0?.firstLength == 2)
  #expect(
    try read("length: {milestones: {epochs: [2, 5], factor: 3}}").0?.lengths
      == .milestones([2, 5], factor: 3))
  #expect(
    try read("length: {plateau: {patience: 2, threshold_mode: absolute, max: 8}}").0?.lengths
      == .plateau(.init(patience: 2, threshold: 1e-4, isRelative: false), factor: 2, most: 8))
  let cycle = try read("cycle: {changes: [length, length, learning-rate], patience: 2}").0?.cycle
  #expect(cycle?.changes == [.length, .length, .rate] && cycle?.plateau.patience == 2)
  #expect(cycle?.lengthFactor == 2 && cycle?.rateFactor == 0.5 && cycle?.restoresRate == false)
  #expect(try read("cycle:").0?.cycle?.changes == [.length, .forcing, .rate])
}

@Test func `What a curriculum cannot mean is refused with its place`() {
  #expect(problem("teacher_forcing: {probability: 2}").contains("m.yaml:2"))
  #expect(problem("teacher_forcing: {probabilty: 1}").contains("probability"))
  #expect(problem("length: {stpe: {epochs: 1}}").contains("step"))
  #expect(problem("length: {milestones: {epochs: [5, 2]}}").contains("an ascending list"))
  #expect(problem("length: {step: {epochs: 1}}\ncycle: {}").contains("left out"))
  #expect(problem("cycle: {changes: [lenght]}").contains("length"))
  #expect(problem("cycle: {changes: 3}").contains("a list of"))
}
