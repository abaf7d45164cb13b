package import Autodiff

extension Tensor {
  /// A weight in which the vector of weights that feed each unit is no longer than a bound: longer ones
  /// are scaled down to it.
  ///
  /// - Parameters:
  ///   - bound: Above 0.
  ///   - outputAxis: The axis that counts the units.
  /// - Returns: The weight's shape.
  ///
  /// Source: Srivastava et al. 2014, JMLR 15, §5.1; Hinton et al. 2012, arXiv:1207.0580.
  package func limitingNorms(to bound: Float, outputAxis: Int) throws -> Tensor {
    let axes = shape.indices.filter { $0 != outputAxis }
    let norms = try squared().sum(axes: axes, keepingAxes: true).sqrt()
    return try self * (bound / norms.maximum(bound))
  }
}
