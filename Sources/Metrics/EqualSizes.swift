internal import Randomness

extension Comparison {
  /// Brings two sets to one size, the larger by a random sample of its rows.
  ///
  /// - Parameter stream: Name of the random stream that chooses the rows.
  func equalized(
    _ a: MeasuredSet, _ b: MeasuredSet, stream: String
  ) -> (MeasuredSet, MeasuredSet) {
    let count = min(a.count, b.count)
    return (
      sample(a, count, stream: stream), sample(b, count, stream: stream)
    )
  }

  private func sample(_ set: MeasuredSet, _ count: Int, stream: String) -> MeasuredSet {
    guard count < set.count else { return set }
    return remembered("\(count) rows by \(stream)", of: set) {
      MeasuredSet(set.examples.sample(count, stream: stream, seed: seed))
    }
  }
}

extension ExampleSet {
  /// A random sample without replacement, in the order of the rows. Groups are taken whole, except that the
  /// last one may be cut.
  ///
  /// - Parameter stream: Name of the random stream that chooses the rows.
  public func sample(_ count: Int, stream: String, seed: UInt64) -> ExampleSet {
    guard count < self.count else { return self }
    return rows(shuffledRows(stream: stream, seed: seed).prefix(count).sorted())
  }

  /// Splits the set into two random halves; groups stay whole.
  func halves(seed: UInt64) -> (ExampleSet, ExampleSet) {
    let order = shuffledRows(stream: "metrics/halves", seed: seed)
    var middle = (count + 1) / 2
    if let groups {
      // Moves the middle to the nearest place where one group ends and another begins.
      let borders = (1..<max(1, count)).filter { groups[order[$0]] != groups[order[$0 - 1]] }
      middle = borders.min { abs($0 - middle) < abs($1 - middle) } ?? middle
    }
    return (rows(order.prefix(middle).sorted()), rows(order.dropFirst(middle).sorted()))
  }

  /// The rows in random order; those of a group stay together.
  private func shuffledRows(stream: String, seed: UInt64) -> [Int] {
    let random = RandomStream(stream, seed: seed)
    guard let groups else { return random.permutation(count) }
    let members = Dictionary(grouping: 0..<count) { groups[$0] }
    let names = members.keys.sorted()
    return random.permutation(names.count).flatMap { members[names[$0]] ?? [] }
  }
}
