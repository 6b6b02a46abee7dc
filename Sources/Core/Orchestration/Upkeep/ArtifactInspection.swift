import Artifacts

/// Where an artifact lies, and what is known of it before it is opened.
struct ArtifactPlace: Sendable {
  var directory: String
  /// The step that made it, or the registry's name for it.
  var step: String
  /// The name that its folder must have by its key; nil for a version of the registry.
  var folder: String?
  /// What to do when it is damaged.
  var remedy: String
}

/// An artifact compared with its own manifest, without reading its files.
struct ArtifactInspection: Sendable {
  let place: ArtifactPlace
  private(set) var findings: [Finding] = []
  /// The files that are there with the right size.
  private(set) var files: [FileCheck] = []
  /// The digest of its manifest, when that can be read.
  private(set) var digest: Digest?

  init(_ place: ArtifactPlace) {
    self.place = place
    inspect()
  }

  private mutating func inspect() {
    guard Disk.isFolder(place.directory) else { return damaged("", "it is no folder") }
    guard !Disk.isSpecial(place.directory + "/manifest.json") else {
      return damaged("/manifest.json", "it is no plain file")
    }
    let artifact: Artifact
    do { artifact = try Artifact(opening: place.directory, step: place.step) } catch {
      return damaged("", error.fact)
    }
    digest = artifact.digest
    checkKey(of: artifact.manifest)
    for entry in artifact.manifest.arrays { check(entry) }
    for entry in artifact.manifest.files { check(entry.file, digest: entry.digest, header: nil) }
    findUnknownFiles(beside: artifact.manifest)
  }

  private mutating func damaged(_ file: String, _ problem: String) {
    findings.append(Finding(.damage, place.directory + file, problem, remedy: place.remedy))
  }

  // MARK: Key

  private mutating func checkKey(of manifest: Manifest) {
    let key = StepKey(
      program: manifest.program, platform: manifest.platform, parameters: manifest.parameters,
      inputs: manifest.inputs
    ).digest
    if key != manifest.key {
      damaged(
        "/manifest.json",
        "its key is \(manifest.key.short)…, and program, platform, parameters and inputs make \(key.short)…")
    }
    guard let folder = place.folder else { return }
    if StepKey.folder(of: manifest.key) != folder {
      damaged("", "its folder should be named \(StepKey.folder(of: manifest.key)), by its key")
    }
    if manifest.step != place.step { damaged("", "it is a result of step '\(manifest.step)'") }
  }

  // MARK: Files

  private mutating func check(_ entry: Manifest.ArrayEntry) {
    guard let size = entry.fileSize else {
      return damaged("/manifest.json", "array '\(entry.name)' has an impossible shape")
    }
    check(entry.file, digest: entry.digest, header: entry.header, size: size)
  }

  private mutating func check(_ file: String, digest: Digest, header: NumPyHeader?, size: Int? = nil) {
    let path = place.directory + "/" + file
    guard Disk.isPresent(path) else { return damaged("/" + file, "it is missing") }
    guard !Disk.isSpecial(path), let stamp = FileStamp(of: path) else {
      return damaged("/" + file, "it is no plain file")
    }
    if let size, stamp.size != size {
      let found = Quantity.count(Int(stamp.size), "byte")
      return damaged("/" + file, "it has \(found), and its shape asks for \(Quantity.count(size, "byte"))")
    }
    files.append(FileCheck(path: path, digest: digest, header: header, stamp: stamp, remedy: place.remedy))
  }

  private mutating func findUnknownFiles(beside manifest: Manifest) {
    var known = Set(manifest.arrays.map(\.file) + manifest.files.map(\.file) + ["manifest.json", "run.json"])
    if place.folder == nil { known.insert("evaluation.json") }
    for name in Disk.names(in: place.directory) where !known.contains(name) {
      findings.append(
        Finding(
          .damage, place.directory + "/" + name, "the manifest does not name it", remedy: "remove it"))
    }
  }
}

extension ArtifactError {
  /// What is wrong, without where and what to do.
  fileprivate var fact: String {
    switch self {
    case .noManifest: "it has no manifest.json"
    case .manifest(_, let problem, _): "its manifest.json cannot be read: \(problem)"
    case .digest(_, let recorded, let found, _):
      "the SHA-256 of its manifest.json is \(found.short)…, and run.json recorded \(recorded.short)…"
    default: description
    }
  }
}
