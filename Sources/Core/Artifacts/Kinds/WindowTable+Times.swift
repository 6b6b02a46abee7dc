private import Chronology
private import Numerics

extension WindowTable {
  /// The times of the H bars behind an origin; of labels, that of the last bar they depend on.
  ///
  /// They are counted from the origin, so that they are the same whether the bars have come or not.
  package func horizonTimes(after origin: Int) -> [Int64] {
    var times: [Int64] = []
    times.reserveCapacity(signature.horizon)
    forEachHorizonBar(after: origin, steps: signature.horizon) { times.append($0.milliseconds) }
    return times
  }

  /// Puts the codes of the first `steps` of the H bars behind an origin, [steps, C].
  package func writeCalendar(after origin: Int, steps: Int, to target: UnsafeMutablePointer<Float>) {
    var place = target
    forEachHorizonBar(after: origin, steps: steps) { instant in
      CalendarCode.write(instant, to: place)
      place += CalendarCode.width
    }
  }

  /// Puts the codes of the L rows that end with an origin, [L, C].
  package func writePastCalendar(before origin: Int, to target: UnsafeMutablePointer<Float>) {
    let rows = signature.lookback
    for row in 0..<rows {
      CalendarCode.write(
        Instant(milliseconds: time[origin - rows + 1 + row]), to: target + row * CalendarCode.width)
    }
  }

  /// A hash of 48 bits of the entity's name and the time of the origin: two numbers that floats hold exactly.
  ///
  /// The same window has the same one in every table, whatever entities stand beside it, so what is drawn for it does
  /// not depend on the windows around it.
  package func identity(ofWindowAt origin: Int) -> UInt64 {
    let name = signature.entities[entity(ofRow: origin)]
    let stream = RandomStream(seed: UInt64(bitPattern: time[origin]), purpose: name)
    let (high, low) = stream.words(at: 0)
    return UInt64(high >> 8) << 24 | UInt64(low >> 8)
  }

  @inline(__always)
  private func forEachHorizonBar(after origin: Int, steps: Int, _ body: (Instant) -> Void) {
    var instant = Instant(milliseconds: time[origin])
    let interval = signature.intervals[entity(ofRow: origin)]
    let skipped = signature.span - signature.horizon
    for step in 0..<(skipped + steps) {
      instant = signature.calendar.next(after: instant, by: interval)
      if step >= skipped { body(instant) }
    }
  }
}
