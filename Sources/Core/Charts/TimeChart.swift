/// A chart of values over time: one panel or several, each with lines and bands on a time axis of its own.
///
/// Knows nothing of markets or models. The same chart gives the same bytes.
package struct TimeChart: Sendable, Equatable {
  /// What a line or band stands for decides how it looks.
  package enum Role: String, Sendable, CaseIterable {
    /// What happened.
    case history
    /// What is expected.
    case forecast
    /// What anybody would have said.
    case baseline
  }

  package struct Line: Sendable, Equatable {
    package var role: Role
    /// Milliseconds since the epoch and value; a nil value breaks the line.
    package var points: [(time: Int64, value: Double?)]

    package init(role: Role, points: [(time: Int64, value: Double?)]) {
      self.role = role
      self.points = points
    }

    package static func == (left: Line, right: Line) -> Bool {
      left.role == right.role && left.points.elementsEqual(right.points) { $0 == $1 }
    }
  }

  /// An area between two values at each time.
  package struct Band: Sendable, Equatable {
    package var points: [Edge]

    package struct Edge: Sendable, Equatable {
      package var time: Int64
      package var low: Double
      package var high: Double

      package init(time: Int64, low: Double, high: Double) {
        self.time = time
        self.low = low
        self.high = high
      }
    }

    package init(points: [Edge]) { self.points = points }
  }

  package struct Panel: Sendable, Equatable {
    package var title: String
    /// Right of the title, in a quieter voice.
    package var note: String
    package var lines: [Line]
    /// Widest first.
    package var bands: [Band]
    /// Where the past ends.
    package var now: Int64?

    package init(title: String, note: String, lines: [Line], bands: [Band], now: Int64?) {
      self.title = title
      self.note = note
      self.lines = lines
      self.bands = bands
      self.now = now
    }
  }

  /// An entry of the legend: a line's look, or the shade of the n-th band.
  package enum Key: Sendable, Equatable {
    case line(Role)
    case band(Int)
  }

  package var title: String
  package var subtitle: String
  package var legend: [(key: Key, text: String)]
  package var panels: [Panel]

  package init(title: String, subtitle: String, legend: [(key: Key, text: String)], panels: [Panel]) {
    self.title = title
    self.subtitle = subtitle
    self.legend = legend
    self.panels = panels
  }

  package static func == (left: TimeChart, right: TimeChart) -> Bool {
    left.title == right.title && left.subtitle == right.subtitle && left.panels == right.panels
      && left.legend.elementsEqual(right.legend) { $0 == $1 }
  }
}
