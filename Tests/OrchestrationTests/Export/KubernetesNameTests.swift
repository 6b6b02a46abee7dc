import Testing

@testable import Orchestration

@Test func `Names of jobs are labels, and no two steps share one`() {
  let long = String(repeating: "long-name-", count: 9)
  let steps = [
    "model", "model@a.b", "model@a_b", "model@a-b", "MODEL", "model-", long, long + "x", "0", "model-a-b",
  ]
  let names = steps.map { KubernetesName.job(of: $0, in: "candlewick") }
  #expect(Set(names).count == names.count)
  for name in names {
    #expect(name.count <= 52 && name.hasPrefix("candlewick-") && name.last != "-")
    #expect(name.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-".contains($0) }, "\(name)")
  }
  #expect(names[0] == "candlewick-model")
}

@Test(arguments: ["", "-a", "a-", "A", "a.b", "a b", "ä", String(repeating: "a", count: 41)])
func `What is no label is no name`(name: String) {
  #expect(!KubernetesName.isValid(name, for: .prefix))
}

@Test func `What is there already may have the names that Kubernetes allows it`() {
  let long = String(repeating: "a", count: 60)
  #expect(KubernetesName.isValid(long, for: .namespace) && !KubernetesName.isValid("a.b", for: .namespace))
  #expect(KubernetesName.isValid("\(long).\(long).b-1", for: .object))
  for name in ["a..b", "a.", ".a", "a.-b", String(repeating: "a", count: 254)] {
    #expect(!KubernetesName.isValid(name, for: .object), "\(name)")
  }
}
