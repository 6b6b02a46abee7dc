import Configuration

extension TrainSettings {
  /// Which of `count` folds is meant, and what to say of it: the newest where nobody said.
  func fold(of count: Int) throws -> (number: Int, words: [String]) {
    let number = fold ?? count - 1
    guard number < count else { throw TrainError.noFold(number, count: count) }
    return (number, count == 1 ? [] : ["fold \(number) of 0…\(count - 1)"])
  }
}
