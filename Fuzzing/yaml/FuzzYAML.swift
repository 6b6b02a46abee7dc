import Configuration

/// A pipeline file must be read or refused with a message, whatever is in it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  do {
    let file = try PipelineFile(parsing: bytes, path: "pipeline.yaml")
    for step in file.steps { _ = try step.typedSettings(models: ModelLibrary(folders: [])) }
  } catch {
    precondition(!"\(error)".isEmpty)
  }
  return 0
}
