import Artifacts
import Charts
import Chronology
import Configuration
import Evaluation
import Forecasting
import Numerics
import StageKit
import Tensors

/// What a model is worth, for a person: the page that `train` writes beside it.
struct ModelReport {
  /// The model's key, such as `linear/ridge`.
  var name: String
  var scores: Scores
  var tests: [Scores.BaselineTest]
  var metrics: (values: [String: Double], undefined: [String: String])
  var sample: ScoredSample
  var model: FittedModel
  var table: WindowTable
  var history: FitHistory
  var warnings: [String]
  /// What it was made from, and how: «windows», «step windows, sha256:…».
  var lineage: [(term: String, words: String)]
  var configuration: [(term: String, words: String)]

  /// The page; equal reports are equal bytes.
  var html: String { page.html }

  private var signature: Signature { model.signature }

  private var page: Page {
    Page(
      title: name, subtitle: subtitle,
      blocks: notices
        + [
          worthSection, classSection, sampleSection, stepSection, monthSection, residualSection,
          intervalSection, seriesSection, historySection,
        ].compactMap { $0 } + [
          .section("Configuration", [.definitions(configuration)]),
          .section("Lineage", [.definitions(lineage)]),
        ])
  }

  private var subtitle: String {
    let times = (scores.times.min(), scores.times.max())
    guard case (let first?, let last?) = times else { return "No test windows." }
    let what = signature.hasLabels ? "labels" : "\(signature.horizon) steps"
    return """
      \(DecimalNumber.grouped(scores.times.count)) test windows from \(Instant(milliseconds: first).readable()) to \
      \(Instant(milliseconds: last).readable()) UTC: \(what) of \(signature.targets.joined(separator: ", ")), \
      \(signature.entities.count == 1 ? signature.entities[0] : "\(signature.entities.count) entities")
      """
  }

  // MARK: Worth

  private var notices: [Page.Block] {
    Verdict(on: name, tests).blocks(of: name) + warnings.map { .notice(.warning, $0) }
  }

  private var worthSection: Page.Block {
    let hasUnits = tests.contains { $0.transformed != nil }
    let own = scores.losses.sums
    let entries =
      [(name, own.levels, own.transformed, nil as Scores.BaselineTest?)]
      + zip(scores.baselines, tests).map {
        ($0.baseline.name, $0.losses.sums.levels, $0.losses.sums.transformed, $1)
      }
    let rows = entries.map { entry -> [PageTable.Cell] in
      let test = entry.3
      return [
        .init(entry.0), .init(DecimalNumber.readable(entry.1.meanSquare)),
        .init(DecimalNumber.readable(entry.1.meanAbsolute)),
        .init(DecimalNumber.readable(entry.2.meanSquare)),
        .init(test.map { ScoreWords.percentage($0.result.skill) } ?? ""),
        .init(test.map { ScoreWords.limits($0.result.interval) } ?? ""),
        .init(test.map { ScoreWords.probability($0.result.test?.pBetter) } ?? ""),
        .init(test.map { DecimalNumber.grouped($0.result.times) } ?? ""),
      ]
    }
    let columns = [
      PageTable.Column("forecast"), .init("MSE", isNumeric: true), .init("MAE", isNumeric: true),
      .init("MSE (model's units)", isNumeric: true), .init("beaten by", isNumeric: true),
      .init("95 % interval", isNumeric: true), .init("p", isNumeric: true),
      .init("times", isNumeric: true),
    ]
    let bars = tests.compactMap { test in
      test.result.skill.map { BarChart.Row(test.baseline.name, [$0 * 100]) }
    }
    let chart = BarChart(
      title: "Squared error that is gone", note: "per cent, against each baseline", rows: bars)
    let words = """
      Beaten by: the share of a baseline's squared error that is gone\(hasUnits ? ", in the units of the model" : ""), with \
      its interval from \(2000) samples of blocks of windows. p: the probability of so much by luck, by the test of Diebold and \
      Mariano; windows of one time are one observation, and \(scores.overlap) times in a row share bars. A p below 0.05 is \
      reached by one of twenty worthless models: whoever tries many must ask for less.
      """
    return .section(
      "Worth",
      [.table(PageTable(columns: columns, rows: rows)), .paragraph(words)]
        + (bars.isEmpty ? [] : [.figures([chart.drawing], caption: "")]) + [measures])
  }

  private var measures: Page.Block {
    let names = metrics.values.keys.filter { name in
      name.hasPrefix("test/") && !name.hasPrefix("test/standardized/") && !name.contains("coverage")
        && !name.contains("width") && !name.contains("interval_score")
        && !scores.baselines.contains { name.contains("/" + $0.baseline.name) }
    }.sorted()
    let rows =
      names.map { name -> [PageTable.Cell] in
        let standardized = metrics.values["test/standardized/" + name.dropFirst(5)]
        return [
          .init(String(name.dropFirst(5))),
          .init(metrics.values[name].map { DecimalNumber.readable($0) } ?? ""),
          .init(standardized.map { DecimalNumber.readable($0) } ?? ""),
        ]
      }
      + metrics.undefined.filter { $0.key.hasPrefix("test/") && !$0.key.hasPrefix("test/standardized/") }
      .sorted { $0.key < $1.key }.map {
        [.init(String($0.key.dropFirst(5))), .init("undefined: " + $0.value), ""]
      }
    return .section(
      "All measures",
      [
        .table(
          PageTable(
            columns: [
              .init("measure"), .init("original units", isNumeric: true),
              .init("model's units", isNumeric: true),
            ], rows: rows))
      ])
  }

  // MARK: Classes

  private var classSection: Page.Block? {
    guard let classes = scores.classes else { return nil }
    let figures = signature.targets.indices.compactMap { target -> [Drawing]? in
      guard let judged = classes.binary(target) else { return nil }
      let bins = judged.reliability.bins.filter { $0.count > 0 }
      var reliability = LineChart(
        title: "Calibration", note: signature.targets[target],
        lines: [
          .init("came", .first, bins.map { .init($0.meanProbability, $0.frequency) }, hasDots: true)
        ])
      reliability.hasDiagonal = true
      let curve = judged.ranked.curve
      let stride = max(curve.count / 300, 1)
      var operating = LineChart(
        title: "Hits against false alarms",
        note: judged.ranked.areaUnderCurve.map { "area \(DecimalNumber.fixed($0, places: 4))" }
          ?? "one class",
        lines: [
          .init(
            "hits", .first,
            curve.enumerated().filter { $0.offset % stride == 0 || $0.offset == curve.count - 1 }.map {
              .init($0.element.falsePositives, $0.element.truePositives)
            })
        ])
      operating.hasDiagonal = true
      return [reliability.drawing, operating.drawing]
    }
    guard !figures.isEmpty else { return nil }
    return .section(
      "Classes",
      [
        .figures(
          figures.flatMap { $0 },
          caption: """
            Left: how often the second class came where it was given about the probability below; a good model stays on the \
            dotted line. Right: the receiver operating characteristic; worthless forecasts stay on the dotted line.
            """)
      ])
  }

  // MARK: Errors

  private var stepSection: Page.Block? {
    guard signature.horizon > 1 else { return nil }
    func line(_ name: String, _ tone: Tone, _ sums: [ErrorSums]) -> LineChart.Line {
      .init(name, tone, sums.enumerated().map { .init(Double($0.offset + 1), $0.element.rootMeanSquare) })
    }
    let best = zip(scores.baselines, tests).min { ($0.1.result.skill ?? 1) < ($1.1.result.skill ?? 1) }?.0
    var chart = LineChart(
      title: "Error by step", note: "root mean squared, original units",
      lines: [line(name, .first, scores.losses.steps)]
        + [best.map { line($0.baseline.name, .second, $0.losses.steps) }].compactMap(\.self))
    chart.beginsAtZero = true
    var charts = [chart.drawing]
    if let direction = scores.direction {
      var chart = LineChart(
        title: "Right directions by step", note: "against the last value",
        lines: [
          .init(
            "right", .first,
            direction.hits.indices.compactMap { step in
              direction.accuracy(atStep: step).map { .init(Double(step + 1), $0 * 100) }
            })
        ])
      (chart.levels, chart.unit) = ([50], " %")
      charts.append(chart.drawing)
    }
    return .section("By step", [.figures(charts, caption: "")])
  }

  private var monthSection: Page.Block? {
    let months = scores.model.levels.months.sorted { $0.key < $1.key }
    guard months.count > 1 else { return nil }
    let rows = months.map { month, sums -> [PageTable.Cell] in
      [.init(Scores.name(ofMonth: month)), .init(DecimalNumber.grouped(sums.count))]
        + [RegressionMetric.rootMeanSquaredError, .meanAbsoluteError, .bias, .determination].map {
          .init(sums.value(of: $0).map { DecimalNumber.readable($0) } ?? "undefined")
        }
    }
    var chart = LineChart(
      title: "Error by month", note: "root mean squared, original units",
      lines: [
        .init(
          name, .first,
          months.enumerated().map { index, entry in
            .init(Double(index + 1), entry.value.errors.rootMeanSquare)
          }, hasDots: true)
      ])
    chart.beginsAtZero = true
    let names = ["month", "values", "RMSE", "MAE", "bias", "R²"]
    return .section(
      "By month",
      [
        .figures([chart.drawing], caption: "Months from \(rows[0][0].text) on, of the windows' last inputs."),
        .table(
          PageTable(
            columns: names.enumerated().map { .init($0.element, isNumeric: $0.offset > 0) }, rows: rows)),
      ])
  }

  private var seriesSection: Page.Block? {
    guard scores.model.levels.series.count > 1 else { return nil }
    let limit = 200
    let columns = signature.targets.count
    let measures: [RegressionMetric] = [
      .rootMeanSquaredError, .meanAbsoluteError, .bias, .meanAbsoluteScaledError, .determination,
    ]
    let rows = scores.model.levels.series.enumerated().filter { $0.element.count > 0 }.prefix(limit).map {
      place, sums -> [PageTable.Cell] in
      [.init(signature.entities[place / columns]), .init(signature.targets[place % columns])]
        + measures.map { .init(sums.value(of: $0).map { DecimalNumber.readable($0) } ?? "undefined") }
    }
    let names = ["entity", "target", "RMSE", "MAE", "bias", "MASE", "R²"]
    let rest = scores.model.levels.series.count - rows.count
    return .section(
      "By series",
      [
        .table(
          PageTable(
            columns: names.enumerated().map { .init($0.element, isNumeric: $0.offset > 1) },
            rows: Array(rows)))
      ] + (rest > 0 ? [.paragraph("\(rest) more stand in test.by_series alone.")] : []))
  }

  private var residualSection: Page.Block? {
    guard !sample.origins.isEmpty, scores.classes == nil else { return nil }
    let columns = signature.targets.count
    let drawings = signature.targets.indices.prefix(6).flatMap { target -> [Drawing] in
      let width = signature.horizon * columns
      let residuals = sample.actual.indices.filter { $0 % columns == target }.map {
        sample.actual[$0] - sample.forecast[$0]
      }
      let first = stride(from: target, to: sample.actual.count, by: width).map {
        sample.actual[$0] - sample.forecast[$0]
      }
      guard let range = Bins.range(of: residuals) else { return [] }
      var moments = PivotedMoments()
      for value in residuals { moments.add(value) }
      let histogram = Histogram(
        title: signature.targets[target], note: "actual − forecast",
        bins: Bins(of: residuals, count: 40, from: range.low, to: range.high),
        normal: .init(mean: moments.mean, deviation: moments.deviation))
      let quarter = max(first.count / 4, 1)
      let correlations = Autocorrelation(of: first, lags: min(40, quarter)).correlations
      let correlogram = Correlogram(
        title: signature.targets[target], note: "correlation of the first step's residuals",
        correlations: correlations, count: first.count)
      return [histogram.drawing, correlogram.drawing]
    }
    guard !drawings.isEmpty else { return nil }
    return .section(
      "Residuals",
      [
        .figures(
          drawings,
          caption: """
            Of \(DecimalNumber.grouped(sample.origins.count)) windows, evenly spread. Left: all steps, and the normal curve of \
            the same mean and deviation. Right: white noise stays between the dotted lines 19 times of 20; what stands out is \
            left for a better model.
            """)
      ])
  }

  // MARK: Intervals

  private var intervalSection: Page.Block? {
    guard scores.intervals.count > 0, scores.classes == nil else { return nil }
    func rows(_ scores: QuantileScores, _ name: String) -> [[PageTable.Cell]] {
      scores.intervals.map { pair in
        let (promised, kept) = (scores.coverage(pair), scores.hitShare(pair))
        return [
          .init(name), .init(ScoreWords.percentage(promised)),
          .init(ScoreWords.percentage(kept), mark: abs(kept - promised) > 0.05 ? .warning : nil),
          .init(DecimalNumber.readable(scores.meanWidth(pair))),
          .init(DecimalNumber.readable(scores.intervalScore(pair))),
          .init(scores.scaledIntervalScore(pair).map { DecimalNumber.readable($0) } ?? "undefined"),
        ]
      }
    }
    let judged =
      [(scores.intervals, "from validation errors")]
      + [scores.modelQuantiles.map { ($0, "the model's own") }].compactMap(\.self)
    let columns = ["intervals", "promised", "kept", "mean width", "Winkler score", "MSIS"]
    let charts = judged.map { scores, name -> Drawing in
      let bins = scores.integralTransform
      let edges = [0] + scores.probabilities + [1]
      let rows = bins.enumerated().map { index, bin in
        BarChart.Row(
          "\(ScoreWords.percentage(edges[index])) – \(ScoreWords.percentage(edges[index + 1]))",
          [bin.observed * 100, bin.promised * 100])
      }
      return BarChart(
        title: "Where the truth fell", note: name, legend: ["came", "promised"], rows: rows
      ).drawing
    }
    return .section(
      "Intervals",
      [
        .table(
          PageTable(
            columns: columns.enumerated().map { .init($0.element, isNumeric: $0.offset > 0) },
            rows: judged.flatMap { rows($0, $1) })),
        .figures(
          charts,
          caption: """
            The share of actual values between neighbouring quantiles: the histogram of the probability integral transform. \
            Overlapping windows are not exchangeable, so nothing guarantees what was promised: what was kept is what counts.
            """),
      ])
  }

  // MARK: Pictures

  private var sampleSection: Page.Block? {
    guard !sample.origins.isEmpty, !signature.hasLabels else { return nil }
    let most = 6
    let places = (0..<min(most, sample.origins.count)).map {
      $0 * (sample.origins.count - 1) / max(min(most, sample.origins.count) - 1, 1)
    }
    let chart = TimeChart(
      title: "Forecasts of test windows", subtitle: signature.targets[0],
      legend: [(.line(.history), "actual"), (.line(.forecast), name), (.line(.baseline), "repeat")]
        + (0..<scores.intervals.probabilities.count / 2).map {
          (.band($0), "\(Scores.percent(scores.intervals.coverage($0))) % interval")
        },
      panels: places.map(panel))
    return .section(
      "Forecasts", [.figure(chart.drawing, caption: "Evenly spread over the test windows, not chosen.")])
  }

  private func panel(_ place: Int) -> TimeChart.Panel {
    let origin = sample.origins[place]
    let (horizon, columns) = (signature.horizon, signature.targets.count)
    let entity = table.entity(ofRow: origin)
    let first = max(table.offsets[entity], origin - min(max(2 * horizon, 24), signature.lookback) + 1)
    let times = table.horizonTimes(after: origin)
    let seen = table.time[origin]
    func path(_ values: [Double]) -> [(time: Int64, value: Double?)] {
      (0..<horizon).map { (times[$0], values[(place * horizon + $0) * columns]) }
    }
    let past = (first...origin).map { (time: table.time[$0], value: table.levels[$0 * columns] as Double?) }
    let width = horizon * columns
    let forecast = Array(sample.forecast[(place * width)..<((place + 1) * width)])
    let quantiles = model.intervals.quantiles(
      around: .init(windows: 1, steps: horizon, columns: columns, values: forecast), entities: [entity])
    let count = model.intervals.probabilities.count
    let bands = (0..<(count / 2)).map { pair in
      TimeChart.Band(
        points: (0..<horizon).map { step in
          let element = step * columns * count
          return .init(
            time: times[step], low: quantiles[element + pair], high: quantiles[element + count - 1 - pair])
        })
    }
    return TimeChart.Panel(
      title: signature.entities[entity], note: Instant(milliseconds: seen).readable() + " UTC",
      lines: [
        .init(role: .history, points: past + path(sample.actual)),
        .init(role: .baseline, points: path(sample.baseline)),
        .init(role: .forecast, points: path(sample.forecast)),
      ], bands: bands, now: seen)
  }

  private var historySection: Page.Block? {
    let losses = history.columns.indices.filter {
      ["train/loss", "validation/loss", "train/mse", "validation/mse"].contains(history.columns[$0])
    }
    guard history.rows.count > 1, let x = history.columns.firstIndex(of: "epoch"), !losses.isEmpty else {
      return nil
    }
    let charts =
      losses.isEmpty
      ? []
      : [
        LineChart(
          title: "Learning", note: "loss by epoch",
          lines: zip(losses, [Tone.first, .second, .third]).map { column, tone in
            .init(history.columns[column], tone, history.rows.map { .init($0[x], $0[column]) })
          }
        ).drawing
      ]
    return .section("Learning", [.figures(charts, caption: "")])
  }
}

extension StageWork {
  /// What a step reads, and which results those were.
  var lineage: [(term: String, words: String)] {
    resolved.inputs.sorted { $0.key < $1.key }.map { name, artifact in
      (name, "step \(artifact.step), \(artifact.digest.hex.prefix(16))")
    }
  }

  /// Every setting after the defaults, by its path.
  var configuration: [(term: String, words: String)] {
    JSON.object(resolved.key.parameters).leaves.map { ($0.path, $0.value) }
  }
}

extension JSON {
  /// What is no object, by the names that lead to it, in their order.
  fileprivate var leaves: [(path: String, value: String)] {
    guard let members = object, !members.isEmpty else { return [("", string ?? canonical)] }
    return members.sorted { $0.key < $1.key }.flatMap { name, value in
      value.leaves.map { ($0.path.isEmpty ? name : name + "." + $0.path, $0.value) }
    }
  }
}
