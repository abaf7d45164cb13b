internal import Glossary
internal import Autodiff

/// The penalty of WGAN-GP; see `GradientPenalty.wassersteinGP`.
struct InterpolatedPenalty: DiscriminatorTerm {
  let name = "gp"
  let meaning = Meaning(
    "Gradient penalty between real and generated examples", .gulrajani2017)
  let lambda: Double

  func value(_ judged: JudgedBatch) throws -> Tensor {
    try GradientPenalty.wassersteinGP(
      real: judged.real.examples, generated: judged.generated.examples, lambda: lambda,
      stream: judged.stream, judged.logits)
  }
}
