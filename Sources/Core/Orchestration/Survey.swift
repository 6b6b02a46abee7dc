private import Synchronization

internal import Artifacts

/// What the file system says of many results, found out ahead of a plan by a thread of its own.
///
/// The thread goes from the last result to the first while the plan goes from the first to the last, and what it has
/// not come to yet the plan looks at itself: neither ever waits for the other. A class, because it guards what both
/// share.
final class Survey: Helping, @unchecked Sendable {
  /// What is known of a result without reading it.
  struct Look {
    var manifest: FileStamp?
    var run: FileStamp?
    /// Which of its files is missing or cut off; an index, so that a look holds nothing that is counted.
    var missing: Int?
    /// Whether the step's link points at it.
    var isCurrent = false
  }

  /// Below so many a thread costs more than it saves.
  private static let fewest = 256

  private let outlines: [ArtifactOutline?]
  private let looks: UnsafeMutableBufferPointer<Look>
  /// Every result from this index on has been looked at.
  private let reached: Atomic<Int>
  /// The plan is past the results before this index, and needs no more of them.
  private let passed = Atomic<Int>(0)
  private var helper: Helper?

  /// Begins to look at results; nil stands for none under that index.
  init(of outlines: [ArtifactOutline?]) {
    self.outlines = outlines
    looks = .allocate(capacity: outlines.count)
    reached = Atomic(outlines.count)
    if outlines.count >= Self.fewest { helper = Helper(self) }
  }

  deinit { looks.deallocate() }

  /// The index of the first result that was looked at.
  var first: Int { reached.load(ordering: .acquiring) }

  /// What was seen of a result; nil when its turn has not come, or another was looked at under that index.
  func look(at index: Int, _ outline: ArtifactOutline) -> Look? {
    guard index >= first else {
      passed.store(index + 1, ordering: .relaxed)
      return nil
    }
    return outlines[index] == outline ? looks[index] : nil
  }

  /// Ends the looking: what was seen until then is as old as the beginning.
  func end() {
    passed.store(outlines.count, ordering: .relaxed)
    helper?.join()
    helper = nil
  }

  /// Whether the link beside a result points at it.
  static func isCurrent(_ outline: ArtifactOutline) -> Bool {
    let link = Disk.parent(of: outline.directory) + "/current"
    return Disk.destination(ofLink: link) == Disk.lastComponent(of: outline.directory)
  }

  func go() {
    for index in outlines.indices.reversed() {
      guard index >= passed.load(ordering: .relaxed) else { return }
      looks.initializeElement(at: index, to: outlines[index].map(Look.init(at:)) ?? Look())
      reached.store(index, ordering: .releasing)
    }
  }
}

extension Survey.Look {
  /// A look at a result and its files.
  init(at outline: ArtifactOutline) {
    self.init(in: outline.directory)
    missing = outline.indexOfFileMissingOrCut()
    isCurrent = Survey.isCurrent(outline)
  }

  /// A look at the two documents of a result.
  init(in directory: String) {
    manifest = FileStamp(ofPublished: directory + "/manifest.json")
    run = FileStamp(ofPublished: directory + "/run.json")
  }
}
