/// What is done about bars that are missing or not to be trusted, kind by kind.
///
/// Nothing is done that was not declared, except that no window crosses a gap.
package struct CleaningRules: Sendable, Equatable {
  package enum Policy: String, Sendable, CaseIterable {
    /// The first one is an error.
    case reject
    /// The run of rows ends before it and begins anew behind it, as at a gap.
    case drop
    /// It stays in the inputs, and is never a label nor scored.
    case mark
    /// It becomes a bar that stands still: the prices are the close before, amounts are 0, all else holds its value.
    ///
    /// Only the past is used, so windows may end there; it is marked. That a bar belongs to a halt is known at the last
    /// of so many: no window ends at those before.
    case fillForward = "fill-forward"
    /// It becomes a bar on the straight line, column by column, between the bars around it.
    ///
    /// That line knows the bar behind it. So it is marked, and no window ends within: from the bar behind it on all of
    /// it is the past.
    case interpolate
  }

  package enum Kind: String, Sendable, CaseIterable {
    /// Bars that the calendar owes and the source did not have.
    case gaps
    /// Bars in which nothing was traded.
    case zeroVolume = "zero-volume"
    /// Bars whose price is far off those before.
    case spikes
    /// Several bars in a row that stand still and in which nothing was traded.
    case halts

    /// The policies that make sense: a bar that is not there cannot be marked.
    package var policies: [Policy] {
      self == .gaps ? [.reject, .drop, .fillForward, .interpolate] : Policy.allCases
    }
  }

  package struct Gaps: Sendable, Equatable {
    package var policy: Policy
    /// The most bars that are filled in; a longer gap stays one.
    package var longest: Int

    package init(_ policy: Policy = .drop, longest: Int = 24) {
      self.policy = policy
      self.longest = longest
    }
  }

  package struct Spikes: Sendable, Equatable {
    package var policy: Policy
    /// The price.
    package var column: String
    /// How many median absolute deviations of the returns before a return may be.
    package var threshold: Double
    /// How many returns before are looked at; until there are as many nothing is a spike.
    package var window: Int

    package init(_ policy: Policy, of column: String = "close", threshold: Double = 20, window: Int = 100) {
      self.policy = policy
      self.column = column
      self.threshold = threshold
      self.window = window
    }
  }

  package struct Halts: Sendable, Equatable {
    package var policy: Policy
    /// The fewest bars that are one.
    package var bars: Int

    package init(_ policy: Policy, bars: Int = 3) {
      self.policy = policy
      self.bars = bars
    }
  }

  package var gaps: Gaps
  package var zeroVolume: Policy?
  package var spikes: Spikes?
  package var halts: Halts?

  package init(gaps: Gaps = Gaps(), zeroVolume: Policy? = nil, spikes: Spikes? = nil, halts: Halts? = nil) {
    self.gaps = gaps
    self.zeroVolume = zeroVolume
    self.spikes = spikes
    self.halts = halts
  }

  private var declared: [(kind: Kind, policy: Policy)] {
    let all: [(Kind, Policy?)] = [
      (.gaps, gaps.policy), (.zeroVolume, zeroVolume), (.spikes, spikes?.policy), (.halts, halts?.policy),
    ]
    return all.compactMap { kind, policy in policy.map { (kind, $0) } }
  }

  /// Refuses a policy that makes no sense for its kind.
  func check() throws(FeatureError) {
    for (kind, policy) in declared where !kind.policies.contains(policy) {
      throw .cleaningPolicy(
        kind: kind.rawValue, policy: policy.rawValue, known: kind.policies.map(\.rawValue))
    }
  }
}
