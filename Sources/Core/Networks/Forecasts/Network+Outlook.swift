package import Artifacts
private import Numerics
package import Tensors

/// What a network says of some windows.
package struct Outlook: Sendable {
  /// In the units of the table, [B, H, K].
  package var forecast: Panel
  /// The quantiles of its own distribution in the same units, ascending, [B, H, K, Q]; nil where none were asked for,
  /// and of a network that has no distribution.
  package var quantiles: [Double]?
}

extension Network {
  /// Whether the network says how sure it is: by what it gives, or by draws.
  package var hasQuantiles: Bool {
    ElementDistribution.hasQuantiles(window.reading, passes: draws?.count ?? 1)
  }

  /// Forecasts from `origins`, [B, H, K], in the units of the table.
  package func forecast(from origins: ArraySlice<Int>, in table: WindowTable) -> Panel {
    outlook(at: [], from: origins, in: table).forecast
  }

  /// The quantiles of the network's own distribution at some probabilities, [B, H, K, Q], in the units of the table.
  ///
  /// Of trained quantiles, those between the levels are interpolated, and those beyond are the outermost. Nil for a
  /// network of points.
  package func quantiles(
    at probabilities: [Double], from origins: ArraySlice<Int>, in table: WindowTable
  ) -> [Double]? {
    outlook(at: probabilities, from: origins, in: table).quantiles
  }

  /// How many classes it tells apart; 1 where it forecasts numbers.
  package var classes: Int {
    if case .classes(let count) = window.reading { count } else { 1 }
  }

  /// The probability of each class from `origins`, [B, H, K C].
  package func probabilities(from origins: ArraySlice<Int>, in table: WindowTable) -> Panel {
    let classes = classes
    let width = window.horizon * window.targets
    var panel = Panel(windows: origins.count, steps: window.horizon, columns: window.targets * classes)
    forEachPass(origins, in: table) { pass, first, count in
      for index in 0..<(count * width) {
        Self.softmax(
          pass.numbers + index * classes, classes, into: &panel.values, at: (first * width + index) * classes)
      }
    }
    return panel
  }

  private static func softmax(
    _ logits: UnsafePointer<Float>, _ count: Int, into values: inout [Double], at place: Int
  ) {
    var greatest = logits[0]
    for code in 1..<count { greatest = max(greatest, logits[code]) }
    var sum = 0.0
    for code in 0..<count {
      let share = Elementary.exp(Double(logits[code] - greatest))
      values[place + code] = share
      sum += share
    }
    for code in 0..<count { values[place + code] /= sum }
  }

  /// Runs over all windows, as many at once as stay in the caches; `body` gets the number of a pass's first window.
  private func forEachPass(
    _ origins: ArraySlice<Int>, in table: WindowTable,
    _ body: (ForecastPass, _ first: Int, _ count: Int) -> Void
  ) {
    guard !origins.isEmpty else { return }
    var pass = ForecastPass(self, samples: 1)
    let samplesPerPass = BatchCut.forwardSamples(arenaPerSample: pass.arenaCount)
    var start = origins.startIndex
    while start < origins.endIndex {
      let count = min(samplesPerPass, origins.endIndex - start)
      if count != pass.samples { pass = ForecastPass(self, samples: count) }
      pass.run(origins[start..<(start + count)], in: table)
      body(pass, start - origins.startIndex, count)
      start += count
    }
  }

  /// Forecasts, and quantiles where `probabilities` are asked for and the network has some.
  package func outlook(
    at probabilities: [Double], from origins: ArraySlice<Int>, in table: WindowTable
  ) -> Outlook {
    let count = origins.count * window.horizon * window.targets
    var outlook = Outlook(
      forecast: Panel(windows: origins.count, steps: window.horizon, columns: window.targets),
      quantiles: probabilities.isEmpty || !hasQuantiles
        ? nil : [Double](repeating: 0, count: count * probabilities.count))
    guard !origins.isEmpty else { return outlook }
    if let draws {
      sample(draws, origins, table, probabilities, into: &outlook)
    } else {
      pass(origins, table, probabilities, into: &outlook)
    }
    return outlook
  }

  /// One pass a window.
  private func pass(
    _ origins: ArraySlice<Int>, _ table: WindowTable, _ probabilities: [Double], into outlook: inout Outlook
  ) {
    let width = window.horizon * window.targets
    let outputs = ForecastPass(self, samples: 1).outputs
    let point = PointReading(window.reading, outputs: outputs)
    let distribution = ElementDistribution(
      window.reading, outputs: outputs, passes: 1, probabilities: probabilities)
    var summary = [Double](repeating: 0, count: distribution.summaryCount)
    forEachPass(origins, in: table) { pass, first, count in
      for index in 0..<(count * width) {
        let numbers = pass.numbers + index * outputs
        let last = pass.last(index / width, index % window.targets)
        outlook.forecast.values[first * width + index] = Double(point.point(numbers, last: last))
        guard outlook.quantiles != nil else { continue }
        distribution.read(
          { _ in numbers }, last: Double(last), &summary, first * width + index, into: &outlook.quantiles)
      }
    }
  }

  /// Several passes a window, each with masks of its own.
  private func sample(
    _ draws: DropoutDraws, _ origins: ArraySlice<Int>, _ table: WindowTable, _ probabilities: [Double],
    into outlook: inout Outlook
  ) {
    let width = window.horizon * window.targets
    let one = ForecastPass(self, samples: 1)
    let most = min(draws.count, BatchCut.forwardSamples(arenaPerSample: one.arenaCount))
    let pass = ForecastPass(self, samples: most)
    let rest = draws.count % most == 0 ? nil : ForecastPass(self, samples: draws.count % most)
    let (outputs, size) = (pass.outputs, width * pass.outputs)
    let distribution = ElementDistribution(
      window.reading, outputs: outputs, passes: draws.count, probabilities: probabilities)
    var summary = [Double](repeating: 0, count: distribution.summaryCount)
    var drawn = [Float](repeating: 0, count: draws.count * size)
    for (number, origin) in origins.enumerated() {
      var done = 0
      while done < draws.count {
        let current = draws.count - done >= most ? pass : rest ?? pass
        current.draw(origin, in: table, from: done, seed: draws.seed)
        drawn.replaceSubrange(
          (done * size)..<((done + current.samples) * size),
          with: UnsafeBufferPointer(start: current.numbers, count: current.samples * size))
        done += current.samples
      }
      drawn.withUnsafeBufferPointer { drawn in
        guard let start = drawn.baseAddress else { return }
        for index in 0..<width {
          let last = (rest ?? pass).last(0, index % window.targets)
          outlook.forecast.values[number * width + index] = distribution.read(
            { start + $0 * size + index * outputs }, last: Double(last), &summary, number * width + index,
            into: &outlook.quantiles)
        }
      }
    }
  }
}

extension ElementDistribution {
  /// Reads one element's forecast, and its quantiles to its place where they are asked for.
  @discardableResult
  fileprivate func read(
    _ numbers: (Int) -> UnsafePointer<Float>, last: Double, _ summary: inout [Double], _ element: Int,
    into quantiles: inout [Double]?
  ) -> Double {
    summary.withUnsafeMutableBufferPointer { summary in
      guard let start = summary.baseAddress else { return 0 }
      summarize(numbers, last: last, into: start)
      quantiles?.withUnsafeMutableBufferPointer { all in
        guard let first = all.baseAddress else { return }
        self.quantiles(of: start, last: last, into: first + element * count)
      }
      return start[0]
    }
  }
}
