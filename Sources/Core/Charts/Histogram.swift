private import Numerics

/// How often values occur: as bars, a second sample as an outline over them, and the normal curve if asked for.
///
/// Heights are shares of each sample, so that samples of unequal size can be compared.
package struct Histogram: Sendable, Equatable {
  package var title: String
  package var note: String
  package var bins: Bins
  /// A second sample in the same bins.
  package var other: Bins?
  /// Mean and standard deviation of a normal curve.
  package var normal: Normal?
  package var size = ChartSize.half

  package struct Normal: Sendable, Equatable {
    package var mean: Double
    package var deviation: Double

    package init(mean: Double, deviation: Double) {
      self.mean = mean
      self.deviation = deviation
    }
  }

  package init(title: String, note: String = "", bins: Bins, other: Bins? = nil, normal: Normal? = nil) {
    if let other {
      let isSame = (bins.low, bins.high, bins.counts.count) == (other.low, other.high, other.counts.count)
      precondition(isSame, "two samples in the same bins")
    }
    self.title = title
    self.note = note
    self.bins = bins
    self.other = other
    self.normal = normal
  }

  package var drawing: Drawing {
    Drawing(summary: note.isEmpty ? title : title + ". " + note, size: size) { draw(into: &$0) }
  }
}

extension Histogram {
  private func draw(into svg: inout SVG) {
    let highest = (bins.shares + (other?.shares ?? [])).max() ?? 0
    let top = min(highest, 1) * 106
    let frame = ChartFrame(
      title: title, note: note, size: size, x: bins.low...bins.high,
      y: Axis(from: 0, to: top > 0 ? top : 1, start: 0, end: 1), below: .numbers, unit: " %")
    frame.draw(into: &svg)
    if bins.total == 0, other?.total ?? 0 == 0 { return frame.drawEmpty("no values", into: &svg) }
    svg.add("path", [("class", "bar-first"), ("d", outline(bins.shares, frame))])
    if let other { svg.add("path", [("class", "bar-second"), ("d", outline(other.shares, frame))]) }
    if let normal, normal.deviation > 0 {
      svg.add("path", [("class", "curve"), ("d", curve(normal, top: top, frame))])
    }
  }

  /// The tops of the bars as steps.
  private func outline(_ shares: [Double], _ frame: ChartFrame) -> String {
    let base = SVG.short(frame.y.start)
    var path = "M\(SVG.short(frame.x.start)) \(base)"
    for (index, share) in shares.enumerated() {
      let end = frame.x.position(bins.low + Double(index + 1) * bins.width)
      path += "V\(SVG.short(frame.y.position(share * 100)))H\(SVG.short(end))"
    }
    return path + "V\(base)"
  }

  /// The share that each bin would have, as far as it fits.
  private func curve(_ normal: Normal, top: Double, _ frame: ChartFrame) -> String {
    var path = ""
    var isDown = false
    for step in 0...100 {
      let value = bins.low + (bins.high - bins.low) * Double(step) / 100
      let distance = (value - normal.mean) / normal.deviation
      let density = Elementary.exp(-distance * distance / 2) / (normal.deviation * 2.506_628_274_631_000_5)
      let share = density * bins.width * 100
      if share.isFinite, share <= top {
        let point = SVG.short(frame.x.position(value)) + " " + SVG.short(frame.y.position(share))
        path += (isDown ? "L" : "M") + point
        isDown = true
      } else {
        isDown = false
      }
    }
    return path
  }
}
