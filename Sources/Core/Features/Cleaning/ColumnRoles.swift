import Artifacts

/// What the columns of a table are, by their names and units: prices, amounts of a bar, or anything else.
struct ColumnRoles: Equatable {
  enum Role: Equatable { case price, amount, other }

  let roles: [Role]
  let close: Int?
  let volume: Int?

  init(of table: ColumnTable) {
    let names = table.columns.map { $0.name.lowercased() }
    roles = table.columns.map { column in
      Self.isPrice(named: column.name) ? .price : Self.isAmount(column) ? .amount : .other
    }
    close = names.firstIndex(of: "close")
    volume = names.firstIndex(of: "volume")
  }

  /// Whether a column of this name is a price of the bar, however it is capitalised.
  static func isPrice(named name: String) -> Bool {
    ["open", "high", "low", "close"].contains(name.lowercased())
  }

  /// Whether a column adds up over bars.
  static func isAmount(_ column: Series.Column) -> Bool {
    let name = column.name.lowercased()
    return name.contains("volume") || counts.contains(name) || ["base units", "trades"].contains(column.unit)
  }

  /// What exchanges call the number of trades in a bar.
  private static let counts: Set<String> = ["trades", "tradesdone", "trade_count", "number_of_trades"]

  /// What a bar that stands still has in a column, from the bar before it.
  func still(_ column: Int, after row: Int, _ values: [[Double]]) -> Double {
    switch roles[column] {
    case .price: values[close ?? column][row]
    case .amount: 0
    case .other: values[column][row]
    }
  }

  /// How ``still(_:after:_:)`` fills the columns, in words.
  func words(_ table: ColumnTable) -> String {
    func names(_ role: Role) -> String {
      table.columns.indices.filter { roles[$0] == role }.map { table.columns[$0].name }.joined(
        separator: ", ")
    }
    let parts = [
      (names(.price), close == nil ? "with its last value" : "with the close before"),
      (names(.amount), "with 0"), (names(.other), "with its last value"),
    ]
    return parts.filter { !$0.0.isEmpty }.map { "\($0) \($1)" }.joined(separator: "; ")
  }
}
