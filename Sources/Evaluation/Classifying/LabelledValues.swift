internal import Training
internal import Experiments
package import Datasets
internal import Randomness
internal import Records

/// Examples as floats in the form that networks see, with their classes where they have any.
struct LabelledValues {
  /// Values, [N] + the shape of an example as networks see it.
  let values: [Float]
  let labels: [Int]
  /// Number of examples, N.
  let count: Int

  /// Pairs values with labels.
  ///
  /// - Precondition: There is a label for each example.
  init(_ values: [Float], labels: [Int]) {
    (self.values, self.labels, count) = (values, labels, labels.count)
  }

  /// Brings examples into the form that a model's networks see.
  ///
  /// - Throws: `DataError` where they do not fit in memory.
  init(_ examples: Examples, seenBy codec: ExampleCodec) throws {
    count = examples.count
    values = try codec.values(of: examples)
    labels = examples.labels
  }

  /// The first `count` examples, or all where there are fewer.
  func prefix(_ count: Int) -> LabelledValues {
    guard count < self.count else { return self }
    return LabelledValues(
      Array(values.prefix(count * (values.count / self.count))), labels: Array(labels.prefix(count))
    )
  }
}

extension Examples {
  /// At most `limit` of the examples, chosen at random.
  ///
  /// - Parameter name: Name of the random stream that chooses them, `metrics/<name>`.
  func sample(_ limit: Int, _ name: String, seed: UInt64) -> Examples {
    let order = RandomStream("metrics/\(name)", seed: seed).permutation(count).prefix(limit)
    return part(Array(order))
  }

  /// Two random halves; windows of one sound stay together.
  package func halves(seed: UInt64) -> (Examples, Examples) {
    let units = Dictionary(grouping: 0..<count) { groups?[$0] ?? $0 }.sorted { $0.key < $1.key }
    var (first, second) = ([Int](), [Int]())
    for unit in RandomStream("metrics/halves", seed: seed).permutation(units.count) {
      if first.count < count / 2 { first += units[unit].value } else { second += units[unit].value }
    }
    return (part(first), part(second))
  }
}
