/// What a reader needs of the model registry: which version an alias means, and where it lies.
///
/// `registry/<model>/aliases.json` maps aliases to version numbers; `registry/<model>/versions/000007/` is an
/// immutable copy of a model artifact. The registry's own room, which writes them, is not needed to read them.
package struct RegisteredModel: Sendable {
  /// The alias of the version that forecasts are made with.
  package static let champion = "champion"

  package let name: String
  package let store: ArtifactStore

  package init(name: String, in store: ArtifactStore) {
    self.name = name
    self.store = store
  }

  package var directory: String { store.root + "/registry/" + name }

  package func directory(ofVersion number: Int) -> String {
    let digits = "\(number)"
    return directory + "/versions/" + String(repeating: "0", count: max(6 - digits.count, 0)) + digits
  }

  /// The version that an alias means, or nil when there is no such alias.
  package func version(of alias: String) -> Int? {
    guard let bytes = try? Disk.read(directory + "/aliases.json", limit: 1 << 20) else { return nil }
    return (try? JSON(parsing: bytes))?[alias]?.integer
  }

  /// The version's copy of the model artifact; `step` is the one to run when it is damaged.
  package func artifact(ofVersion number: Int, madeBy step: String) throws(ArtifactError) -> Artifact {
    try Artifact(opening: directory(ofVersion: number), step: step).expecting(.model)
  }

  /// The numbers of all versions, ascending.
  package var versions: [Int] {
    Disk.names(in: directory + "/versions").filter { !$0.hasPrefix(".") }.compactMap { Int($0) }.sorted()
  }
}
