public import Glossary
public import Autodiff
public import Specification

/// Multiplies by log-normal noise whose width depends on the activations: y = x·exp(a·n), n standard
/// normal, a = 2a₀·σ(Wx + b) from a learned 1×1 linear map of the channels (or features).
///
/// W and b begin at 0, so that a begins at a₀ = √(−ln q), where the noise has a squared coefficient
/// of variation of rate/q, and stays below 2a₀. The paper's upper bound of 0.7 for a belongs to rate 0.115.
///
/// The term cost·Σ −ln(a/2a₀), summed over an example and averaged over examples, is added to the
/// loss: the paper's KL term for a log-uniform prior, up to a constant, with `cost` its β.
///
/// Mask: one number for each element of every example. Sampling: y = x, the noise has median 1 (its
/// mean is exp(a²/2)).
///
/// Source: Achille & Soatto 2018, arXiv:1611.01353, §4–5, eq. 7, and the authors' code.
public struct Information: ActivationDropout {
  /// The `type` of its entries.
  public let name = "information"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Multiplicative noise that is learned for each unit and input, with a penalty for information",
    .achille2018)
  /// Inverted scaling only.
  public var scalings: [DropoutScaling] { [.inverted] }
  /// False: training learns the rate.
  public var takesSchedule: Bool { false }
  /// `cost`: the factor of the cost in the loss.
  public var options: [DropoutOption] { [DropoutOption("cost", default: 1e-3, in: 0...1e6)] }

  /// `<site>.information.weight`, [C, C], and `.bias`, [C].
  public func parameters(
    at site: DropoutSite, rate: Double, _ options: DropoutOptions
  ) -> [Parameter] {
    let size = Shape(site.example.suffix(1))
    let name = site.address + ".information"
    return [
      Parameter(name + ".weight", shape: size + size, initializer: .zeros),
      Parameter(name + ".bias", shape: size, initializer: .zeros),
    ]
  }

  /// y = x·exp(a·n).
  public func apply(to x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    let channels = x.shape[x.rank - 1]
    let rows = try x.reshape([x.shape.elementCount / channels, channels])
    let product = try rows.matmul(draw.learned(0), transposeOther: true)
    let logit = try (product + draw.learned(1)).reshape(x.shape)
    let variance = try -(1 - draw.rate).log()
    let width = try logit.sigmoid() * (variance.sqrt() * 2)
    if draw.isTraining {
      draw.report(learnedRate: try (1 - (-width.squared()).exp()).mean())
      // −ln σ(logit), without the logarithm of a small number.
      let cost = try (-logit).softplus().sum() / Float(x.shape[0])
      draw.minimize(try cost * Float(draw.options["cost"]))
    }
    return try x * (width * draw.normal()).exp()
  }
}
