extension RecurrentDecoder {
  func reference(_ values: [[Double]]) -> [Double] { reference(values) { _, _ in false } }

  /// The twin, with what is forced said from outside.
  func reference(
    _ values: [[Double]], isForced: (_ sample: Int, _ step: Int) -> Bool
  ) -> [Double] {
    var result: [Double] = []
    for sample in 0..<samples {
      var y = Array(values[0][(sample * columns)..<((sample + 1) * columns)])
      var h = Array(values[1][(sample * width)..<((sample + 1) * width)])
      for step in 0..<steps {
        func fromState(_ column: Int) -> Double {
          (0..<width).reduce(0) { $0 + h[$1] * values[3][$1 * states + column] }
        }
        var x = y
        if known > 0 {
          let first = (sample * steps + step) * known
          x += values[calendarIndex][first..<(first + known)]
        }
        var context: [Double] = []
        if let attention {
          let query = (0..<width).map { fromState(three + $0) + values[4][4 * width + $0] }
          let first = sample * memoryCount
          context = attention.reference(query, values[memoryIndex][first..<(first + memoryCount)])
          x += context
        }
        h = GatedUnits(width: width).reference(h, bias: values[4].prefix(4 * width)) { column in
          (0..<inputs).reduce(0) { $0 + x[$1] * values[2][$1 * three + column] }
        } state: {
          fromState($0)
        }
        let seen = h + context
        var made = (0..<outputs).map { column in
          values[6][column] + seen.indices.reduce(0) { $0 + seen[$1] * values[5][$1 * outputs + column] }
        }
        if isResidual {
          for column in 0..<columns { made[column * each + place] += y[column] }
        }
        result += made
        if hasTeacher, isForced(sample, step) {
          let first = (sample * steps + step) * columns
          y = Array(values[teacherIndex][first..<(first + columns)])
        } else {
          y = (0..<columns).map { made[$0 * each + place] }
        }
      }
    }
    return result
  }
}
