public import Glossary
public import Autodiff
internal import Specification

/// Drops whole residual branches: x + m·f(x)/q', m ~ Bernoulli(q').
///
/// The rate grows linearly with depth: branch l of L has 1 − q' = rate·l/L.
///
/// Mask: one number for each example (the paper's one number for a batch is `share: [batch]`).
/// Sampling: x + f(x). EfficientNet's code calls this "drop connect".
///
/// Source: Huang et al. 2016, arXiv:1603.09382, §3, eq. 4.
public struct DropPath: ActivationDropout {
  /// The `type` of its entries.
  public let name = "drop_path"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Drops whole residual branches", .huang2016)

  /// Goes to residual branches only.
  public func fits(_ kind: DropoutSite.Kind) -> Bool {
    if case .residualBranch = kind { true } else { false }
  }

  /// One number for each example: [N, 1, …].
  public func maskShape(
    at site: DropoutSite, batch: Int, _ options: DropoutOptions
  ) throws -> Shape { site.maskShape(batch: batch) { $0 != .batch } }

  /// m·f/q', to be added to x.
  public func apply(to branch: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    let draw = try atDepth(draw)
    return try draw.keepMask().select(draw.rescaled(branch), 0)
  }

  /// f, or q'·f under `test_time` scaling.
  public func pass(_ branch: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    draw.scaling == .testTime ? try branch * (1 - atDepth(draw).rate) : branch
  }

  private func atDepth(_ draw: DropoutDraw) throws -> DropoutDraw {
    guard case .residualBranch(let depth, let count) = draw.site.kind else { return draw }
    var draw = draw
    draw.rate = try draw.rate * (Float(depth) / Float(count))
    return draw
  }
}
