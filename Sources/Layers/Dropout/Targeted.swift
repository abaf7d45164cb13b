internal import Complaints
public import Autodiff
public import Specification

/// Drops only weights that matter little: among the share `target` of each output's weights with the
/// least magnitude, each is 0 with probability `rate`. Nothing is rescaled.
///
/// Of n weights of an output ⌊target·n⌋ are targets, and those that equal the largest target;
/// magnitudes count as equal when the same multiples of 2⁻¹⁶ of the output's largest lie below them.
///
/// Mask: one number a weight for the whole batch. Sampling: pruned, all targets are 0.
///
/// Source: Gomez et al. 2019, arXiv:1905.13678, §3 (targeted weight dropout).
public struct Targeted: WeightDropout {
  /// `targeted`.
  public let name = "targeted"
  /// None.
  public var scalings: [DropoutScaling] { [.none] }
  /// `target`: the share of weights that may be dropped.
  public var options: [DropoutOption] { [DropoutOption("target", default: 0.5, in: 0...1)] }

  /// [1], then the shape of the weight.
  public func maskShape(
    at site: DropoutSite, batch: Int, _ options: DropoutOptions
  ) throws -> Shape {
    let weights = site.example.elementCount / site.example[outputAxis(site)]
    try ModelError.require(
      Int(options["target"] * Double(weights)) > 0, site.address,
      expected: "a target share of at least one of an output's \(weights) weights",
      found: "\(options["target"])")
    return [1] + site.example
  }

  /// (M⊙W)x.
  public func apply(to contraction: Contraction, _ draw: DropoutDraw) throws -> Contraction.Result {
    let weight = contraction.weight
    let kept = try draw.keepMask(shape: Array(draw.maskShape.dropFirst()))
    return Contraction.Result(
      try contraction(isTarget(weight, draw).select(kept.select(weight, 0), weight)))
  }

  /// Wx in training, pruned in samples.
  public func pass(_ contraction: Contraction, _ draw: DropoutDraw) throws -> Contraction.Result {
    let weight = contraction.weight
    if draw.isTraining { return Contraction.Result(try contraction(weight)) }
    let zero = draw.graph.constant(0)
    return Contraction.Result(try contraction(isTarget(weight, draw).select(zero, weight)))
  }

  private func outputAxis(_ site: DropoutSite) -> Int {
    (site.axes.firstIndex(of: .outputs) ?? 1) - 1
  }

  /// 1 at the targets, shaped like the weight.
  private func isTarget(_ weight: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    let axes = weight.shape.indices.filter { $0 != outputAxis(draw.site) }
    let count = axes.reduce(1) { $0 * weight.shape[$1] }
    let magnitude = try weight.stopGradient().abs()
    return try magnitude.lessOrEqual(
      magnitude.smallest(Int(draw.options["target"] * Double(count)), axes: axes))
  }
}

extension Tensor {
  /// The least multiple of 2⁻¹⁶ of the maximum over `axes` that at least `count` elements do not
  /// exceed, for elements of 0 or more. Two binary digits of the multiple a pass.
  fileprivate func smallest(_ count: Int, axes: [Int]) throws -> Tensor {
    let largest = try max(axes: axes, keepingAxes: true)
    var multiple = graph.constant(0)
    var unit: Float = 1
    for _ in 0..<8 {
      unit /= 4
      let digits = try (1...3).map { digit in
        try lessOrEqual((multiple + Float(digit) * unit) * largest)
          .sum(axes: axes, keepingAxes: true).less(than: Float(count))
      }
      multiple = try multiple + (digits[0] + digits[1] + digits[2]) * unit
    }
    return try (multiple + unit) * largest
  }
}
