import Artifacts
import Testing

@Test(arguments: [
  "a", "test.forecast", "000007", "encoder.0.attention.query.weight.npy", String(repeating: "x", count: 64),
])
func `Plain names are allowed`(name: String) {
  #expect(ArtifactName.isValid(name))
}

@Test(arguments: [
  "", ".", "..", ".lock", "a/b", "A", "a b", "ä", "a\u{0}", "a\n", "%2e%2e",
  String(repeating: "x", count: 129),
])
func `Names that could be anything but one component are refused`(name: String) {
  #expect(!ArtifactName.isValid(name))
}
