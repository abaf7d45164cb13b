public import Glossary
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
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Zeroes inputs and states of a recurrent network by one mask for all steps", .gal2016)

  /// One number for each element of the state in every sequence: [N, 1, H].
  public func maskShape(
    at site: DropoutSite, batch: Int, _ options: DropoutOptions
  ) throws -> Shape { site.maskShape(batch: batch) { $0 == .time } }

  /// Masks inputs and state. Under `test_time` scaling, passes that do not drop multiply both by q.
  public func hooks(
    _ sequence: RecurrentSequence, _ draw: DropoutDraw, isDropping: Bool
  ) throws -> RecurrentHooks {
    guard isDropping else { return GateMasks.hooks(draw, nil) }
    // One tensor of each serves all steps.
    let input = try draw.keepMask(ofInputs: sequence.inputs, atStep: 0)
    let state = try draw.keepMask(atStep: 0, "state")
    return GateMasks.hooks(draw, GateMasks(input: { _, _ in input }, state: { _ in state }))
  }
}
