// What no operators of ONNX can say as these programs forecast it.

extension AncestralSampling: UnexportedOperation {
  static var reason: String { "draws random paths, and ONNX has no random numbers that repeat" }
}

extension AdamProcessForecast: UnexportedOperation {
  static var reason: String { "fits a process to each window, and ONNX has no operators that optimise" }
}

extension GridProcessForecast: UnexportedOperation {
  static var reason: String {
    "chooses the likeliest process for each window, and ONNX has no operators for its recursions in doubles"
  }
}
