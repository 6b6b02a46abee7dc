extension Network {
  /// The network as operators of ONNX, for any number of windows.
  ///
  /// Inputs are `features` [N, L, F] and, where blocks look at them, `entities` [N], `calendar` [N, H, C] and
  /// `past_calendar` [N, L, C], whose notes name the C numbers of a bar; the output is `forecast`, what the
  /// last block gives, or for classes their probabilities.
  package func onnx() throws(NetworkError) -> ONNX.Graph {
    guard draws.passes == nil else {
      throw .shape(
        path: "network",
        problem: """
          cannot be written as ONNX: its forecasts are means of passes with dropout; train it without mc_dropout
          """)
    }
    return try GraphExport.write(parameters: values) { samples throws(NetworkError) in
      try Self.record(blocks, window, samples: samples)
    } finish: { file, result in
      let read = window.reading.export(result, to: &file)
      return file.finish("network", result: read, called: "forecast", note: window.reading.meaning)
    }
  }
}

extension Network.Reading {
  /// What the numbers of a step mean, for people.
  package var meaning: String {
    switch self {
    case .point: "forecasts [N, H, K]"
    case .quantiles: "quantiles [N, H, K, Q], ascending; the middle one is the forecast"
    case .gaussian: "mean and logarithm of the deviation, [N, H, K, 2]"
    case .student:
      "location, logarithm of the scale, and what the degrees of freedom come from, [N, H, K, 3]"
    case .probability: "the probability of class 1, [N, H, K]"
    case .classes: "the probability of each class, [N, H, K, C]"
    case .grid: "log-probabilities of the intervals of the grid, up to a constant, [N, H, K, C]"
    case .samples: "draws of the forecast, [N, H, K, draws]"
    }
  }

  /// Log-odds and log-probabilities become probabilities; other results stay as the network gives them.
  fileprivate func export(_ result: ONNXBuilder.Value, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    switch self {
    case .probability: file.map("Sigmoid", result)
    case .classes: file.map("Softmax", result, ["axis": .integer(-1)])
    case .point, .quantiles, .gaussian, .student, .grid, .samples: result
    }
  }
}
