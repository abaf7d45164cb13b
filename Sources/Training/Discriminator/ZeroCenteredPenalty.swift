internal import Glossary
internal import Autodiff

/// R1 at real examples, or R2 at generated ones; see `GradientPenalty.zeroCentered`.
struct ZeroCenteredPenalty: DiscriminatorTerm {
  let name: String
  let meaning = Meaning(
    "Gradient penalty at the examples", .mescheder2018)
  let isOfReal: Bool
  let gamma: Double

  func value(_ judged: JudgedBatch) throws -> Tensor {
    let side = isOfReal ? judged.real : judged.generated
    return try GradientPenalty.zeroCentered(side.logits, examples: side.examples, gamma: gamma)
  }
}
