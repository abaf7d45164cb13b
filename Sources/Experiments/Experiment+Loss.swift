public import Specification

extension Experiment {
  /// `loss`: the quantity that training minimises.
  public struct Loss: Sendable, Equatable {
    /// Adversarial losses.
    public enum Adversarial: String, Sendable, CaseIterable {
      /// Goodfellow et al. 2014, §3.
      case nonSaturating = "non_saturating"
      /// Lim & Ye 2017.
      case hinge
      /// Mao et al. 2017.
      case leastSquares = "least_squares"
      /// Arjovsky et al. 2017.
      case wasserstein
      /// Jolicoeur-Martineau 2018.
      case relativistic
    }

    /// `adversarial` (gan): non_saturating by default.
    public let adversarial: Adversarial
    /// `gp_lambda` (gan): weight of (|gradient| − 1)² between training examples and samples; 0 for none.
    public let gpLambda: Double
    /// `r1_gamma` (gan): γ of the penalty γ/2·|gradient|² at training examples; 0 for none.
    public let r1Gamma: Double
    /// `r2_gamma` (gan): the same at generated examples.
    public let r2Gamma: Double
    /// `discriminator_steps` (gan): discriminator updates per generator update.
    public let discriminatorSteps: Int
    /// `likelihood` (vae): bernoulli for images and gaussian for audio by default.
    public let likelihood: Likelihood
    /// `kl_weight` (vae): weight of the Kullback–Leibler term.
    public let klWeight: Double
    /// `l1`: weight of the sum of absolute weights.
    public let l1: Double
    /// `l2`: weight of the sum of squared weights.
    public let l2: Double
    /// `max_norm`: the largest norm of the weights that feed one unit; 0 (null) for none.
    public let maxNorm: Double

    init(_ keys: SectionReader, family: Family, data: Data) throws {
      let gan = Applicability.families(where: { $0 == .gan }, not: family)
      let vae = Applicability.families(where: { $0 == .vae }, not: family)
      adversarial = try keys.value("adversarial", .choice, default: .nonSaturating, when: gan)
      gpLambda = try keys.value("gp_lambda", .number(atLeast: 0), default: 0, when: gan)
      r1Gamma = try keys.value("r1_gamma", .number(atLeast: 0), default: 0, when: gan)
      r2Gamma = try keys.value("r2_gamma", .number(atLeast: 0), default: 0, when: gan)
      discriminatorSteps = try keys.value(
        "discriminator_steps", .integer(1...1000), default: 1, when: gan)
      likelihood = try keys.value(
        "likelihood", .choice, default: data.kind == .images ? .bernoulli : .gaussian, when: vae)
      klWeight = try keys.value("kl_weight", .number(atLeast: 0), default: 1, when: vae)
      l1 = try keys.value("l1", .number(atLeast: 0), default: 0)
      l2 = try keys.value("l2", .number(atLeast: 0), default: 0)
      maxNorm = try keys.optional("max_norm", .number(atLeast: 0)) ?? 0
    }
  }
}
