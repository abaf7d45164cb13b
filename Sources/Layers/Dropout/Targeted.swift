public import Glossary
internal import Complaints
public import Autodiff
public import Specification

/// Drops only weights of small magnitude. The share `target` of each output's weights with the
/// least magnitude are its targets, each of which is set to 0 with probability `rate`. Nothing is rescaled.
///
/// An output with n weights has ⌊target·n⌋ targets, and more where others equal the largest target.
///
/// Mask: one number for each weight, for the whole batch. Sampling: all targets are 0 (pruning).
///
/// Source: Gomez et al. 2019, arXiv:1905.13678, §3 (targeted weight dropout).
public struct Targeted: WeightDropout {
  /// The `type` of its entries.
  public let name = "targeted"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Drops the weights of least magnitude", .gomez2019)
  /// No scaling.
  public var scalings: [DropoutScaling] { [.none] }
  /// `target`: the share of weights that may be dropped.
  public var options: [DropoutOption] { [DropoutOption("target", default: 0.5, in: 0...1)] }

  /// The shape of the weight after a 1, as all examples share one mask.
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

  /// Wx in training; in sampling Wx with all targets set to 0.
  public func pass(_ contraction: Contraction, _ draw: DropoutDraw) throws -> Contraction.Result {
    let weight = contraction.weight
    if draw.isTraining { return Contraction.Result(try contraction(weight)) }
    let zero = draw.graph.constant(0)
    return Contraction.Result(try contraction(isTarget(weight, draw).select(zero, weight)))
  }

  private func outputAxis(_ site: DropoutSite) -> Int {
    (site.axes.firstIndex(of: .outputs) ?? 1) - 1
  }

  /// Marks the targets with 1 in a tensor of the weight's shape.
  private func isTarget(_ weight: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    let axis = outputAxis(draw.site)
    let outputs = weight.shape[axis]
    let count = weight.shape.elementCount / outputs
    let weight = try weight.stopGradient()
    let outputsFirst = [axis] + weight.shape.indices.filter { $0 != axis }
    let largest = try weight.transpose(outputsFirst).reshape([outputs, count])
      .smallestMagnitude(Int(draw.options["target"] * Double(count)))
    var shape = weight.shape.map { _ in 1 }
    shape[axis] = outputs
    return try weight.abs().lessOrEqual(largest.reshape(shape))
  }
}
