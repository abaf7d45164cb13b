public import Autodiff

extension Tensor {
  /// Softmax over the last axis: eˣ/Σeˣ. The largest element is subtracted first, so that nothing overflows; it
  /// cancels out, so gradients of all orders are right with it as a constant.
  public func softmax() throws -> Tensor {
    let last = [rank - 1]
    let powers = try (self - max(axes: last, keepingAxes: true).stopGradient()).exp()
    return try powers / powers.sum(axes: last, keepingAxes: true)
  }
}
