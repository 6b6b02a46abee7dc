import Artifacts
import Foundation
import TestSupport
import Testing

private func publish(_ values: [Double], in folder: TemporaryFolder, key: String = "k", fact: JSON = 1) throws
  -> Artifact
{
  try folder.publish(.series, step: "series", key: folder.key(key)) { publication in
    try publication.write("values", values, axes: ["N"])
    return ["fact": fact]
  }
}

@Test func `A published artifact is current, read-only and whole`() throws {
  let folder = TemporaryFolder()
  let artifact = try publish([1, 2, 3], in: folder)
  #expect(folder.store.currentFolder(of: "series") == StepKey.folder(of: folder.key("k").digest))
  #expect(try folder.store.current(of: "series").digest == artifact.digest)
  #expect(try artifact.array("values", of: Double.self, shape: [3]).values == [1, 2, 3])
  #expect(artifact.digest == (try Disk.digest(of: artifact.directory + "/manifest.json")))
  for name in Disk.names(in: artifact.directory) {
    let mode = try FileManager.default.attributesOfItem(atPath: artifact.directory + "/" + name)[
      .posixPermissions]
    #expect(mode as? Int == 0o444)
  }
}

@Test func `Nothing is visible before the artifact is whole`() throws {
  let folder = TemporaryFolder()
  let publication = try Publication(in: folder.store, step: "series", key: folder.key("k"))
  try publication.write("values", [1.0], axes: ["N"])
  #expect(folder.store.currentFolder(of: "series") == nil)
  #expect(try folder.store.result(of: "series", key: folder.key("k").digest) == nil)
}

@Test func `What a run leaves behind when it dies is swept by the next`() throws {
  let folder = TemporaryFolder()
  try folder.write("half", to: "series/.making-99999/values.npy")
  _ = try publish([1], in: folder)
  #expect(!Disk.exists(folder.path + "/series/.making-99999"))
}

@Test func `An abandoned publication removes itself`() throws {
  let folder = TemporaryFolder()
  var directory = ""
  do {
    let publication = try Publication(in: folder.store, step: "series", key: folder.key("k"))
    directory = publication.directory
    #expect(Disk.exists(directory))
  }
  #expect(!Disk.exists(directory))
}

@Test func `Publishing the same again keeps the first result`() throws {
  let folder = TemporaryFolder()
  let first = try publish([1, 2], in: folder)
  let inode = FileStamp(of: first.directory + "/manifest.json")?.inode
  _ = try publish([1, 2], in: folder)
  #expect(FileStamp(of: first.directory + "/manifest.json")?.inode == inode)
}

@Test func `Other bytes under the same key are an error, and the first result stays`() throws {
  let folder = TemporaryFolder()
  let first = try publish([1, 2], in: folder)
  #expect(throws: ArtifactError.self) { try publish([1, 3], in: folder) }
  #expect(try folder.store.current(of: "series").digest == first.digest)
}

@Test func `A damaged result is moved aside and replaced`() throws {
  let folder = TemporaryFolder()
  let first = try publish([1, 2], in: folder)
  let name = String(first.directory.dropFirst(folder.path.count + 1))
  try folder.flipBit(3, ofByte: 130, in: name + "/values.npy")
  #expect(!first.isIntact())
  let second = try publish([1, 2], in: folder)
  #expect(second.isIntact() && second.digest == first.digest)
  #expect(Disk.names(in: folder.path + "/series").contains { $0.hasPrefix(".damaged-") })
}

@Test func `Each bit of an array and of a manifest is watched over`() throws {
  let folder = TemporaryFolder()
  let artifact = try publish([1, 2], in: folder)
  let place = String(artifact.directory.dropFirst(folder.path.count + 1))
  for file in ["values.npy", "manifest.json"] {
    let size = try #require(Disk.size(of: artifact.directory + "/" + file))
    for byte in stride(from: 0, to: size, by: 7) {
      try folder.flipBit(byte % 8, ofByte: byte, in: place + "/" + file)
      #expect(throws: (any Error).self, "bit \(byte % 8) of byte \(byte) of \(file)") {
        let opened = try folder.store.current(of: "series")
        _ = try opened.array("values", of: Double.self, shape: [2])
      }
      try folder.flipBit(byte % 8, ofByte: byte, in: place + "/" + file)
    }
  }
  #expect(try folder.store.current(of: "series").isIntact())
}

@Test func `A cut array is seen without reading it`() throws {
  let folder = TemporaryFolder()
  let artifact = try publish([1, 2], in: folder)
  #expect(artifact.firstFileMissingOrCut() == nil)
  let place = String(artifact.directory.dropFirst(folder.path.count + 1))
  try folder.truncate(place + "/values.npy", to: 140)
  #expect(artifact.firstFileMissingOrCut() == "values.npy")
  #expect(throws: ArtifactError.self) { try artifact.array("values", of: Double.self, shape: [2]) }
}

@Test func `A missing step, array or fact is named with what to do`() throws {
  let folder = TemporaryFolder()
  #expect(throws: ArtifactError.missing(step: "series")) { try folder.store.current(of: "series") }
  let artifact = try publish([1], in: folder)
  #expect(throws: ArtifactError.noArray(artifact: artifact.directory, name: "x")) {
    try artifact.array("x", of: Double.self, shape: [nil])
  }
  #expect(throws: ArtifactError.noFact(artifact: artifact.directory, name: "x")) { try artifact.fact("x") }
  #expect(throws: ArtifactError.wrongKind(artifact: artifact.directory, expected: .model, found: .series)) {
    try artifact.expecting(.model)
  }
  #expect("\(ArtifactError.missing(step: "series"))".contains("bin/pipeline run series"))
}

@Test func `An array of another shape is refused with both shapes`() throws {
  let folder = TemporaryFolder()
  let artifact = try publish([1, 2, 3], in: folder)
  let error = #expect(throws: ArtifactError.self) {
    try artifact.array("values", of: Double.self, shape: [nil, 7])
  }
  let text = try #require(error).description
  #expect(text.contains("[3]") && text.contains("[·, 7]"))
}
