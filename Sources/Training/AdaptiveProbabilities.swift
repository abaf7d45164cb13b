internal import Autodiff
internal import Complaints
internal import Experiments
internal import Layers
internal import Records
internal import Specification

/// What follows the sign of a discriminator's logits: the probability of augmentations, and adaptive rates of dropout.
extension StepBuilder {
  /// A probability with the key of the experiment file that it belongs to, and whether it is a discriminator's own;
  /// else it follows the first of several.
  private typealias Adaptive = (
    key: String, probability: AdaptiveProbability, isOfDiscriminator: Bool
  )

  private var adaptives: [Adaptive] {
    let ofDropout = dropout.placements.compactMap { placement in
      placement.probability.map {
        (
          placement.path, $0,
          placement.site.network == NetworkRole.discriminator.rawValue
        )
      }
    }
    return augmenter.probabilities.map { ("data.augment.\($0.owner)", $0.probability, true) }
      + ofDropout
  }

  /// Refuses losses by which the sign of a logit does not tell what the discriminator takes an example for.
  ///
  /// - Throws: `ModelError` about the first adaptive key.
  func checkAdaptiveProbabilities() throws {
    guard let first = adaptives.first else { return }
    let loss = experiment.loss.adversarial
    try ModelError.require(
      loss == .nonSaturating || loss == .hinge, first.key,
      expected:
        "loss.adversarial non_saturating or hinge, by which logits above 0 are those of examples taken for real",
      found: loss.rawValue)
  }

  /// Takes note of the logits that a discriminator gave training examples in one of its updates.
  ///
  /// - Parameter copy: The discriminator's number among several, from 1.
  func adapt(to logits: Tensor, by copy: Int, isLastUpdate: Bool) throws {
    for adaptive in adaptives where copy == 1 || adaptive.isOfDiscriminator {
      let interval = adaptive.probability.control.interval
      let isEnd =
        isLastUpdate
        ? try inputs.scalar("adaptive/\(interval)", to: graph) {
          ($0 + 1).isMultiple(of: interval) ? 1 : 0
        } : graph.constant(0)
      try forward.inCopy(copy) {
        try adaptive.probability.note(
          logits, isEnd: isEnd, updates: experiment.loss.discriminatorSteps, in: forward)
      }
    }
  }

  /// The probabilities after the updates, and the rates that follow them, with their names in the log: one of each key,
  /// and the mean over several discriminators.
  func adaptiveProbabilities(of copies: [Int]) throws -> [(name: String, value: Tensor)] {
    var seen = Set<String>()
    return try adaptives.filter { seen.insert($0.key).inserted }.map { adaptive in
      let own = adaptive.isOfDiscriminator ? copies : [1]
      let values = try own.map { copy in
        try forward.inCopy(copy) { try adaptive.probability.value(in: forward) }
      }
      return (LogName.adaptive(adaptive.key), try values.mean())
    }
  }
}
