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

    /// The default of `r1_gamma`; `results/search` says what others reach.
    public static let standardR1 = 1.0
    /// The default of `kl_weight` of spectrograms with learned deviations. These become so small that reconstructions
    /// outweigh the divergence, and that codes are no longer distributed as those that samples are made from;
    /// `results/search` says what others reach.
    static let spectrogramDivergence = 30.0
    /// Samples of the shortest window of spectra, which a sound must have for `stft`.
    public static let shortestSpectrum = 128

    /// `adversarial`.
    public let adversarial: Adversarial
    /// `gp_lambda`.
    public let gpLambda: Double
    /// `r1_gamma`.
    public let r1Gamma: Double
    /// `r2_gamma`.
    public let r2Gamma: Double
    /// `lecam: {weight, decay}`: weight of the distance of a discriminator's logits from moving averages of those of
    /// the other kind, and the decay of these averages; 0.3 and 0.99 by default.
    public struct LeCam: Sendable, Equatable {
      /// `weight`.
      public let weight: Double
      /// `decay`.
      public let decay: Double
    }

    /// `consistency: {real, generated}`: weights of the distances of a discriminator's logits of an example and of the
    /// example augmented; 10 by default.
    public struct Consistency: Sendable, Equatable {
      /// `real`.
      public let real: Double
      /// `generated`.
      public let generated: Double
    }

    /// `lecam`. Source: Tseng et al. 2021.
    public let leCam: LeCam?
    /// `consistency`. Source: Zhao et al. 2021.
    public let consistency: Consistency?
    /// `noise_consistency`. Source: Ni & Koniusz 2023.
    public let noiseConsistency: Double
    /// `r_drop`. Source: Liang et al. 2021.
    public let rDrop: Double
    /// `discriminator_steps`.
    public let discriminatorSteps: Int
    /// `likelihood`.
    public let likelihood: Likelihood
    /// `kl_weight`.
    public let klWeight: Double
    /// `stft`. Source: Yamamoto et al. 2020.
    public let stft: Double
    /// `l1`.
    public let l1: Double
    /// `l2`.
    public let l2: Double
    /// `max_norm`.
    public let maxNorm: Double

    init(_ keys: SectionReader, model: Architecture, data: Data) throws {
      let family = model.family
      let gan = Applicability.families(where: { $0 == .gan }, not: family)
      let vae = Applicability.families(where: { $0 == .vae }, not: family)
      adversarial = try keys.value(
        "adversarial", .choice, default: model.backbone == .mlp ? .relativistic : .nonSaturating,
        when: gan, says: "loss of generator and discriminator")
      gpLambda = try keys.value(
        "gp_lambda", .number(atLeast: 0), default: 0, when: gan,
        says:
          "weight of the gradient penalty (|gradient| − 1)² between training examples and samples; 0 for none (Gulrajani et al. 2017)"
      )
      r1Gamma = try keys.value(
        "r1_gamma", .number(atLeast: 0), default: gpLambda > 0 ? 0 : Self.standardR1, when: gan,
        says:
          "γ of the penalty γ/2·|gradient|² at training examples; 0 for none, and by default beside `gp_lambda` (Mescheder et al. 2018)"
      )
      r2Gamma = try keys.value(
        "r2_gamma", .number(atLeast: 0), default: adversarial == .relativistic ? r1Gamma : 0,
        when: gan,
        says: "γ of the same penalty at samples; that of `r1_gamma` by default with `relativistic`")
      leCam = try keys.additionalSection(
        "lecam", when: gan,
        says:
          "a penalty on the distance of the discriminator's logits from moving averages of those of the other kind (Tseng et al. 2021)"
      ) {
        LeCam(
          weight: try $0.value(
            "weight", .number(above: 0), default: 0.3, says: "weight of the penalty"),
          decay: try $0.value(
            "decay", .number(atLeast: 0, below: 1), default: 0.99,
            says: "decay of the moving averages, per step"))
      }
      consistency = try keys.additionalSection(
        "consistency", when: gan,
        says:
          "penalties on the change of the discriminator's logits when an example is augmented (Zhao et al. 2021)"
      ) {
        let weights = Consistency(
          real: try $0.value(
            "real", .number(atLeast: 0), default: 10,
            says: "weight of the penalty at training examples"),
          generated: try $0.value(
            "generated", .number(atLeast: 0), default: 10, says: "weight of the penalty at samples")
        )
        guard weights.real + weights.generated > 0 else {
          throw $0.error("would have no effect: real and generated are both 0")
        }
        return weights
      }
      noiseConsistency =
        try keys.addition(
          "noise_consistency", .number(atLeast: 0), default: 0, when: gan,
          says:
            "weight of the distance of the discriminator's logits under two draws of its dropout; 0 for none (Ni & Koniusz 2023)"
        )
      rDrop =
        try keys.addition(
          "r_drop", .number(atLeast: 0), default: 0,
          when: .families(where: { $0 != .gan }, not: family),
          says:
            "weight of the divergence of a network's answers under two draws of its dropout; 0 for none (Liang et al. 2021)"
        )
      discriminatorSteps = try keys.value(
        "discriminator_steps", .integer(1...1000), default: 1, when: gan,
        says: "updates of the discriminator for each update of the generator")
      likelihood = try keys.value(
        "likelihood", .choice, default: data.kind == .images ? .bernoulli : .gaussianLearned,
        when: vae, says: "distribution of an example given its code")
      let learnsSpectrograms = likelihood == .gaussianLearned && data.representation.isPicture
      klWeight = try keys.value(
        "kl_weight", .number(atLeast: 0),
        default: learnsSpectrograms ? Self.spectrogramDivergence : 1, when: vae,
        says: "weight of the Kullback–Leibler divergence of codes from the normal distribution")
      stft = try keys.value(
        "stft", .spectralWeight(length: data.length), default: 0,
        when: vae.reasonAgainst == nil ? .waveforms(of: data) : vae,
        says: "weight of the multi-resolution loss of spectra; 0 for none (Yamamoto et al. 2020)")
      l1 = try keys.value(
        "l1", .number(atLeast: 0), default: 0, says: "weight of the sum of absolute weights")
      l2 = try keys.value(
        "l2", .number(atLeast: 0), default: 0, says: "weight of the sum of squared weights")
      maxNorm =
        try keys.optional(
          "max_norm", .number(atLeast: 0),
          says: "largest norm of the weights that feed one unit; 0 or null for none") ?? 0
    }
  }
}

extension ValueKind<Double> {
  /// A weight of a loss of spectra, which needs sounds of some length.
  fileprivate static func spectralWeight(length: Int) -> Self {
    number(atLeast: 0).objecting { weight in
      weight == 0 || length >= Experiment.Loss.shortestSpectrum
        ? nil
        : (
          "0 with data.length \(length), as spectra need \(Experiment.Loss.shortestSpectrum) samples",
          weight.plain
        )
    }
  }
}
