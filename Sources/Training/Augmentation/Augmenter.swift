package import Specification
package import Experiments
internal import Complaints
package import Autodiff
package import Layers
package import Models
internal import Records

/// Applies `data.augment` in the graph of one training step, to what one network reads.
///
/// Every pass of an augmentation has a number, from 1, and streams of its own: `augment/<name>/<number>`.
package final class Augmenter {
  /// The number of times that each augmentation is drawn, by update.
  package private(set) var draws: [String: [Phase: Int]] = [:]
  private let augmentations: [any Augmentation]
  private let forward: Forward
  private let inputs: StepInputs
  private let batch: Int
  private var visits: [String: Int] = [:]

  /// Prepares the augmentations, and hooks those of hidden states to their sites.
  ///
  /// - Parameter network: The network that reads examples.
  /// - Throws: `ModelError` about an augmentation that cannot act on the network or the batch.
  package init(
    _ experiment: Experiment, _ network: Network, _ forward: Forward, _ inputs: StepInputs
  )
    throws
  {
    (self.forward, self.inputs, batch) = (forward, inputs, experiment.train.batch)
    augmentations = try AugmentationCatalogue.augmentations(experiment)
    for augmentation in augmentations {
      try augmentation.check(experiment, beside: augmentations)
      try ModelError.require(
        batch >= augmentation.smallestBatch, "data.augment.\(augmentation.name)",
        expected: "a train.batch of at least \(augmentation.smallestBatch), as examples of a batch "
          + "are mixed", found: "\(batch)")
      let sites = try augmentation.sites(of: network, backbone: experiment.model.backbone)
      guard let augmentation = augmentation as? any ActivationAugmentation else { continue }
      for (index, site) in sites.enumerated() {
        forward.hook(site.address) { [unowned self] x, visit in
          if index == 0 { count(augmentation) }
          return try augmentation.apply(
            to: x, at: index, of: sites.count, draw(augmentation, visit))
        }
      }
    }
  }

  /// Applies all augmentations of examples, for a discriminator, detector or classifier.
  package func seen(_ x: Tensor) throws -> Tensor { try hidden(changed(x)) }

  /// Applies the augmentations that make new examples.
  package func changed(_ x: Tensor) throws -> Tensor { try apply(to: x) { $0.changesTarget } }

  /// Applies the augmentations that only hide parts of examples.
  package func hidden(_ x: Tensor) throws -> Tensor { try apply(to: x) { !$0.changesTarget } }

  /// True where some augmentation is of the examples themselves.
  var changesExamples: Bool { augmentations.contains { $0 is any ExampleAugmentation } }

  /// True where some augmentation is of hidden states.
  var changesHiddenStates: Bool { augmentations.contains { $0 is any ActivationAugmentation } }

  /// The name of the first augmentation that mixes examples; nil without one.
  var mixing: String? { augmentations.first(where: \.mixesExamples)?.name }

  /// Refuses augmentations that mix examples, whose class cannot be told.
  ///
  /// - Throws: `ModelError` about the first of them.
  func requireWholeExamples() throws {
    guard let mixing else { return }
    throw ModelError(
      "data.augment.\(mixing)",
      expected: "none in a gan whose networks are told of classes, as mixtures are of several",
      found: mixing)
  }

  /// The probabilities that follow what the discriminator says, by what they are for.
  var probabilities: [(owner: String, probability: AdaptiveProbability)] {
    augmentations.compactMap { augmentation in
      augmentation.probability.map { (augmentation.name, $0) }
    }
  }

  /// The examples that a VAE is to reconstruct from those that its encoder reads in its only pass.
  package func target(_ x: Tensor) throws -> Tensor {
    try augmentations.compactMap { $0 as? any ActivationAugmentation }.reduce(x) {
      try $1.target($0, draw($1, 1))
    }
  }

  /// The labels of the examples that the network reads in its only pass: shares of several classes where
  /// examples are mixed.
  ///
  /// - Parameters:
  ///   - labels: [N, K].
  ///   - x: The examples before any augmentation.
  package func labels(_ labels: Tensor, of x: Tensor) throws -> Tensor {
    try augmentations.reduce(labels) { try $1.labels($0, of: x, draw($1, 1)) }
  }

  private func apply(
    to x: Tensor, _ isMeant: (any ExampleAugmentation) -> Bool
  ) throws -> Tensor {
    let chosen = augmentations.compactMap { $0 as? any ExampleAugmentation }.filter(isMeant)
    return try chosen.reduce(x) { x, augmentation in
      visits[augmentation.name, default: 0] += 1
      count(augmentation)
      return try forward.graph.scope("augment.\(augmentation.name)") {
        try augmentation.apply(to: x, draw(augmentation, visits[augmentation.name] ?? 1))
      }
    }
  }

  private func count(_ augmentation: any Augmentation) {
    draws[augmentation.name, default: [:]][forward.phase, default: 0] += 1
  }

  private func draw(_ augmentation: any Augmentation, _ visit: Int) -> AugmentationDraw {
    AugmentationDraw(
      forward: forward, stream: "augment/\(augmentation.name)/\(visit)", batch: batch,
      inputs: inputs)
  }
}
