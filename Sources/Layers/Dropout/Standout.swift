public import Glossary
public import Autodiff
public import Specification

/// Keeps each unit with a probability that grows with its pre-activation a: y = m⊙x,
/// m ~ Bernoulli(σ(α·a + β)).
///
/// β = ln(q/rate), so that a unit with pre-activation 0 is dropped with probability `rate`. The
/// gradient treats mask and probability as constants.
///
/// Mask: one number for each element of every example. Sampling: y = σ(α·a + β)·x, the mean over masks.
///
/// Source: Ba & Frey 2013, NIPS, §2–3, with the standout network's weights tied to the layer's.
public struct Standout: ActivationDropout {
  /// The `type` of its entries.
  public let name = "standout"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Drops units by a probability that depends on their activation", .ba2013)
  /// Test-time scaling only.
  public var scalings: [DropoutScaling] { [.testTime] }
  /// `alpha`: the factor of the pre-activation.
  public var options: [DropoutOption] { [DropoutOption("alpha", default: 1, in: -100...100)] }

  /// y = m⊙x. A dropped element is 0 even where x is infinite or NaN.
  public func apply(to x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    try (1 - keepProbability(x, draw)).lessOrEqual(draw.uniform()).select(x, 0)
  }

  /// y = σ(α·a + β)·x.
  public func pass(_ x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    try x * keepProbability(x, draw)
  }

  private func keepProbability(_ x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    let activation = try draw.preActivation(of: x).stopGradient()
    let bias = try ((1 - draw.rate) / draw.rate).log()
    return try (activation * Float(draw.options["alpha"]) + bias).sigmoid()
  }
}
