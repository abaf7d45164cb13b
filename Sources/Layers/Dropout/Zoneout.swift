public import Glossary
internal import Autodiff
public import Specification

/// Keeps random elements of the state as they were: h' = d⊙h + (1 − d)⊙ĥ, d ~ Bernoulli(rate),
/// where ĥ is the state that the cell computes. An LSTM's cell state has a mask of its own, and ĥ
/// is computed from the cell state before that mask.
///
/// Mask: one number for each element of the state (and cell state) at every step of every sequence;
/// `share: [time]` keeps one for a sequence. Sampling: h' = rate·h + q·ĥ, the mean over masks.
///
/// Source: Krueger et al. 2017, arXiv:1606.01305, §3.1–3.3.
public struct Zoneout: RecurrentDropout {
  /// The `type` of its entries.
  public let name = "zoneout"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Keeps units of a recurrent network's state as they were at the step before", .krueger2017)
  /// Test-time scaling only.
  public var scalings: [DropoutScaling] { [.testTime] }

  /// d⊙h + (1 − d)⊙ĥ, or its mean over masks where nothing is dropped.
  public func hooks(
    _ sequence: RecurrentSequence, _ draw: DropoutDraw, isDropping: Bool
  ) throws -> RecurrentHooks {
    var hooks = RecurrentHooks()
    hooks.update = { previous, new, step, isCell in
      guard isDropping else { return try new + draw.rate * (previous - new) }
      return try draw.keepMask(atStep: step, isCell ? "cell" : "").select(new, previous)
    }
    return hooks
  }
}

extension DropoutDraw {
  /// The mask of one step of a recurrent layer, [N, H], with 1 where to keep. It is the same at all
  /// steps when the entry shares its mask along time.
  ///
  /// - Parameters:
  ///   - name: Tells several masks of one step apart.
  ///   - shape: Another shape than [N, H].
  func keepMask(atStep step: Int, _ name: String = "", shape: Shape? = nil) throws -> Tensor {
    let parts = (maskShape[1] > 1 ? ["step\(step)"] : []) + (name.isEmpty ? [] : [name])
    return try keepMask(
      parts.joined(separator: "/"), shape: shape ?? [maskShape[0], maskShape[2]])
  }
}
