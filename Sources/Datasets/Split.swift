internal import Complaints

/// Which examples are trained on and which are held out, as indices into the lists it is made from.
struct Split {
  /// In the order of their hashes, at most as many as the limit says.
  let training: [Int]
  /// In the order of their hashes.
  let holdout: [Int]

  /// Divides examples by the hashes of what they come from.
  ///
  /// - Parameters:
  ///   - hashes: One an example, of its content.
  ///   - sources: One an example; examples of one value are never divided.
  ///   - holdout: Share of the sources that is held out, in 0..<1.
  ///   - labels: Classes, one an example; empty where there are none. With classes the order of the
  ///     training examples takes them in turn, so that each has its share of a limit.
  ///   - limit: Training examples to keep; nil for all.
  ///   - name: What errors call the data.
  /// - Throws: `DataError` if no training example is left, or fewer than `limit`.
  init(
    _ hashes: [UInt64], sources: [UInt64], labels: [Int] = [], holdout share: Double, limit: Int?,
    name: String
  ) throws {
    let order = hashes.indices.sorted { (hashes[$0], $0) < (hashes[$1], $1) }
    let isHeldOut = { (index: Int) in unitInterval(sources[index]) < share }
    holdout = order.filter(isHeldOut)
    let unordered = order.filter { !isHeldOut($0) }
    let kept = labels.isEmpty ? unordered : Self.inTurn(unordered, labels)
    training = Array(kept.prefix(limit ?? kept.count))
    let split = "of \(order.count) examples, \(holdout.count) are held out"
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

  /// Spreads every class evenly over the order, its own order kept.
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
