import ArgumentParser
import Artifacts
import Features

/// Times how long it takes to make a table of features from columns in memory, as the peers of features do.
@main
struct Columns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "columns",
    abstract:
      "Make the features of a windows artifact once more in memory; print a line of JSON as its peers do.")

  @Argument(help: "The folder of a series artifact of one entity without gaps.")
  var series: String

  @Argument(
    help: "The folder of the windows that prepare made of it, which tells the features, and is compared.")
  var windows: String

  @Option(help: "Threads that may work at once.")
  var threads = 1

  @Option(help: "The share of the rows that transforms learn from.")
  var training = 0.7

  func run() throws {
    let windows = try Artifact(opening: windows, step: "windows")
    let rows = try inMemory(SeriesReader(Artifact(opening: series, step: "series")))
    let recipe = try Recipe(windows.fact("recipe"), columns: rows.columns, interval: rows.interval)
    let signature = try windows.fact("signature", Signature.init(json:))
    let kept = KeptRows(rows.segments, warmup: recipe.warmup, entityCount: 1)
    let learnt = recipe.warmup..<(recipe.warmup + Int(Double(kept.count) * training))
    let published: StoredArray<Float> = try windows.elements("features", shape: [nil, nil]).elements

    let clock = ContinuousClock()
    let began = clock.now
    let table = try PreparedWindows(
      recipe, signature: signature, rows: rows, kept: kept, training: [[learnt]], threads: threads
    ).featureTable()
    let seconds = (clock.now - began) / .seconds(1)
    let isSame = published.withUnsafeBufferPointer { $0.elementsEqual(table) }
    guard isSame else { throw ValidationError("these are not the features that were published") }
    print("{\"rows\": \(rows.rowCount), \"threads\": \(threads), \"seconds\": \(seconds)}")
  }

  /// With every column in memory by itself.
  private func inMemory(_ reader: SeriesReader) throws -> RowTable {
    let rows = RowTable(reader)
    return RowTable(
      entities: rows.entities, columns: rows.columns, interval: rows.interval, calendar: rows.calendar,
      time: rows.time, offsets: rows.offsets, segments: rows.segments,
      columns: try rows.values(ofColumns: Array(rows.columns.indices)))
  }
}
