internal import Experiments
internal import Records
internal import Autodiff
internal import Models

extension StepBuilder {
  /// Builds the update of a detector or classifier.
  mutating func buildClassifier(_ network: Network) throws {
    let examples = try batch("data")
    let seen = try augmenter.seen(examples)
    let logits = try network(seen, forward)
    let labels = try augmenter.labels(labels(classes: logits.shape[1]), of: examples)
    var loss = try CrossEntropy.ofEach(logits, labels: labels).mean()
    var divergences: [(name: String, value: Tensor)] = []
    if experiment.loss.rDrop > 0 {
      try TwoDraws.check([network], dropout, augmenter)
      let other = try network(seen, forward)
      let divergence = try TwoDraws.ofClasses(logits, other)
      loss =
        try (loss + CrossEntropy.ofEach(other, labels: labels).mean()) * 0.5
        + divergence * Float(experiment.loss.rDrop)
      divergences = [(LogName.twoDraws, divergence)]
    }
    losses = [(LogName.loss, loss)] + divergences
    try update([network], minimizing: loss, optimizerScalars("model"))
  }
}
