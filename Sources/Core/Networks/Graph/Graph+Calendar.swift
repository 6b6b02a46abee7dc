private import Artifacts

extension Graph {
  /// What the calendar says of the bars to come, [S, H, C].
  mutating func calendar(_ window: WindowShape) throws(NetworkError) -> Node {
    try input(.calendar, [samples, window.horizon, CalendarCode.width])
  }

  /// What it says of the bars looked back over, [S, L, C].
  mutating func pastCalendar(_ window: WindowShape) throws(NetworkError) -> Node {
    try input(.pastCalendar, [samples, window.lookback, CalendarCode.width])
  }

  /// What it says of the bar behind each row, [S, L - 1 + H, C]: for each that is forecast from the row before, so the
  /// horizon has to begin right behind the window (``WindowShape/requireNoShift(_:in:)``).
  mutating func calendarAhead(_ window: WindowShape) throws(NetworkError) -> Node {
    let ahead = try calendar(window)
    guard window.lookback > 1 else { return ahead }
    let past = try slice(try pastCalendar(window), axis: 1, from: 1, count: window.lookback - 1)
    return try concatenate([past, ahead], axis: 1)
  }
}
