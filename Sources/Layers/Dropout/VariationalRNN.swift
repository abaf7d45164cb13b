public import Autodiff
internal import Specification

/// Zeroes the same inputs and the same elements of the state at every step of a sequence:
/// gates see m_x⊙x/q and m_h⊙h/q.
///
/// Mask: one number for each input and one for each element of the state, of every sequence.
/// Sampling: x and h as they are, or the mean over k masks with `mean_of: k`.
///
/// Source: Gal & Ghahramani 2016, arXiv:1512.05287, §4.1–4.2, with masks tied over the gates.
public struct VariationalRNN: RecurrentDropout {
  /// The `type` of its entries.
  public let name = "variational_rnn"

  /// One number for each element of the state in every sequence: [N, 1, H].
  public func maskShape(
    at site: DropoutSite, batch: Int, _ options: DropoutOptions
  ) throws -> Shape { site.maskShape(batch: batch) { $0 == .time } }

  /// Masks inputs and state. Under `test_time` scaling, passes that do not drop multiply both by q.
  public func hooks(
    _ sequence: RecurrentSequence, _ draw: DropoutDraw, isDropping: Bool
  ) throws -> RecurrentHooks {
    var hooks = RecurrentHooks()
    if isDropping {
      let isShared = draw.maskShape[2] < sequence.hidden
      let inputs = try draw.keepMask(
        "input", shape: [draw.maskShape[0], isShared ? 1 : sequence.inputs])
      let state = try draw.keepMask("state", shape: [draw.maskShape[0], draw.maskShape[2]])
      hooks.input = { try inputs.select(draw.rescaled($0), 0) }
      hooks.state = { value, _ in try state.select(draw.rescaled(value), 0) }
    } else if draw.scaling == .testTime {
      hooks.input = { try $0 * (1 - draw.rate) }
      hooks.state = { value, _ in try value * (1 - draw.rate) }
    }
    return hooks
  }
}
