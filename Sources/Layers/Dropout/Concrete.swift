public import Glossary
public import Autodiff
internal import Foundation
public import Specification

/// Learns the rate p of a site: y = x(1 − z)/(1 − p) with a mask z that is differentiable in p,
/// z = σ((ln p − ln(1−p) + ln u − ln(1−u))/t), t = 0.1.
///
/// Two terms are added to the loss: weight_regularizer·ΣW²/(1−p) for the weight W of the
/// contraction that takes y, and K·entropy_regularizer·(p ln p + (1−p) ln(1−p)) for its K inputs
/// (channels of a convolution). p begins at `rate`.
///
/// Mask: one number for each element of every example; in the paper's convolutions, one for each
/// channel (`share: [height, width]`). Sampling: y = x, or the mean over k masks with `mean_of: k`.
///
/// Source: Gal, Hron & Kendall 2017, arXiv:1705.07832, eq. 3–5, and the authors' code.
public struct Concrete: ActivationDropout {
  /// The `type` of its entries.
  public let name = "concrete"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Dropout whose rate is learned", .gal2017)
  /// Inverted scaling only.
  public var scalings: [DropoutScaling] { [.inverted] }
  /// False: training learns the rate.
  public var takesSchedule: Bool { false }
  /// `weight_regularizer` and `entropy_regularizer`; l²/(τN) and 2/(τN) in the paper.
  public var options: [DropoutOption] {
    [
      DropoutOption("weight_regularizer", default: 1e-6, in: 0...1e6),
      DropoutOption("entropy_regularizer", default: 1e-5, in: 0...1e6),
    ]
  }
  private let temperature: Float = 0.1

  /// One parameter, `<site>.concrete.logit`: ln p − ln(1−p), shape [1].
  public func parameters(
    at site: DropoutSite, rate: Double, _ options: DropoutOptions
  ) -> [Parameter] {
    let logit = Float(log(rate / (1 - rate)))
    return [
      Parameter(
        site.address + ".concrete.logit", shape: [1], initializer: .constant(logit))
    ]
  }

  /// y = x(1 − z)/(1 − p).
  public func apply(to x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    let logit = try draw.learned().reshape([])
    let u = try draw.uniform()
    let kept = try ((((1 - u) / u).log() - logit) / temperature).sigmoid()
    let rate = try logit.sigmoid()
    let y = try x * kept * (1 / (1 - rate))
    guard draw.isTraining else { return y }
    draw.report(learnedRate: rate)
    draw.whenContracted(y) { weight in
      let inputs = weight.rank == 2 ? weight.shape[1] : x.shape[x.rank - 1]
      draw.minimize(try penalty(logit, weight, inputs: inputs, draw.options))
    }
    return y
  }

  private func penalty(
    _ logit: Tensor, _ weight: Tensor, inputs: Int, _ options: DropoutOptions
  ) throws -> Tensor {
    let rate = try logit.sigmoid()
    let weights = try weight.squared().sum() * (1 / (1 - rate))
    // ln p = −softplus(−logit) and ln(1−p) = −softplus(logit).
    let entropy = try -(rate * (-logit).softplus() + (1 - rate) * logit.softplus())
    return try weights * Float(options["weight_regularizer"])
      + entropy * Float(Double(inputs) * options["entropy_regularizer"])
  }
}
