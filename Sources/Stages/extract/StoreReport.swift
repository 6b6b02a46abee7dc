import Artifacts
import Chronology
import Market
import Numerics

/// What an examination of the whole store found, for `extract --check`.
struct StoreReport {
  let path: String
  let damage: [String]
  let series: [SeriesExamination]

  /// Examines everything that is in the store under `folder`.
  init(examining folder: String, waiting: () -> Void) throws {
    guard Disk.exists(folder + "/market.sqlite") else {
      throw DownloadError.noStore(path: folder + "/market.sqlite")
    }
    let store = try CandleStore(in: folder, waiting: waiting)
    path = store.path
    damage = try store.damage()
    series = damage.isEmpty ? try store.allSeries().map { try store.examine($0) } : []
  }

  var isSound: Bool { damage.isEmpty && series.allSatisfy(\.problems.isEmpty) }

  var lines: [String] {
    let head = "\(path): \(series.count) series, \(isSound ? "sound" : "DAMAGED")"
    return [head] + damage.map { "  \($0)" } + series.flatMap(lines)
  }

  private func lines(of found: SeriesExamination) -> [String] {
    let span = [found.first, found.last].compactMap { $0.map { Instant(milliseconds: $0).readable() } }
    let facts = [
      "\(DecimalNumber.grouped(found.bars)) bars", span.joined(separator: " to "),
      "\(DecimalNumber.grouped(found.missing)) missing", "\(found.revisions) revised",
      "\(found.archives) archives", found.digest.short + "…",
    ]
    return [
      "  \(found.series.name.origin) \(found.series.name): "
        + facts.filter { !$0.isEmpty }.joined(separator: ", ")
    ]
      + found.problems.map { "    \($0)" }
  }

  var json: JSON {
    [
      "store": .string(path), "sound": .bool(isSound), "damage": JSON(damage),
      "series": .array(
        series.map { found in
          [
            "origin": .string(found.series.name.origin), "symbol": .string(found.series.name.symbol),
            "interval": .string(found.series.name.interval.description), "bars": JSON(found.bars),
            "missing": JSON(found.missing), "revisions": JSON(found.revisions),
            "archives": JSON(found.archives),
            "digest": .string(found.digest.description), "problems": JSON(found.problems),
          ]
        }),
    ]
  }
}
