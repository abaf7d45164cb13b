package import Glossary
package import Autodiff
internal import Complaints
package import Layers
package import Models
internal import Specification

/// Asks a discriminator for the same logits of an example under two draws of its dropout: γ(mean (D(x) − D′(x))² +
/// mean (D(G(z)) − D′(G(z)))²). With `gaussian` dropout, which is multiplicative noise, it is the constraint of NICE.
///
/// Source: Ni & Koniusz 2023, "NICE: noise-modulated consistency regularization for data-efficient GANs", NeurIPS 36,
/// §3; its noise has a strength of its own in each block and adapts, which `dropout` entries set.
package struct NoiseConsistency: DiscriminatorTerm {
  package let name = "noise_consistency"
  /// Meaning in words, and source.
  package let meaning = Meaning(
    "Asks the discriminator for the same answer with other multiplicative noise inside", .ni2023)
  /// γ.
  let weight: Double

  package init(weight: Double) { self.weight = weight }

  package func check(
    _ discriminator: Network, _ dropout: DropoutPlan, _ augmenter: Augmenter
  ) throws {
    try ModelError.require(
      dropout.differs(in: discriminator.role.rawValue, during: .discriminatorStep),
      "loss.noise_consistency",
      expected:
        "dropout in the discriminator that is active in its updates, as two draws of it are compared",
      found: "none")
  }

  package func value(_ judged: JudgedBatch) throws -> Tensor {
    try judged.distance(real: weight, generated: weight) { $0 }
  }
}
