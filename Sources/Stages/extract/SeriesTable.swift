import Artifacts
import Chronology

/// A series as a table of text, made a piece at a time: `time,entity,open,…`, times in UTC.
struct SeriesTable {
  private let artifact: Artifact
  private let entities: [String]
  private let columns: [String]
  private let offsets: [Int]

  private static let rowsAtOnce = 8192

  init(_ artifact: Artifact) throws {
    self.artifact = try artifact.expecting(.series)
    entities = try artifact.fact("entities", \.strings)
    columns = try artifact.fact("columns") { $0.array?.compactMap { $0["name"]?.string } }
    offsets = try artifact.array("offsets", of: Int64.self, shape: [entities.count + 1]).values.map {
      Int($0)
    }
  }

  var rowCount: Int { offsets.last ?? 0 }

  /// Hands the text over in pieces, the header first.
  func write(to put: ([UInt8]) throws -> Void) throws {
    try put(Array((["time", "entity"] + columns).map(Self.cell).joined(separator: ",").utf8 + [0x0A]))
    let time = try ArrayReader<Int64>("time", of: artifact)
    let values = try ArrayReader<Double>("values", of: artifact)
    let names = entities.map(Self.cell)
    var row = 0
    var entity = 0
    while case let instants = try time.next(rows: Self.rowsAtOnce), !instants.isEmpty {
      let numbers = try values.next(rows: Self.rowsAtOnce)
      var text = ""
      for (index, instant) in instants.enumerated() {
        while row >= offsets[entity + 1] { entity += 1 }
        text += Instant(milliseconds: instant).description + "," + names[entity]
        for column in columns.indices { text += "," + Self.number(numbers[index * columns.count + column]) }
        text += "\n"
        row += 1
      }
      try put(Array(text.utf8))
    }
    _ = try values.next(rows: 1)
  }

  /// The shortest text that reads back as the same number; whole numbers without a point.
  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// A cell of text: quoted where CSV needs it, and never the beginning of a spreadsheet's formula.
  ///
  /// Source: https://owasp.org/www-community/attacks/CSV_Injection
  private static func cell(_ text: String) -> String {
    let harmless = text.first.map { "=+-@\t\r".contains($0) } == true ? "'" + text : text
    guard harmless.contains(where: { ",\"\n\r".contains($0) }) else { return harmless }
    return "\"" + harmless.replacing("\"", with: "\"\"") + "\""
  }
}
