package import Autodiff
internal import Complaints
package import Layers
package import Models
internal import Specification

/// Asks a discriminator for the same logits of an example under two draws of its dropout: γ(mean (D(x) − D′(x))² +
/// mean (D(G(z)) − D′(G(z)))²). With `gaussian` dropout, which is multiplicative noise, it is the constraint of NICE.
///
/// Source: Ni & Koniusz 2023, "NICE: noise-modulated consistency regularization for data-efficient GANs", NeurIPS 36, §3;
/// its noise has a strength of its own in each block and adapts, which `dropout` entries set.
package struct NoiseConsistency: DiscriminatorTerm {
  package let name = "noise_consistency"
  /// γ.
  let weight: Double

  package init(weight: Double) { self.weight = weight }

  package func check(
    _ discriminator: Network, _ dropout: DropoutPlan, _ augmenter: Augmenter
  ) throws {
    try ModelError.require(
      dropout.drops(in: discriminator.role.rawValue), "loss.noise_consistency",
      expected: "dropout in the discriminator, as two draws of it are compared", found: "none")
  }

  package func value(_ judged: JudgedBatch) throws -> Tensor {
    let distances = try [judged.real, judged.generated].map { side in
      try (side.logits - judged.logits(side.examples)).squared().mean()
    }
    return try (distances[0] + distances[1]) * Float(weight)
  }
}
