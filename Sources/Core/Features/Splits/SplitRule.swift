import Artifacts
package import Chronology

/// How the past is divided into training, validation and test.
///
/// A part is a stretch of rows, and a window belongs to the part that holds **all** its label rows; inputs may reach
/// back over a border, for they are the past. A window whose labels lie on both sides is purged: the purge is exactly
/// the label horizon, in both directions where training stands on both sides of a test.
package enum SplitRule: Sendable, Equatable {
  /// The first label of each part; `end`, when given, is behind the last label of the test.
  case dates(validation: Instant, test: Instant, end: Instant? = nil)
  /// Each part from a time up to, not including, another; rows in none of them are not used.
  case ranges(train: Period, validation: Period, test: Period)
  /// The first ⌊train · N⌋ rows train, the last ⌊test · N⌋ test, and validation is what lies between.
  case fractions(train: Double, validation: Double, test: Double, of: Whole = .commonTimes)
  /// The first row of each part, counted from 0 in each entity, or back from its end when negative.
  case rows(validation: Int, test: Int, end: Int? = nil)
  case preset(Preset)
  /// Consecutive tests at the end of the past, each forecast by what was learnt from the rows before it.
  case walkForward(WalkForward)
  /// Each of `folds` equal stretches is the test once, and training is what lies on both sides of it.
  ///
  /// Source: López de Prado, «Advances in Financial Machine Learning» (2018), 7.4. `validation` is a share of the rows
  /// that are no test, the newest of them: cut off behind the test in turn, it would touch each test's end, and what
  /// chooses the epoch should not be the test's neighbour.
  case purgedKFold(folds: Int, validation: Double, embargo: SpanLength? = nil)
  /// Each choice of `testGroups` of `groups` equal stretches is the test of one fold; validation as in k-fold.
  ///
  /// Source: López de Prado (2018), 12.4. The tests of all folds make up C(groups, testGroups) · testGroups / groups
  /// whole paths through the past. Neighbouring test groups stay apart, so that every path has the same windows.
  case combinatorial(groups: Int, testGroups: Int, validation: Double, embargo: SpanLength? = nil)
  /// Windows dealt out at random, as much of the literature does it; only there to show what that hides.
  case randomLeaky(train: Double, validation: Double, test: Double, seed: UInt64)

  /// What shares are shares of.
  package enum Whole: String, Sendable, CaseIterable {
    /// Each entity's own rows, so that entities may be cut on different dates.
    case entity
    /// The times that occur in any entity, so that all are cut on one date.
    case commonTimes = "common-date"
  }

  /// From a time up to, not including, another.
  package struct Period: Sendable, Equatable {
    package var from: Instant
    package var to: Instant

    package init(from: Instant, to: Instant) {
      self.from = from
      self.to = to
    }
  }

  /// The ETT protocol: 12, 4 and 4 months of 30 days, counted in rows from the first.
  ///
  /// Source: https://github.com/cure-lab/LTSF-Linear, data_provider/data_loader.py.
  package enum Preset: String, Sendable, CaseIterable {
    /// One row an hour.
    case ettHourly = "ett-hourly"
    /// Four rows an hour.
    case ettMinute = "ett-minute"

    package var rowsPerMonth: Int { 30 * 24 * (self == .ettMinute ? 4 : 1) }
  }

  package struct WalkForward: Sendable, Equatable {
    /// What a fold learns from: validation and the training before it.
    package enum Window: Sendable, Equatable {
      /// Everything before the test.
      case expanding
      /// As much before the test as the length says.
      case rolling(SpanLength)
    }

    package var folds: Int
    /// Of each fold's test.
    package var test: SpanLength
    /// The newest part of what stands before the test; a share is a share of that.
    package var validation: SpanLength?
    package var window: Window
    /// Rows left out before validation and before the test, besides the purge.
    ///
    /// There is no training behind a test from which López de Prado's embargo could keep it.
    package var embargo: SpanLength?

    package init(
      folds: Int, test: SpanLength, validation: SpanLength?, window: Window = .expanding,
      embargo: SpanLength? = nil
    ) {
      self.folds = folds
      self.test = test
      self.validation = validation
      self.window = window
      self.embargo = embargo
    }
  }
}

extension SplitRule {
  /// The parts that must hold a window: those that were given any length.
  var required: [Split] {
    switch self {
    case .dates, .ranges, .rows, .preset: Split.allCases
    case .fractions(_, let validation, let test, _), .randomLeaky(_, let validation, let test, _):
      [.train] + (validation > 0 ? [.validation] : []) + (test > 0 ? [.test] : [])
    case .walkForward(let rule): rule.validation == nil ? [.train, .test] : Split.allCases
    case .purgedKFold(_, let validation, _), .combinatorial(_, _, let validation, _):
      validation > 0 ? Split.allCases : [.train, .test]
    }
  }
}
