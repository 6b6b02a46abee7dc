private import Numerics

extension AncestralSampling {
  func reference(_ values: [[Double]]) -> [Double] {
    var result = [Double](repeating: 0, count: output.count)
    for sample in 0..<samples {
      let identity = (Float(values[1][2 * sample]), Float(values[1][2 * sample + 1]))
      for draw in 0..<draws {
        // With the seed 0, which tests set.
        let stream = RandomStream(seed: 0, purpose: Self.purpose, lane: draw)
        var states = [[Double]](repeating: [Double](repeating: 0, count: width), count: layers)
        var cells = states
        for row in 0..<rows {
          let first = (sample * rows + row) * inputs
          advance(Array(values[0][first..<(first + inputs)]), &states, &cells, values)
        }
        for step in 0..<steps {
          let made = (0..<(2 * columns)).map { column in
            values[readOut + 1][column]
              + (0..<width).reduce(0) {
                $0 + states[layers - 1][$1] * values[readOut][$1 * 2 * columns + column]
              }
          }
          var row = (0..<columns).map { column in
            made[2 * column] + Elementary.exp(GaussianLikelihood.clamped(made[2 * column + 1]))
              * stream.normal(at: Self.start(identity) &+ step * columns + column)
          }
          for column in 0..<columns {
            result[((sample * steps + step) * columns + column) * draws + draw] = row[column]
          }
          guard step < steps - 1 else { break }
          if known > 0 {
            let first = (sample * (steps - 1) + step) * known
            row += values[readOut + 2][first..<(first + known)]
          }
          advance(row, &states, &cells, values)
        }
      }
    }
    return result
  }

  /// All layers by one row.
  private func advance(
    _ row: [Double], _ states: inout [[Double]], _ cells: inout [[Double]], _ values: [[Double]]
  ) {
    func product(_ x: [Double], _ weight: [Double], _ columns: Int, _ column: Int) -> Double {
      x.indices.reduce(0) { $0 + x[$1] * weight[$1 * columns + column] }
    }
    var x = row
    for layer in 0..<layers {
      let h = states[layer]
      let index = 2 + layer * parametersPerLayer
      switch cell {
      case .lstm:
        states[layer] = MemoryUnits(width: width).reference(&cells[layer]) {
          values[index + 1][$0] + product(x + h, values[index], 4 * width, $0)
        }
      case .gru:
        states[layer] = GatedUnits(width: width).reference(h, bias: values[index + 2][...]) {
          product(x, values[index], 3 * width, $0)
        } state: {
          product(h, values[index + 1], 3 * width, $0)
        }
      }
      x = states[layer]
    }
  }
}
