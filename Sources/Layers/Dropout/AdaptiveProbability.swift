public import Autodiff
public import Specification

/// A probability that rises while a discriminator overfits and falls while it does not, from 0 on.
///
/// After every `interval` steps p ← p + sign(r − target)·examples/`images`, held in 0…1: r is the mean sign of the
/// logits that the discriminator gave training examples in these steps, and `examples` their number. What the
/// probability is for, an augmentation or a rate of dropout, is the caller's.
///
/// Source: Karras et al. 2020, arXiv:2006.06676, §3.1; its code does not hold p below 1.
public struct AdaptiveProbability: Sendable {
  /// p and the sum of the mean signs since the last change, [2].
  public let parameter: Parameter
  /// The target, and how fast p changes.
  public let control: SignControl

  /// A probability that belongs to a part of a network, such as a dropout site.
  public init(of owner: String, _ control: SignControl) {
    parameter = Parameter(
      owner + ".adaptive", shape: [2], initializer: .zeros, isTrainable: false)
    self.control = control
  }

  /// p, shape [].
  public func value(in forward: Forward) throws -> Tensor {
    try forward.value(of: parameter).slice(axis: 0, 0..<1).reshape([])
  }

  /// Takes note of what a discriminator said of training examples, and changes p at the end of an interval.
  ///
  /// - Parameters:
  ///   - logits: [N, 1].
  ///   - isEnd: 1 in the last update of an interval, else 0; shape [].
  ///   - updates: Updates of the discriminator in a step.
  public func note(_ logits: Tensor, isEnd: Tensor, updates: Int, in forward: Forward) throws {
    let count = Float(control.interval * updates)
    let state = try forward.value(of: parameter)
    let sign = try (logits.greater(than: 0) - logits.less(than: 0)).mean().reshape([1])
    let sum = try state.slice(axis: 0, 1..<2) + sign
    let target = Float(control.target) * count
    let direction = try sum.greater(than: target) - sum.less(than: target)
    let change = count * Float(logits.shape[0]) / Float(control.images)
    let moved = try state.slice(axis: 0, 0..<1) + direction * isEnd * change
    let held = try moved.maximum(0).minimum(1)
    let new = try Tensor.concatenate([held, sum * (1 - isEnd)], axis: 0)
    try forward.set(parameter, to: new.stopGradient())
  }
}
