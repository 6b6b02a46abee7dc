import Artifacts
import Testing

private func key(
  program: String = "p", parameters: [String: JSON] = ["a": 1], input: String = "i", name: String = "series",
  platform: [String: String] = [:], digest: String = "d"
) -> Digest {
  StepKey(
    program: ProgramIdentity(name: "train", version: "0.1.0", digest: Digest(of: program)),
    platform: platform,
    parameters: parameters,
    inputs: [
      Manifest.Input(
        name: name, kind: .series, source: "s", digest: Digest(of: digest), content: Digest(of: input))
    ]
  ).digest
}

@Test func `Each thing that can change bytes changes the key`() {
  let keys = [
    key(), key(program: "q"), key(parameters: ["a": 1.0]), key(parameters: ["a": "1"]),
    key(parameters: ["a": 2]),
    key(input: "j"), key(name: "windows"), key(platform: ["kernels": "Haswell"]),
  ]
  #expect(Set(keys).count == keys.count)
}

@Test func `How an input came about does not change the key`() {
  #expect(key(digest: "other manifest, same content") == key())
}

@Test func `The folder is the first 16 digits`() {
  #expect(StepKey.folder(of: key()).count == 16)
  #expect(key().hex.hasPrefix(StepKey.folder(of: key())))
}
