import ArgumentParser
import Artifacts
import Tensors

/// Times how fast random batches of windows are read from a `windows` artifact.
@main
struct Gather: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gather",
    abstract:
      "Read shuffled batches of windows from views; print a line of JSON as Benchmarks/peers/windows_*.py do."
  )

  @Argument(help: "The folder of a windows artifact.")
  var artifact: String

  @Option(help: "Windows a batch.")
  var batch = 256

  @Option(help: "Threads, each with batches of its own.")
  var threads = 1

  @Option(help: "How long to measure; 0 to read every window once.")
  var seconds = 3.0

  @Flag(help: "Read labels as well as inputs.")
  var labels = false

  @Flag(
    help: "Say which windows are read instead of how fast: the check sum of Benchmarks/peers/check_sum.py.")
  var check = false

  func validate() throws {
    guard batch > 0, threads > 0 else {
      throw ValidationError("at least one window and one thread are needed")
    }
  }

  func run() throws {
    let table = try WindowTable(reading: Artifact(opening: artifact, step: "windows"))
    if check {
      print("{\"reader\": \"views\", \"check_sum\": \(CheckSum(of: table, batch: batch).value)}")
      return
    }
    let reader = BatchReader(table, batch: batch, threads: threads, withLabels: labels)
    let signature = table.signature
    let width =
      signature.lookback * signature.features.count
      + (labels ? signature.horizon * signature.targets.count : 0)
    let rates = seconds > 0 ? reader.rates(seconds: seconds) : [reader.rateOfOnePass()]
    let median = rates.sorted()[rates.count / 2]
    let best = rates.max() ?? 0
    print(
      """
      {"reader": "views", "rows": \(table.rowCount), "windows": \(reader.windowCount), "threads": \(threads), \
      "labels": \(labels), "windows_a_second": {"best": \(Int(best)), "median": \(Int(median))}, \
      "gigabytes_a_second": \((best * Double(width) * 4 / 1e7).rounded() / 100)}
      """)
  }
}
