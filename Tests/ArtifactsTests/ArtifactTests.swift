import Artifacts
import TestSupport
import Testing

@Test(arguments: ["manifest.json", "x.npy"])
func `A link in the place of a file is no file of an artifact`(name: String) throws {
  let folder = TemporaryFolder()
  let artifact = try folder.publish(.series, step: "series") { publication in
    try publication.write("x", [1.0, 2], axes: ["N"])
    return [:]
  }
  let place = artifact.directory + "/" + name
  try Disk.rename(place, to: folder.path + "/elsewhere")
  try Disk.replaceLink(place, destination: folder.path + "/elsewhere")
  #expect(!artifact.isIntact() || (try? Artifact(opening: artifact.directory, step: "series")) == nil)
  #expect(FileStamp(ofPublished: place) == nil && Disk.size(ofPublished: place) == nil)
  if name == "x.npy" {
    #expect(artifact.firstFileMissingOrCut() == name)
    #expect(throws: ArtifactError.self) { try artifact.array("x", of: Double.self, shape: [nil]) }
  }
}
