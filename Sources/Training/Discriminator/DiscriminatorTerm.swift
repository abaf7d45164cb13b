package import Autodiff
internal import Glossary
package import Layers
package import Models
internal import Records

/// What a discriminator's loss has beside the adversarial loss: a penalty of its gradient, or a demand on its answers.
/// A new one is a file with a type that conforms to this protocol, its key in `Experiment+Loss.swift`, a line in
/// `DiscriminatorTerms` and a test.
protocol DiscriminatorTerm: Sendable {
  /// Its name in the log.
  var name: String { get }
  /// What it does, and its source.
  var meaning: Meaning { get }
  /// True where the adversarial loss is of examples that are not augmented, as augmentations are for the term alone.
  var keepsAugmentations: Bool { get }
  /// Arrays that it keeps from step to step.
  var parameters: [Parameter] { get }
  /// Checks that the term can have an effect.
  ///
  /// - Throws: `ModelError` about its key.
  func check(_ discriminator: Network, _ dropout: DropoutPlan, _ augmenter: Augmenter) throws
  /// The term for one batch, with its weight.
  func value(_ judged: JudgedBatch) throws -> Tensor
}

extension DiscriminatorTerm {
  /// Augmentations are for all that a discriminator sees, by default.
  var keepsAugmentations: Bool { false }
  /// Nothing is kept, by default.
  var parameters: [Parameter] { [] }
  /// Any network will do, by default.
  func check(_ discriminator: Network, _ dropout: DropoutPlan, _ augmenter: Augmenter) throws {}
}

/// A batch of real examples and one of generated ones, with what a discriminator says of them.
package struct JudgedBatch {
  /// The examples as the discriminator saw them, and its logits, [N, 1].
  package let real, generated: (examples: Tensor, logits: Tensor)
  /// Name for random numbers of the batch.
  package let stream: String
  /// The network and the graph that it is applied in.
  package let discriminator: Network
  package let forward: Forward
  let augmenter: Augmenter

  /// Puts a batch together; see the properties.
  package init(
    real: (examples: Tensor, logits: Tensor), generated: (examples: Tensor, logits: Tensor),
    stream: String, _ discriminator: Network, _ forward: Forward, _ augmenter: Augmenter
  ) {
    (self.real, self.generated, self.stream) = (real, generated, stream)
    (self.discriminator, self.forward, self.augmenter) = (discriminator, forward, augmenter)
  }

  /// The discriminator's logits of other examples, or of the same with other masks.
  func logits(_ examples: Tensor) throws -> Tensor { try discriminator(examples, forward) }

  /// The mean square of the differences between the logits of examples and those of the examples changed, with a weight
  /// for each side.
  func distance(
    real weightOfReal: Double, generated weightOfGenerated: Double,
    _ changed: (Tensor) throws -> Tensor
  ) throws -> Tensor {
    let distances = try [(real, weightOfReal), (generated, weightOfGenerated)].map {
      side, weight in
      try (side.logits - logits(changed(side.examples))).squared().mean() * Float(weight)
    }
    return try distances[0] + distances[1]
  }
}
