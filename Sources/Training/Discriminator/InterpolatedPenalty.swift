internal import Autodiff

/// The penalty of WGAN-GP; see `GradientPenalty.wassersteinGP`.
struct InterpolatedPenalty: DiscriminatorTerm {
  let name = "gp"
  let lambda: Double

  func value(_ judged: JudgedBatch) throws -> Tensor {
    try GradientPenalty.wassersteinGP(
      real: judged.real.examples, generated: judged.generated.examples, lambda: lambda,
      stream: judged.stream, judged.logits)
  }
}
