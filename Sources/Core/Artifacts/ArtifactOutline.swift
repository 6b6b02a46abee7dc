/// What a plan needs to know of a published result: digests, and which files must be there.
///
/// It stands for the manifest where thousands of them would be read only to learn that nothing changed.
package struct ArtifactOutline: Sendable, Equatable {
  /// A file of the artifact; the size is nil where the manifest does not tell it.
  package struct File: Sendable, Equatable {
    package var name: String
    package var size: Int?

    package init(name: String, size: Int?) {
      self.name = name
      self.size = size
    }
  }

  /// The version of a registered model that a verdict is about.
  package struct Registration: Sendable, Equatable {
    package var model: String
    package var version: Int

    package init(model: String, version: Int) {
      self.model = model
      self.version = version
    }
  }

  package var directory: String
  package var kind: Manifest.Kind
  package var key: Digest
  /// The SHA-256 of the manifest.
  package var digest: Digest
  /// What step keys count; see ``Manifest/contentDigest``.
  package var content: Digest
  package var files: [File]
  package var registration: Registration?

  package init(
    directory: String, kind: Manifest.Kind, key: Digest, digest: Digest, content: Digest, files: [File],
    registration: Registration?
  ) {
    self.directory = directory
    self.kind = kind
    self.key = key
    self.digest = digest
    self.content = content
    self.files = files
    self.registration = registration
  }

  package init(_ artifact: Artifact) {
    let manifest = artifact.manifest
    let model = manifest.facts["name"]?.string
    let version = manifest.facts["version"]?.integer
    self.init(
      directory: artifact.directory, kind: manifest.kind, key: manifest.key, digest: artifact.digest,
      content: artifact.contentDigest, files: manifest.expectedFiles,
      registration: manifest.kind != .verdict
        ? nil
        : model.flatMap { model in version.map { Registration(model: model, version: $0) } })
  }

  /// The first file whose size or presence gives it away without being read, or nil.
  package func firstFileMissingOrCut() -> String? { indexOfFileMissingOrCut().map { files[$0].name } }

  package func indexOfFileMissingOrCut() -> Int? { Self.indexOfMissingOrCut(files, in: directory) }

  static func indexOfMissingOrCut(_ files: [File], in directory: String) -> Int? {
    files.firstIndex { file in
      guard let found = Disk.size(ofPublished: directory + "/" + file.name) else { return true }
      return file.size != nil && found != file.size
    }
  }
}

extension Manifest.ArrayEntry {
  /// The header that the file must have.
  package var header: NumPyHeader { NumPyHeader(elementType: elementType, shape: shape) }

  /// How many bytes the file must have; nil for an impossible shape.
  package var fileSize: Int? {
    let header = header
    return header.elementCount.map { header.bytes.count + $0 * elementType.size }
  }
}

extension Manifest {
  /// The files that must lie beside the manifest, with the sizes that it implies.
  package var expectedFiles: [ArtifactOutline.File] {
    arrays.map { ArtifactOutline.File(name: $0.file, size: $0.fileSize ?? 0) }
      + files.map { ArtifactOutline.File(name: $0.file, size: nil) }
  }
}
