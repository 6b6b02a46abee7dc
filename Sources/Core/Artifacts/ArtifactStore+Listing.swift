extension ArtifactStore {
  /// The folders of `artifacts/` that steps publish in.
  package var stepNames: [String] {
    Disk.names(in: root).filter { name in
      !name.hasPrefix(".") && !Self.reservedNames.contains(name) && Disk.isFolder(root + "/" + name)
    }
  }

  /// The folder names of a step's published results, damaged ones included.
  package func resultNames(of step: String) -> [String] {
    Disk.names(in: directory(of: step)).filter { StepKey.isFolder($0) }
  }

  /// The names in the model registry.
  package var modelNames: [String] {
    Disk.names(in: root + "/registry").filter { name in
      !name.hasPrefix(".") && Disk.isFolder(root + "/registry/" + name)
    }
  }
}

extension StepKey {
  /// Whether a name is that of a result's folder: 16 hexadecimal digits, lower case.
  package static func isFolder(_ name: String) -> Bool {
    name.utf8.count == 16 && name.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
  }
}

extension Disk {
  /// Whether a folder is at `path`, and no link to one.
  package static func isFolder(_ path: String) -> Bool {
    destination(ofLink: path) == nil && isDirectory(path)
  }
}
