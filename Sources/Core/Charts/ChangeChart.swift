/// Changes from row to row as bars: rises green and upward, falls red and downward.
///
/// Where there are more changes than places, each place shows its greatest rise and its greatest fall.
package struct ChangeChart: Sendable, Equatable {
  package var title: String
  package var note: String
  /// Milliseconds since the epoch of each change, in order.
  package var times: [Int64]
  /// One for each time; those that are not finite have no bar.
  package var changes: [Double]
  /// What stands behind the numbers at the left, as in « %».
  package var unit: String
  package var size = ChartSize.half

  package init(title: String, note: String = "", times: [Int64], changes: [Double], unit: String = "") {
    precondition(times.count == changes.count, "\(changes.count) changes at \(times.count) times")
    self.title = title
    self.note = note
    self.times = times
    self.changes = changes
    self.unit = unit
  }

  package var drawing: Drawing {
    Drawing(summary: note.isEmpty ? title : title + ". " + note, size: size) { draw(into: &$0) }
  }
}

extension ChangeChart {
  private static let narrowest = 2.0

  private func draw(into svg: inout SVG) {
    let range = ValueRange(changes)
    let reach = range.isEmpty ? range : ValueRange([range.low, range.high, 0])
    let frame = ChartFrame(
      title: title, note: note, size: size, x: domain, y: Axis(covering: reach, start: 0, end: 1),
      below: .times, unit: unit)
    frame.draw(into: &svg)
    if range.isEmpty { return frame.drawEmpty("no changes", into: &svg) }
    let width = frame.x.end - frame.x.start
    let slots = max(min(Int(width / Self.narrowest), changes.count), 1)
    let (rises, falls) = extremes(slots: slots)
    let thickness = min(max(width / Double(slots) * 0.8, 1.6), 12)
    draw(rises, "rises", thickness, frame, into: &svg)
    draw(falls, "falls", thickness, frame, into: &svg)
    frame.drawLevel(0, "zero", into: &svg)
  }

  private func draw(
    _ values: [Double], _ look: String, _ thickness: Double, _ frame: ChartFrame, into svg: inout SVG
  ) {
    let (zero, width) = (SVG.short(frame.y.position(0)), frame.x.end - frame.x.start)
    var path = ""
    for (slot, value) in values.enumerated() where value != 0 {
      let x = frame.x.start + (Double(slot) + 0.5) / Double(values.count) * width
      path += "M\(SVG.short(x)) \(zero)V\(SVG.short(frame.y.position(value)))"
    }
    guard !path.isEmpty else { return }
    svg.add("path", [("class", look), ("stroke-width", SVG.number(thickness)), ("d", path)])
  }

  /// The greatest rise and the greatest fall of each slot, 0 without one.
  private func extremes(slots: Int) -> (rises: [Double], falls: [Double]) {
    var rises = Array(repeating: 0.0, count: slots)
    var falls = rises
    let (low, high) = (domain.lowerBound, domain.upperBound)
    for (index, change) in changes.enumerated() where abs(change) < 1e300 {
      let share = (Double(times[index]) - low) / (high - low)
      let slot = min(max(Int(share * Double(slots)), 0), slots - 1)
      rises[slot] = max(rises[slot], change)
      falls[slot] = min(falls[slot], change)
    }
    return (rises, falls)
  }

  /// Half a step wider than the times at either end, so that each bar has its own place.
  private var domain: ClosedRange<Double> {
    guard let first = times.first, let last = times.last else { return 0...1 }
    let step = last > first ? Double(last - first) / Double(times.count - 1) : 3_600_000
    return (Double(first) - step / 2)...(Double(last) + step / 2)
  }
}
