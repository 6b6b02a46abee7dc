package import Artifacts
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
    ElementDistribution.hasQuantiles(window.reading, passes: draws.passes ?? 1)
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
    var panel = Panel(windows: origins.count, steps: window.horizon, columns: window.targets * classes)
    forEachElement(of: origins, in: table, at: []) { element, _, summary, _ in
      for code in 0..<classes { panel.values[element * classes + code] = summary[1 + code] }
    }
    return panel
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
    let asks = !probabilities.isEmpty && hasQuantiles
    let count = origins.count * window.horizon * window.targets
    var forecast = Panel(windows: origins.count, steps: window.horizon, columns: window.targets)
    guard asks else {
      forEachElement(of: origins, in: table, at: []) { element, _, summary, _ in
        forecast.values[element] = summary[0]
      }
      return Outlook(forecast: forecast, quantiles: nil)
    }
    var quantiles = [Double](repeating: 0, count: count * probabilities.count)
    quantiles.withUnsafeMutableBufferPointer { all in
      guard let first = all.baseAddress else { return }
      forEachElement(of: origins, in: table, at: probabilities) { element, distribution, summary, last in
        forecast.values[element] = summary[0]
        distribution.quantiles(of: summary, last: last, into: first + element * probabilities.count)
      }
    }
    return Outlook(forecast: forecast, quantiles: quantiles)
  }

  /// What is known of one element, [B, H, K] in all, and the last input of its target.
  private typealias Reader = (
    _ element: Int, ElementDistribution, _ summary: UnsafePointer<Double>, _ last: Double
  ) -> Void

  /// Makes one pass a window, or as many as are drawn, and reads every element.
  private func forEachElement(
    of origins: ArraySlice<Int>, in table: WindowTable, at probabilities: [Double], _ read: Reader
  ) {
    guard !origins.isEmpty else { return }
    let one = ForecastPass(self, samples: 1)
    let distribution = ElementDistribution(
      window.reading, outputs: one.outputs, passes: draws.passes ?? 1, probabilities: probabilities)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: distribution.summaryCount) { summary in
      guard let summary = summary.baseAddress else { return }
      if let passes = draws.passes {
        sample(passes, one, origins, table, distribution, summary, read)
      } else {
        pass(origins, table, distribution, summary, read)
      }
    }
  }

  /// One pass a window.
  private func pass(
    _ origins: ArraySlice<Int>, _ table: WindowTable, _ distribution: ElementDistribution,
    _ summary: UnsafeMutablePointer<Double>, _ read: Reader
  ) {
    let width = window.horizon * window.targets
    forEachPass(origins, in: table) { pass, first, count in
      for index in 0..<(count * width) {
        let numbers = pass.numbers + index * distribution.outputs
        if let place = distribution.place, distribution.count == 0 {
          summary[0] = Double(numbers[place])
          read(first * width + index, distribution, summary, 0)
          continue
        }
        let last = Double(pass.last(index / width, index % window.targets))
        distribution.summarize({ _ in numbers }, last: last, into: summary)
        read(first * width + index, distribution, summary, last)
      }
    }
  }

  /// Several passes a window, each with masks of its own.
  private func sample(
    _ passes: Int, _ one: ForecastPass, _ origins: ArraySlice<Int>, _ table: WindowTable,
    _ distribution: ElementDistribution, _ summary: UnsafeMutablePointer<Double>, _ read: Reader
  ) {
    let width = window.horizon * window.targets
    let most = min(passes, BatchCut.forwardSamples(arenaPerSample: one.arenaCount))
    let pass = ForecastPass(self, samples: most)
    let rest = passes % most == 0 ? nil : ForecastPass(self, samples: passes % most)
    let size = width * distribution.outputs
    var drawn = [Float](repeating: 0, count: passes * size)
    for (number, origin) in origins.enumerated() {
      var done = 0
      while done < passes {
        let current = passes - done >= most ? pass : rest ?? pass
        current.draw(origin, in: table, from: done)
        drawn.replaceSubrange(
          (done * size)..<((done + current.samples) * size),
          with: UnsafeBufferPointer(start: current.numbers, count: current.samples * size))
        done += current.samples
      }
      drawn.withUnsafeBufferPointer { drawn in
        guard let start = drawn.baseAddress else { return }
        for index in 0..<width {
          let last = Double((rest ?? pass).last(0, index % window.targets))
          distribution.summarize(
            { start + $0 * size + index * distribution.outputs }, last: last, into: summary)
          read(number * width + index, distribution, summary, last)
        }
      }
    }
  }
}
