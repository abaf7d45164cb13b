package import Glossary
package import Autodiff
internal import Complaints
package import Layers
package import Models

/// Asks a discriminator for the same logits of an example and of the example augmented: λ_R mean (D(x) − D(T(x)))² +
/// λ_G mean (D(G(z)) − D(T(G(z))))², T the augmentations of `data.augment`. The adversarial loss is then of examples
/// that are not augmented.
///
/// Source: Zhao et al. 2021, "Improved consistency regularization for GANs", arXiv:2002.04724, §2.2 (balanced, bCR).
package struct Consistency: DiscriminatorTerm {
  package let name = "consistency"
  /// Meaning in words, and source.
  package let meaning = Meaning(
    "Asks the discriminator for the same answer to an example and its augmented version", .zhao2021)
  package let keepsAugmentations = true
  /// λ_R and λ_G.
  let real, generated: Double

  package init(real: Double, generated: Double) { (self.real, self.generated) = (real, generated) }

  package func check(
    _ discriminator: Network, _ dropout: DropoutPlan, _ augmenter: Augmenter
  ) throws {
    try ModelError.require(
      augmenter.changesExamples, "loss.consistency",
      expected: "data.augment, as an example is compared with itself augmented", found: "none")
  }

  package func value(_ judged: JudgedBatch) throws -> Tensor {
    try judged.distance(real: real, generated: generated) { try judged.augmenter.seen($0) }
  }
}
