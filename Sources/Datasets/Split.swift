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
  ///   - limit: Training examples to keep; nil for all.
  ///   - name: What errors call the data.
  /// - Throws: `DataError` if no training example is left, or fewer than `limit`.
  init(_ hashes: [UInt64], sources: [UInt64], holdout share: Double, limit: Int?, name: String)
    throws
  {
    let order = hashes.indices.sorted { (hashes[$0], $0) < (hashes[$1], $1) }
    let isHeldOut = { (index: Int) in unitInterval(sources[index]) < share }
    holdout = order.filter(isHeldOut)
    let kept = order.filter { !isHeldOut($0) }
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
}
