package import Autodiff

extension Tensor {
  /// Limits the norm of the weights that feed each unit. Longer vectors are scaled down to the bound: with
  /// bound 1, (3, 4) becomes (0.6, 0.8).
  ///
  /// - Parameters:
  ///   - bound: Above 0.
  ///   - outputAxis: The axis that counts the units.
  /// - Returns: The limited weight, of the same shape.
  ///
  /// Source: Srivastava et al. 2014, JMLR 15, §5.1; Hinton et al. 2012, arXiv:1207.0580.
  package func limitingNorms(to bound: Float, outputAxis: Int) throws -> Tensor {
    let axes = shape.indices.filter { $0 != outputAxis }
    let norms = try squared().sum(axes: axes, keepingAxes: true).sqrt()
    return try self * (bound / norms.maximum(bound))
  }
}
