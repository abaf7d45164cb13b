public import Glossary
internal import Autodiff
internal import Specification

/// Zeroes other inputs and other elements of the state at every step of a sequence: gates see m_{x,t}⊙x/q and
/// m_{h,t}⊙h/q. What is remembered fades with every step that drops it, which `variational_rnn` avoids.
///
/// Mask: one number for each input and one for each element of the state, at every step of every sequence;
/// `share: [time]` keeps one of each for a sequence, which is `variational_rnn`. Sampling: x and h as they are, or the
/// mean over k masks with `mean_of: k`.
///
/// Source: what Gal & Ghahramani 2016, arXiv:1512.05287, §1 and §4.1, argue against, and what Zaremba et al. 2014,
/// arXiv:1409.2329, §3.1, avoid by leaving the state alone.
public struct StepwiseRNN: RecurrentDropout {
  /// The `type` of its entries.
  public let name = "stepwise_rnn"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Zeroes states of a recurrent network by a mask for each step", .gal2016)

  /// Masks inputs and state. Under `test_time` scaling, passes that do not drop multiply both by q.
  public func hooks(
    _ sequence: RecurrentSequence, _ draw: DropoutDraw, isDropping: Bool
  ) throws -> RecurrentHooks {
    let masks = GateMasks(
      input: { x, first in
        guard x.rank == 3 else {
          return try draw.keepMask(ofInputs: sequence.inputs, atStep: first)
        }
        let masks = try (first..<first + x.shape[0]).map { step in
          let mask = try draw.keepMask(ofInputs: sequence.inputs, atStep: step)
          return try mask.reshape([1] + mask.shape)
        }
        return try Tensor.concatenate(masks, axis: 0)
      },
      state: { try draw.keepMask(atStep: $0, "state") })
    return GateMasks.hooks(draw, isDropping ? masks : nil)
  }
}
