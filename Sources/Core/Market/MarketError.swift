package import Artifacts

/// What can be wrong with rows that a source delivers.
package enum MarketError: Failure, Equatable {
  case disk(DiskError)
  case empty(path: String)
  case headerOnly(path: String)
  case noRows(path: String)
  case malformed(place: String, String)
  case noColumn(String, path: String, known: [String])
  case notANumber(place: String, column: String, text: String)
  case notATime(place: String, column: String, text: String)
  case badName(String)
  case cellCount(place: String, found: Int, expected: Int)
  case duplicateTime(place: String, entity: String, time: String)
  case unsorted(place: String, entity: String, time: String, previous: String)
  case notPositive(place: String, column: String, value: Double)
  case negative(place: String, column: String, value: Double)
  case highBelowLow(place: String, high: Double, low: Double)
  case mixedIntervals(place: String, step: String, interval: String)
  case offGrid(place: String, time: String, calendar: String, interval: String)
  case unknownInterval(entity: String, rows: Int)
  case nothingUntil(until: String, first: String)
  case nothingFrom(from: String)
  case tooManyEntities(Int)
  case tooManySteps(Int)
  case tooManyGaps(Int, interval: String)
  case otherColumns(path: String, found: [String], first: String, known: [String])
  case unfinishedDatabase(path: String, beside: String)
  case database(path: String, String)
  case store(DownloadError)

  package var exitStatus: ExitStatus {
    if case .store(let error) = self { return error.exitStatus }
    if case .disk(let error) = self { return error.isMissingFile ? .missingInput : error.exitStatus }
    return .badData
  }

  package var description: String {
    switch self {
    case .disk(let error): error.description
    case .empty(let path): "\(path) is empty; check the download, or the path of the source"
    case .headerOnly(let path): "\(path):1: there is a header and no row below it; check the download"
    case .noRows(let path): "\(path) holds no candles; check the download"
    case .malformed(let place, let problem): "\(place): \(problem)"
    case .noColumn(let name, let path, let known):
      "\(path):1: there is no column '\(name)'; there are: \(known.joined(separator: ", "))"
    case .notANumber(let place, let column, let text):
      """
      \(place): \(text.isEmpty ? "an empty cell" : "'\(text)'") in column '\(column)' is no finite decimal number; \
      mend the row, or leave the column out with source.columns
      """
    case .notATime(let place, let column, let text):
      """
      \(place): '\(text)' in column '\(column)' is no time; write 2024-06-30T12:00:00Z, 2024-06-30 12:00 or \
      seconds or milliseconds since 1970
      """
    case .badName(let name):
      """
      an entity or column is named '\(name.prefix(40))'; a name has 1 to 120 bytes and no control characters; rename \
      it, or choose others with source.columns
      """
    case .cellCount(let place, let found, let expected):
      "\(place): the row has \(found) cells, and the header \(expected); mend the row"
    case .duplicateTime(let place, let entity, let time):
      "\(place): \(time) stands twice for '\(entity)'; remove one of the rows"
    case .unsorted(let place, let entity, let time, let previous):
      "\(place): \(time) comes after \(previous) for '\(entity)'; sort the rows by time, oldest first"
    case .notPositive(let place, let column, let value):
      """
      \(place): the price \(value) in column '\(column)' is not positive; mend the row, or set prices: [] when \
      the column is no price
      """
    case .negative(let place, let column, let value):
      "\(place): the \(column) \(value) is negative; mend the row"
    case .highBelowLow(let place, let high, let low):
      "\(place): the high \(high) lies below the low \(low); mend the row"
    case .mixedIntervals(let place, let step, let interval):
      """
      \(place): mixed intervals: the step to the next row is \(step), while most rows are \(interval) apart; split \
      the file by interval, or set interval: to the finest one
      """
    case .offGrid(let place, let time, let calendar, let interval):
      """
      \(place): \(time) is not on the \(calendar) grid of \(interval); mend the time, or set interval: or \
      calendar: observed
      """
    case .unknownInterval(let entity, let rows):
      "'\(entity)' has \(rows) row\(rows == 1 ? "" : "s"), which shows no interval; set interval: such as 1h"
    case .nothingUntil(let until, let first):
      "no bar has closed by until: \(until); the first one opens at \(first)"
    case .nothingFrom(let from): "no row is from \(from) or later; check from: and the source"
    case .tooManyEntities(let count):
      """
      there are more than \(count) entities of so many columns, which is more than a model is made of; check that \
      source.entity names the right column
      """
    case .tooManySteps(let count):
      "the rows are more than \(count) different steps apart, so they show no interval; set interval: such as 1h"
    case .tooManyGaps(let count, let interval):
      """
      there are more than \(count) gaps in rows every \(interval); set interval: to the one that the rows have, or \
      calendar: observed when they have none
      """
    case .otherColumns(let path, let found, let first, let known):
      "\(path):1: its columns are \(found), and those of \(first) \(known)"
    case .unfinishedDatabase(let path, let beside):
      """
      \(path) is not finished: changes wait in \(beside); close the program that writes it, or run \
      PRAGMA wal_checkpoint(TRUNCATE) in it
      """
    case .store(let error): error.description
    case .database(let path, let problem): "\(path): \(problem)"
    }
  }
}
