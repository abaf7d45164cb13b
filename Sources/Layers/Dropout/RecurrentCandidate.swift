public import Glossary
internal import Autodiff
internal import Specification

/// Zeroes elements of the candidate only, so that what the state remembers is never dropped:
/// h' = z⊙h + (1 − z)⊙(m⊙n/q) for a GRU, c' = f⊙c + i⊙(m⊙g/q) for an LSTM.
///
/// Mask: one number for each element of the state at every step of every sequence; `share: [time]`
/// keeps one mask for a sequence. Sampling: the candidate as it is.
///
/// Source: Semeniuta et al. 2016, arXiv:1603.05118, §3.1, eq. 9 and 15.
public struct RecurrentCandidate: RecurrentDropout {
  /// The `type` of its entries.
  public let name = "recurrent"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Zeroes the candidates of a recurrent network's states", .semeniuta2016)

  /// m⊙n/q. Under `test_time` scaling, passes that do not drop use q·n.
  public func hooks(
    _ sequence: RecurrentSequence, _ draw: DropoutDraw, isDropping: Bool
  ) throws -> RecurrentHooks {
    var hooks = RecurrentHooks()
    if isDropping {
      hooks.candidate = { candidate, step in
        try draw.keepMask(atStep: step).select(draw.rescaled(candidate), 0)
      }
    } else if draw.scaling == .testTime {
      hooks.candidate = { candidate, _ in try candidate * (1 - draw.rate) }
    }
    return hooks
  }
}
