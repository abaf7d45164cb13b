internal import Records
internal import Autodiff
internal import Models

extension StepBuilder {
  /// Builds the update of a detector or classifier.
  mutating func buildClassifier(_ network: Network) throws {
    let examples = try batch("data")
    let logits = try network(augmenter.seen(examples), forward)
    let labels = try augmenter.labels(labels(classes: logits.shape[1]), of: examples)
    let loss = try CrossEntropy.ofEach(logits, labels: labels).mean()
    losses = [(LogName.loss, loss)]
    try update([network], minimizing: loss, optimizerScalars("model"))
  }
}
