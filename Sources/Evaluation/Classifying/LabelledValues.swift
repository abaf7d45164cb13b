internal import Training
internal import Experiments
internal import Datasets
internal import Randomness
internal import Records

/// Examples as floats, with their classes where they have such.
struct LabelledValues {
  /// [N] + the shape of an example.
  let values: [Float]
  let labels: [Int]
  /// N.
  let count: Int

  /// - Precondition: There is a label for each example.
  init(_ values: [Float], labels: [Int]) {
    (self.values, self.labels, count) = (values, labels, labels.count)
  }

  /// Random examples of a set, in the model's value range.
  ///
  /// - Parameter name: Of the random stream, in `metrics`.
  init(_ examples: Examples, atMost limit: Int, _ experiment: Experiment, _ name: String) {
    let order = RandomStream("metrics/\(name)", seed: UInt64(experiment.seed))
      .permutation(examples.count).prefix(limit)
    let part = examples.part(Array(order))
    count = part.count
    values = part.floats(in: experiment.valueRange)
    labels = part.labels
  }

  /// The first examples.
  func prefix(_ count: Int) -> LabelledValues {
    guard count < self.count else { return self }
    return LabelledValues(
      Array(values.prefix(count * (values.count / self.count))), labels: Array(labels.prefix(count))
    )
  }
}
