internal import Complaints

/// The division of examples into sets, as indices into the lists it was made from.
struct Split {
  /// Training examples in the order of their hashes, with classes interleaved; at most as many as the
  /// limit.
  let training: [Int]
  /// Held-out examples in the order of their hashes.
  let holdout: [Int]
  /// Examples of the test set in the order of their hashes.
  let test: [Int]

  /// Divides examples by the hashes of what they come from.
  ///
  /// - Parameters:
  ///   - hashes: Hash of each example's content.
  ///   - sources: Hash of what each example comes from; examples of one source stay on the same side.
  ///   - holdout: Share of the sources that is held out, in 0..<1: those with the lowest hashes.
  ///   - test: Share of the sources for the test set: those with the highest hashes, so that it changes nothing of
  ///     what is held out.
  ///   - labels: Class of each example; empty where there are none. Training examples of all classes are
  ///     interleaved, so that a limit keeps each class in proportion.
  ///   - limit: Training examples to keep; nil for all.
  ///   - name: Name of the data in errors.
  /// - Throws: `DataError` if no training example is left, or fewer than `limit`.
  init(
    _ hashes: [UInt64], sources: [UInt64], labels: [Int] = [], holdout share: Double,
    test testShare: Double = 0, limit: Int?, name: String
  ) throws {
    let order = hashes.indices.sorted { (hashes[$0], $0) < (hashes[$1], $1) }
    let isHeldOut = { (index: Int) in unitInterval(sources[index]) < share }
    let isTest = { (index: Int) in unitInterval(sources[index]) >= 1 - testShare }
    holdout = order.filter(isHeldOut)
    test = order.filter { !isHeldOut($0) && isTest($0) }
    let unordered = order.filter { !isHeldOut($0) && !isTest($0) }
    let kept = labels.isEmpty ? unordered : Self.inTurn(unordered, labels)
    training = Array(kept.prefix(limit ?? kept.count))
    let split =
      "of \(order.count) examples, \(holdout.count) are held out"
      + (testShare > 0 ? " and \(test.count) in the test set" : "")
    guard !kept.isEmpty else {
      throw DataError(
        file: name, problem: "expected at least one training example, found none: \(split)")
    }
    guard let limit, limit > kept.count else { return }
    throw DataError(
      file: name,
      problem: "limit: expected at most the \(kept.count) training examples there are "
        + "(\(split)), found \(limit)")
  }

  /// Interleaves the classes: spreads each evenly over the order, and keeps the order within it. Four
  /// examples of class 0 and two of class 1 are ordered as 0, 1, 0, 0, 1, 0.
  private static func inTurn(_ indices: [Int], _ labels: [Int]) -> [Int] {
    let classes = Dictionary(grouping: indices) { labels[$0] }
    let places = classes.sorted { $0.key < $1.key }.flatMap { label, members in
      members.enumerated().map { rank, index in
        (place: (Double(rank) + 0.5) / Double(members.count), label: label, index: index)
      }
    }
    return places.sorted { ($0.place, $0.label) < ($1.place, $1.label) }.map(\.index)
  }
}
