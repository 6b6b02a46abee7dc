/// The path of a line with at most two points a pixel: the least and the greatest value of each, so that no spike is
/// lost.
///
/// Where there are fewer points than pixels every point is drawn. A value that is not finite breaks the line, and so
/// does a break of the caller's; of what lies within one pixel, or between neighbours, a break cannot be seen.
struct Envelope {
  /// The line.
  private(set) var path = ""
  /// Points with a break at either side, as lines of no length.
  private(set) var dots = ""
  private(set) var pointCount = 0

  private let y: Axis
  private let isDense: Bool
  private var current: Pixel?
  /// Whether something lies between the last value and the next.
  private var isBroken = false
  /// The first point of a line that has no second one yet.
  private var first: String?
  private var isDown = false

  /// Draws `values[i]` at `position(i)`, which must not decrease; `breaks` holds, in order, numbers of points that are
  /// not joined to the one before.
  init(_ values: [Double], breaks: [Int], width: Double, y: Axis, position: (Int) -> Double) {
    self.y = y
    isDense = Double(values.count) > 2 * width
    var next = 0
    for (index, value) in values.enumerated() {
      while next < breaks.count, breaks[next] <= index {
        isBroken = true
        next += 1
      }
      if abs(value) < 1e300 { take(value, at: position(index)) } else { isBroken = true }
    }
    flush()
    lift()
  }

  private mutating func take(_ value: Double, at place: Double) {
    if !isDense {
      if isBroken { lift() }
      put(value, at: place)
    } else if current?.column == Int(place) {
      current?.take(value)
    } else {
      let isVisible = isBroken && Int(place) - (current?.column ?? 0) > 1
      flush()
      if isVisible { lift() }
      current = Pixel(place: place, value: value)
    }
    isBroken = false
  }

  /// Draws the pixel that is complete.
  private mutating func flush() {
    guard let pixel = current else { return }
    put(pixel.endsHigh ? pixel.low : pixel.high, at: pixel.place)
    if pixel.low < pixel.high { put(pixel.endsHigh ? pixel.high : pixel.low, at: pixel.place) }
    current = nil
  }

  private mutating func put(_ value: Double, at place: Double) {
    let point = SVG.short(place) + " " + SVG.short(y.position(value))
    pointCount += 1
    if isDown {
      path += "L" + point
    } else if let first {
      path += "M" + first + "L" + point
      isDown = true
    } else {
      first = point
    }
  }

  private mutating func lift() {
    if !isDown, let first { dots += "M" + first + "h.01" }
    first = nil
    isDown = false
  }

  /// The least and the greatest value of a pixel.
  private struct Pixel {
    let place: Double
    private(set) var low: Double
    private(set) var high: Double
    /// Whether the greatest came after the least.
    private(set) var endsHigh = true

    init(place: Double, value: Double) {
      self.place = place
      (low, high) = (value, value)
    }

    var column: Int { Int(place) }

    mutating func take(_ value: Double) {
      if value < low { (low, endsHigh) = (value, false) }
      if value > high { (high, endsHigh) = (value, true) }
    }
  }
}
