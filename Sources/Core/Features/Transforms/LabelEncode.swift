/// y = the code of a class: 1…n for the different training values, ascending, and 0 for a value not among them.
///
/// It is no transform for a target: the code 0 has no value to go back to, and what a model says lies between codes.
/// ``invert(_:after:_:)`` gives the value of the nearest code all the same, for whoever reads codes, and not a number
/// for 0 and less and for codes beyond n.
package struct LabelEncode: Transform {
  package static let name = "label-encode"

  /// More different values than this are no classes.
  package static let mostClasses = 65_536

  package init(_ settings: PartSettings) throws(FeatureError) {}

  package var isInvertible: Bool { false }
  /// The different training values, ascending.
  package var statistics: [String] { ["classes"] }
  package var unit: String { "code" }

  package func fit(_ values: TrainingValues) throws(TransformProblem) -> State {
    guard values.count > 0 else { throw .nothingToLearnFrom }
    var seen: Set<Double> = []
    for run in values.runs {
      for value in run where seen.insert(value).inserted && seen.count > Self.mostClasses {
        throw .unsuitable("it has more than \(Self.mostClasses) different values; 'bin' it instead")
      }
    }
    return [seen.sorted()]
  }

  package func apply(_ values: UnsafeMutableBufferPointer<Double>, _ state: State) throws(TransformProblem) {
    encode(values, state[0])
  }

  package func advance(
    _ path: UnsafeMutableBufferPointer<Double>, after past: UnsafeBufferPointer<Double>, _ state: State
  ) {
    encode(path, state[0])
  }

  package func invert(
    _ path: UnsafeMutableBufferPointer<Double>, after past: UnsafeBufferPointer<Double>, _ state: State
  ) {
    let classes = state[0]
    for step in path.indices {
      let code = path[step].rounded()
      let isKnown = code >= 1 && code <= Double(classes.count)
      path[step] = isKnown ? classes[Int(code) - 1] : .nan
    }
  }

  private func encode(_ values: UnsafeMutableBufferPointer<Double>, _ classes: [Double]) {
    for row in values.indices {
      var (low, high) = (0, classes.count)
      while low < high {
        let middle = (low + high) / 2
        if classes[middle] < values[row] { low = middle + 1 } else { high = middle }
      }
      values[row] = low < classes.count && classes[low] == values[row] ? Double(low + 1) : 0
    }
  }
}
