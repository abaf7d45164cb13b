public import Glossary
public import Autodiff
public import Specification

/// Drops keys before the softmax of an attention, so that the weights of the kept ones still sum to 1:
/// w = softmax(l − ∞·(1 − m)), m ~ Bernoulli(q).
///
/// Mask: one number for each key of every query, as in the paper; `share: [queries]` drops whole keys of an
/// example. A query all of whose keys are dropped attends to all alike. Sampling: w = softmax(l).
///
/// Source: Li et al. 2022, arXiv:2208.02646, §3.2 and algorithm 1.
public struct DropKey: AttentionDropout {
  /// The `type` of its entries.
  public let name = "drop_key"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Masks keys of an attention before its softmax", .li2022)
  /// No scaling: the softmax normalises what is kept.
  public var scalings: [DropoutScaling] { [.none] }

  /// The logits, those of dropped keys so low that their powers are 0.
  public func apply(to logits: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    try draw.keepMask().select(logits, -Float.greatestFiniteMagnitude / 2)
  }
}
