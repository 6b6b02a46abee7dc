package import Artifacts

/// What cleaning has made of a table, besides the table.
package struct Cleaning: Sendable, Equatable {
  /// Runs of rows between gaps and dropped rows, in order.
  package var segments: [Segment]
  /// Rows that are never a label nor scored, [N]; nil when there are none.
  package var marked: [Bool]?
  /// Rows that were filled in from what came after them, [N]; nil when there are none.
  package var premature: [Bool]?
  package var counts = Counts()
  /// What a reader should know, in words.
  package var warnings: [String] = []

  package struct Counts: Sendable, Equatable {
    /// Gaps that there were, and the bars missing in them.
    package var gaps = 0
    package var missingBars = 0
    /// Gaps that were filled, and the bars that were put there.
    package var filledGaps = 0
    package var filledBars = 0
    package var zeroVolumeBars = 0
    package var spikeBars = 0
    package var halts = 0
    package var haltBars = 0
    /// Bars that were replaced by others, were taken out of all runs, or are marked, the filled ones included.
    package var replacedBars = 0
    package var droppedBars = 0
    package var markedBars = 0

    package init() {}

    /// For the manifest.
    package var json: JSON {
      func number(_ count: Int) -> JSON { .integer(Int64(count)) }
      return [
        "gaps": number(gaps), "missingBars": number(missingBars), "filledGaps": number(filledGaps),
        "filledBars": number(filledBars), "zeroVolumeBars": number(zeroVolumeBars),
        "spikeBars": number(spikeBars), "halts": number(halts), "haltBars": number(haltBars),
        "replacedBars": number(replacedBars), "droppedBars": number(droppedBars),
        "markedBars": number(markedBars),
      ]
    }
  }
}
