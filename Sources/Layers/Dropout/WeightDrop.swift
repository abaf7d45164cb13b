public import Glossary
public import Autodiff
internal import Specification

/// Zeroes weights between state and gates: (M⊙W_hh)/q.
///
/// Mask: one number for each weight, for a whole sequence and batch. Sampling: W_hh as it is.
///
/// Source: Merity et al. 2018, arXiv:1708.02182, §2.
public struct WeightDrop: RecurrentDropout {
  /// The `type` of its entries.
  public let name = "weight_drop"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Zeroes the recurrent weights of a network by one mask for all steps", .merity2018)

  /// [G·H, H], the shape of the weight.
  public func maskShape(
    at site: DropoutSite, batch: Int, _ options: DropoutOptions
  ) throws -> Shape {
    guard case .recurrent(let gates) = site.kind else { return [] }
    return [gates * site.example[1], site.example[1]]
  }

  /// (M⊙W)/q. Under `test_time` scaling, passes that do not drop use q·W.
  public func hooks(
    _ sequence: RecurrentSequence, _ draw: DropoutDraw, isDropping: Bool
  ) throws -> RecurrentHooks {
    var hooks = RecurrentHooks()
    if isDropping {
      hooks.weight = { try draw.keepMask(shape: $0.shape).select(draw.rescaled($0), 0) }
    } else if draw.scaling == .testTime {
      hooks.weight = { try $0 * (1 - draw.rate) }
    }
    return hooks
  }
}
