internal import Specification

extension Experiment.Metrics {
  /// `attacks`: changes of examples that are made to mislead a detector or classifier. Strengths are the
  /// largest change of any number of an example: pixels lie in 0…1, samples of sounds in −1…1.
  public struct Attacks: Sendable, Equatable {
    /// `fgsm`: strengths of one step along the sign of the gradient. Source: Goodfellow et al. 2015,
    /// arXiv:1412.6572.
    public let fgsm: [Double]
    /// `pgd`: strengths of several such steps. Source: Madry et al. 2018, arXiv:1706.06083.
    public let pgd: [Double]
    /// `pgd_steps`: number of steps, each of size 2.5·strength/steps.
    public let pgdSteps: Int
    /// `random_start`: true to start PGD at a random point within the strength.
    public let randomStart: Bool
    /// `masks`: number of masks whose mean gradient each step follows; 0, the default, for the gradient without masks.
    /// It is for models that keep masks at test time. Source: Athalye et al. 2018, arXiv:1802.00420, §4.1.
    public let masks: Int

    init(_ keys: SectionReader, data: ExampleKind, sampling: Experiment.Sampling) throws {
      let strengths = ValueKind<[Double]>.list(of: .number(atLeast: 0), allowsNone: true)
      let standard = data == .images ? [0.01, 0.03, 0.1] : [0.001, 0.003, 0.01]
      fgsm = try keys.value("fgsm", strengths, default: standard)
      pgd = try keys.value("pgd", strengths, default: standard)
      let used = Applicability.only(!pgd.isEmpty, "for pgd, which has no strengths")
      pgdSteps = try keys.value("pgd_steps", .integer(1...1000), default: 10, when: used)
      randomStart = try keys.value("random_start", .flag, default: true, when: used)
      let isAttacked = !fgsm.isEmpty || !pgd.isEmpty
      masks =
        try keys.addition(
          "masks", .integer(0...1000),
          when: isAttacked
            ? .only(sampling.dropout != .off, "for sampling.dropout stochastic or mean_of, not off")
            : .only(false, "for fgsm and pgd, which have no strengths")) ?? 0
    }
  }

  /// `corruptions`: damage that examples suffer on their way to the model.
  public struct Corruptions: Sendable, Equatable {
    /// `blur`: standard deviations of a Gaussian, in pixels or samples.
    public let blur: [Double]
    /// `noise`: standard deviations of Gaussian noise, in the units of strengths of attacks.
    public let noise: [Double]
    /// `resample`: factors by which the resolution is lowered, and raised again.
    public let resample: [Int]

    init(_ keys: SectionReader, data: ExampleKind) throws {
      let amounts = ValueKind<[Double]>.list(of: .number(atLeast: 0), allowsNone: true)
      let widths = ValueKind<[Double]>.list(
        of: .number(atLeast: 0, below: 1000), allowsNone: true)
      blur = try keys.value("blur", widths, default: [1, 2])
      noise = try keys.value(
        "noise", amounts, default: data == .images ? [0.05, 0.1] : [0.003, 0.01])
      resample = try keys.value(
        "resample", .list(of: .integer(1...256), allowsNone: true), default: [2, 4])
    }
  }
}
