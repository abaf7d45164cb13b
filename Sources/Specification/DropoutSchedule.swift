/// The change of an entry's rate over training. All but the constant and the adaptive one refer to a step, the
/// cutoff.
public enum DropoutSchedule: Hashable, Sendable {
  /// The same rate at every step.
  case constant
  /// The rate before the cutoff, then 0: helps models that underfit.
  ///
  /// Source: Liu et al. 2023, arXiv:2303.01500, §4.
  case early(cutoff: Int)
  /// 0 before the cutoff, then the rate: helps models that overfit.
  ///
  /// Source: Liu et al. 2023, arXiv:2303.01500, §4.
  case late(cutoff: Int)
  /// rate·(1 − e^(−10·step/cutoff)): from 0 up to the rate. The paper gives keep probabilities.
  ///
  /// Source: Morerio et al. 2017, arXiv:1703.06229, eq. 2 with γ = 10/cutoff.
  case curriculum(cutoff: Int)
  /// rate·(1 − step/cutoff), then 0.
  ///
  /// Source: Liu et al. 2023, arXiv:2303.01500, appendix.
  case linear(cutoff: Int)
  /// rate·p, p a probability that rises while the discriminator of a GAN overfits.
  ///
  /// Source: Karras et al. 2020, arXiv:2006.06676, §3.1, for augmentations.
  case adaptive(SignControl)

  /// The schedules without their cutoffs, as an experiment file names them.
  public enum Name: String, Hashable, Sendable, CaseIterable {
    case constant, early, late, curriculum, linear, adaptive
  }

  /// Allowed cutoffs, in steps.
  public static let cutoffs = 1...1_000_000_000

  /// The control of an adaptive rate; nil for others.
  public var control: SignControl? {
    if case .adaptive(let control) = self { control } else { nil }
  }

  /// Its name in the experiment file.
  public var name: Name {
    switch self {
    case .constant: .constant
    case .early: .early
    case .late: .late
    case .curriculum: .curriculum
    case .linear: .linear
    case .adaptive: .adaptive
    }
  }

  /// The step that it refers to; nil for a constant and an adaptive rate.
  public var cutoff: Int? {
    switch self {
    case .constant, .adaptive: nil
    case .early(let cutoff), .late(let cutoff), .curriculum(let cutoff), .linear(let cutoff): cutoff
    }
  }
}
