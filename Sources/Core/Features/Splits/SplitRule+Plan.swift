private import Artifacts
private import Chronology

extension SplitRule {
  /// Divides rows into parts; refuses a fold that lacks a part.
  package func plan(_ input: SplitInput) throws(FeatureError) -> SplitPlan {
    let cutter = OriginCutter(input)
    try cutter.checkLengths()
    if case .randomLeaky(let train, let validation, let test, let seed) = self {
      return try randomPlan(cutter, shares: (train, validation, test), seed: seed)
    }
    let layouts = try layouts(of: input)
    var plan = SplitPlan(folds: layouts.map(cutter.fold))
    for (index, fold) in plan.folds.enumerated() {
      try check(fold, layouts[index], number: index, of: layouts.count, cutter)
    }
    if case .combinatorial(let groups, let tests, _, _) = self {
      plan.paths = layouts.count * tests / groups
    }
    plan.stamp = layouts.count == 1 ? Self.overlap(layouts[0], input) : nil
    return plan
  }

  private func check(_ fold: Fold, _ layout: FoldLayout, number: Int, of folds: Int, _ cutter: OriginCutter)
    throws(FeatureError)
  {
    let input = cutter.input
    for split in required where (fold.origins[split] ?? Origins()).isEmpty {
      let rows = cutter.rowCount(of: split, in: layout)
      guard folds > 1 else {
        throw .emptySplit(
          split, lookback: input.lookback, horizon: input.span, rows: rows, warmup: input.warmup)
      }
      throw .splitEmptyPart(
        split, fold: number, folds: folds, lookback: input.lookback, horizon: input.span, rows: rows)
    }
  }

  /// Says when entities that are cut on different dates let one be trained on while another is judged.
  private static func overlap(_ layout: FoldLayout, _ input: SplitInput) -> String? {
    var newest: (time: Int64, entity: Int)?
    var oldest: (time: Int64, entity: Int)?
    for (entity, blocks) in layout.blocks.enumerated() {
      if let last = blocks.last(where: { $0.split == .train })?.kept.last,
        input.time[last] > newest?.time ?? .min
      {
        newest = (input.time[last], entity)
      }
      let judging = blocks.first { $0.split != .train && input.judged?[entity] ?? true }
      if let first = judging?.kept.first, input.time[first] < oldest?.time ?? .max {
        oldest = (input.time[first], entity)
      }
    }
    guard let newest, let oldest, newest.entity != oldest.entity, newest.time >= oldest.time else {
      return nil
    }
    return """
      '\(input.entities[newest.entity])' is trained on up to \(Instant(milliseconds: newest.time)), and \
      '\(input.entities[oldest.entity])' is judged from \(Instant(milliseconds: oldest.time)) on: what moves both is \
      seen before; cut all entities on one date
      """
  }

  // MARK: At random

  private static let stamp = """
    the windows were dealt to training, validation and test at random: neighbours that share inputs and labels \
    stand on both sides, so every score is better than the truth
    """

  private func randomPlan(_ cutter: OriginCutter, shares: (Double, Double, Double), seed: UInt64)
    throws(FeatureError) -> SplitPlan
  {
    let fold = cutter.randomFold(shares: shares, seed: seed)
    for split in required where (fold.origins[split] ?? Origins()).isEmpty {
      throw .emptySplit(
        split, lookback: cutter.input.lookback, horizon: cutter.input.span, rows: cutter.input.time.count,
        warmup: cutter.input.warmup)
    }
    var plan = SplitPlan(folds: [fold], stamp: Self.stamp)
    plan.isRandom = true
    return plan
  }
}
