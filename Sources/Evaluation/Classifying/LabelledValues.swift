internal import Training
internal import Experiments
internal import Datasets
internal import Randomness
internal import Records

/// Examples as floats, with their classes where they have any.
struct LabelledValues {
  /// Values, [N] + the shape of an example.
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

  /// Takes at most `limit` random examples of a set, in the model's value range.
  ///
  /// - Parameter name: Name of the random stream that chooses them, `metrics/<name>`.
  init(_ examples: Examples, atMost limit: Int, _ experiment: Experiment, _ name: String) {
    let order = RandomStream("metrics/\(name)", seed: UInt64(experiment.seed))
      .permutation(examples.count).prefix(limit)
    let part = examples.part(Array(order))
    count = part.count
    values = part.floats(in: experiment.valueRange)
    labels = part.labels
  }

  /// The first `count` examples, or all where there are fewer.
  func prefix(_ count: Int) -> LabelledValues {
    guard count < self.count else { return self }
    return LabelledValues(
      Array(values.prefix(count * (values.count / self.count))), labels: Array(labels.prefix(count))
    )
  }
}
