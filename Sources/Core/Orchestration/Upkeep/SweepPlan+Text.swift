package import Artifacts

extension SweepPlan {
  package var json: JSON {
    [
      "entries": .array(entries.map(\.json)), "bytesFreed": JSON(bytesFreed), "orphans": JSON(orphans),
    ]
  }

  /// What would go, with bytes and reasons, and in one line each what stays.
  package var text: String {
    var table = TextTable([.left, .right, .left])
    for entry in removed {
      let shared = entry.bytes - entry.bytesFreed
      let note = shared > 0 ? "; \(Quantity.bytes(shared)) of it have other names and may stay" : ""
      table.add([entry.path, Quantity.bytes(entry.bytes), entry.reason + note])
    }
    let goes = table.isEmpty ? "" : "would go\n" + table.text(indent: "  ")
    return goes + stays + orphanText
  }

  /// Kept results by reason.
  private var stays: String {
    var counts: [(reason: String, entries: [Entry])] = []
    for entry in kept {
      if let index = counts.firstIndex(where: { $0.reason == entry.reason }) {
        counts[index].entries.append(entry)
      } else {
        counts.append((entry.reason, [entry]))
      }
    }
    guard !counts.isEmpty else { return "" }
    var table = TextTable([.right, .right, .left])
    for (reason, entries) in counts {
      let bytes = entries.reduce(0) { $0 + $1.bytes }
      table.add([Quantity.count(entries.count, "folder"), Quantity.bytes(bytes), reason])
    }
    return "stays\n" + table.text(indent: "  ")
  }

  private var orphanText: String {
    guard !orphans.isEmpty, kept.contains(where: { $0.reason == Self.orphanReason }) else { return "" }
    let names = orphans.prefix(8).joined(separator: ", ") + (orphans.count > 8 ? ", …" : "")
    return """
      \(Quantity.count(orphans.count, "step")) no longer in the pipeline file: \(names); --orphans counts their results in, \
      unless another pipeline file uses this folder

      """
  }

  static let orphanReason = "of a step that the pipeline file no longer has"

  /// One line: how much goes, and what it would cost to have it back.
  package var summary: String {
    guard !removed.isEmpty else { return "nothing to remove" }
    let results = removed.filter(\.isResult)
    let times = results.compactMap(\.secondsToMake)
    let again =
      results.isEmpty
      ? ""
      : "; to make the \(Quantity.count(results.count, "result")) again would take "
        + (times.count < results.count ? "more than " : "")
        + Quantity.seconds(times.reduce(0, +)) + ", and settings and inputs as they were"
    return Quantity.count(removed.count, "folder or file", "folders and files") + " of "
      + Quantity.bytes(bytesFreed) + again
  }
}

extension SweepPlan.Entry {
  fileprivate var json: JSON {
    [
      "path": .string(path), "removed": .bool(isRemoved), "reason": .string(reason), "bytes": JSON(bytes),
      "bytesFreed": JSON(bytesFreed), "secondsToMake": secondsToMake.map(JSON.number) ?? .null,
    ]
  }
}
