package import Glossary
package import Autodiff
package import Layers

/// Holds a discriminator's logits near those that it gave to the other kind before: λ(mean (D(x) − α_G)² + mean (D(G(z)) −
/// α_R)²). α_R and α_G are moving averages of the mean logits of real and of generated examples, those of the batch
/// included, and have no gradient.
///
/// An average is divided by the sum of its weights, so that it is one from the first batch on. The published code adds a
/// ReLU to both differences, which the paper does not.
///
/// Source: Tseng et al. 2021, "Regularizing generative adversarial networks under limited data", arXiv:2104.03310, eq. 5.
package struct LeCam: DiscriminatorTerm {
  package let name = "lecam"
  /// Meaning in words, and source.
  package let meaning = Meaning(
    "Pulls the discriminator's answers towards moving averages of those for the other side",
    .tseng2021)
  /// λ.
  let weight: Double
  /// Share of an average that is kept from one batch to the next.
  let decay: Double

  package init(weight: Double, decay: Double) { (self.weight, self.decay) = (weight, decay) }

  private static func average(_ name: String) -> Parameter {
    Parameter("discriminator.lecam.\(name)", shape: [1], initializer: .zeros, isTrainable: false)
  }

  private let real = average("real")
  private let generated = average("generated")
  /// The sum of the weights of all batches in an average.
  private let total = average("total")

  package var parameters: [Parameter] { [real, generated, total] }

  package func value(_ judged: JudgedBatch) throws -> Tensor {
    let (forward, graph) = (judged.forward, judged.real.logits.graph)
    func moved(_ parameter: Parameter, towards value: Tensor) throws -> Tensor {
      let new =
        try forward.value(of: parameter) * Float(decay)
        + value.stopGradient().reshape([1]) * Float(1 - decay)
      try forward.set(parameter, to: new)
      return new
    }
    let sum = try moved(total, towards: graph.constant(1))
    let ofReal = try moved(real, towards: judged.real.logits.mean()) / sum
    let ofGenerated = try moved(generated, towards: judged.generated.logits.mean()) / sum
    let distances =
      try (judged.real.logits - ofGenerated).squared().mean()
      + (judged.generated.logits - ofReal).squared().mean()
    return try distances * Float(weight)
  }
}
