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

  /// Two numbers of 24 bits, which a float holds exactly: a hash of the entity's number and the time of the origin.
  ///
  /// The same window has the same ones in every table, so what is drawn for it does not depend on the windows around it.
  package func identity(ofWindowAt origin: Int) -> (Float, Float) {
    let moment = UInt64(bitPattern: time[origin])
    let key = SIMD2(UInt32(truncatingIfNeeded: moment), UInt32(truncatingIfNeeded: moment >> 32))
    let counter = SIMD4<UInt32>(UInt32(truncatingIfNeeded: entity(ofRow: origin)), 0, 0, 0)
    let words = RandomStream.philox(counter: counter, key: key)
    return (Float(words[0] >> 8), Float(words[1] >> 8))
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
