internal import Complaints
internal import Foundation

/// How an entry's rate changes over training.
public enum DropoutSchedule: String, Hashable, Sendable, CaseIterable {
  /// The rate, always.
  case constant
  /// The rate before the cutoff, then 0: helps models that underfit.
  ///
  /// Source: Liu et al. 2023, arXiv:2303.01500, §4.
  case early
  /// 0 before the cutoff, then the rate: helps models that overfit.
  ///
  /// Source: Liu et al. 2023, arXiv:2303.01500, §4.
  case late
  /// rate·(1 − e^(−10·step/cutoff)): from 0 up to the rate. The paper gives keep probabilities.
  ///
  /// Source: Morerio et al. 2017, arXiv:1703.06229, eq. 2 with γ = 10/cutoff.
  case curriculum
  /// rate·(1 − step/cutoff), then 0.
  ///
  /// Source: Liu et al. 2023, arXiv:2303.01500, appendix.
  case linear

  /// The rate at a step.
  ///
  /// - Parameters:
  ///   - step: Steps done before this one.
  ///   - rate: The entry's rate.
  ///   - cutoff: In steps, above 0; without meaning for `constant`.
  public func rate(at step: Int, of rate: Double, cutoff: Int) -> Float {
    let progress = Double(step) / Double(cutoff)
    return switch self {
    case .constant: Float(rate)
    case .early: step < cutoff ? Float(rate) : 0
    case .late: step < cutoff ? 0 : Float(rate)
    case .curriculum: Float(rate * (1 - exp(-10 * progress)))
    case .linear: Float(rate * max(0, 1 - progress))
    }
  }

  /// The cutoff to use in a training of `steps` steps.
  ///
  /// - Throws: `ModelError` when a cutoff is missing, has no meaning or never lets anything drop.
  func cutoff(_ given: Int?, steps: Int, of what: String) throws -> Int {
    switch self {
    case .constant:
      try ModelError.require(
        given == nil, what + ".cutoff", expected: "none with schedule constant",
        found: "\(given ?? 0)")
    case .early, .late:
      try ModelError.require(
        given != nil, what + ".cutoff", expected: "a step with schedule \(rawValue)", found: "none")
    case .curriculum, .linear: break
    }
    let cutoff = given ?? steps
    let last = self == .late ? steps - 1 : Int.max
    try ModelError.require(
      self == .constant || (1...max(1, last)).contains(cutoff), what + ".cutoff",
      expected: self == .late
        ? "a step from 1 to below the \(steps) steps of training" : "a step of 1 or more",
      found: "\(cutoff)")
    return cutoff
  }
}

/// A graph input that holds a site's rate and is set before each step.
public struct ScheduledRate: Hashable, Sendable {
  /// The input's name, `rate/<site>`; its shape is [].
  public let input: String
  let schedule: DropoutSchedule
  let rate: Double
  let cutoff: Int

  /// The value to set for a step.
  public func value(at step: Int) -> Float { schedule.rate(at: step, of: rate, cutoff: cutoff) }
}
