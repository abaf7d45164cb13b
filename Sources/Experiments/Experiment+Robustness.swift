internal import Specification

extension Experiment.Metrics {
  /// `attacks`: changes of examples that are made to mislead a detector or classifier. Strengths are the
  /// largest change of any number of an example: pixels lie in 0…1, samples of sounds in −1…1.
  public struct Attacks: Sendable, Equatable {
    /// `fgsm`. Source: Goodfellow et al. 2015, arXiv:1412.6572.
    public let fgsm: [Double]
    /// `pgd`. Source: Madry et al. 2018, arXiv:1706.06083.
    public let pgd: [Double]
    /// `pgd_steps`.
    public let pgdSteps: Int
    /// `random_start`.
    public let randomStart: Bool
    /// `masks`. Source: Athalye et al. 2018, arXiv:1802.00420, §4.1.
    public let masks: Int

    init(_ keys: SectionReader, data: ExampleKind, sampling: Experiment.Sampling) throws {
      let strengths = ValueKind<[Double]>.list(of: .number(atLeast: 0), allowsNone: true)
      let standard = data == .images ? [0.01, 0.03, 0.1] : [0.001, 0.003, 0.01]
      fgsm = try keys.value(
        "fgsm", strengths, default: standard,
        says: "strengths of one step along the sign of the gradient (Goodfellow et al. 2015)")
      pgd = try keys.value(
        "pgd", strengths, default: standard,
        says: "strengths of several such steps (Madry et al. 2018)")
      let used = Applicability.only(!pgd.isEmpty, "for pgd", else: "which has no strengths")
      pgdSteps = try keys.value(
        "pgd_steps", .integer(1...1000), default: 10, when: used,
        says: "number of steps, each of size 2.5·strength/steps")
      randomStart = try keys.value(
        "random_start", .flag, default: true, when: used,
        says: "true to start at a random point within the strength")
      let isAttacked = !fgsm.isEmpty || !pgd.isEmpty
      masks =
        try keys.addition(
          "masks", .integer(0...1000), default: 0,
          when: isAttacked
            ? .only(
              sampling.dropout != .off, "for sampling.dropout stochastic or mean_of",
              else: "not off")
            : .only(false, "for fgsm and pgd", else: "which have no strengths"),
          says:
            "number of masks whose mean gradient each step follows; 0 for the gradient without masks (Athalye et al. 2018)"
        )
    }
  }

  /// `corruptions`: damage that examples suffer on their way to the model.
  public struct Corruptions: Sendable, Equatable {
    /// `blur`.
    public let blur: [Double]
    /// `noise`.
    public let noise: [Double]
    /// `resample`.
    public let resample: [Int]

    init(_ keys: SectionReader, data: ExampleKind) throws {
      let amounts = ValueKind<[Double]>.list(of: .number(atLeast: 0), allowsNone: true)
      let widths = ValueKind<[Double]>.list(
        of: .number(atLeast: 0, below: 1000), allowsNone: true)
      blur = try keys.value(
        "blur", widths, default: [1, 2],
        says: "standard deviations of a Gaussian blur, in pixels or samples")
      noise = try keys.value(
        "noise", amounts, default: data == .images ? [0.05, 0.1] : [0.003, 0.01],
        says: "standard deviations of Gaussian noise")
      resample = try keys.value(
        "resample", .list(of: .integer(1...256), allowsNone: true), default: [2, 4],
        says: "factors by which the resolution is lowered and raised again")
    }
  }
}
