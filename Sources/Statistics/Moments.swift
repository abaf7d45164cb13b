/// The mean and variance of some values.
public struct Moments: Sendable, Equatable {
  /// Number of values.
  public let count: Int
  /// The arithmetic mean; NaN for an empty list.
  public let mean: Double
  /// The sample variance, with n − 1; 0 for one value.
  public let variance: Double

  /// Computes the moments of values.
  public init(_ values: [Double]) {
    let center = Statistics.mean(values)
    count = values.count
    mean = center
    variance =
      values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(max(1, values.count - 1))
  }

  /// The squared standard error of the mean.
  public var squaredErrorOfMean: Double { variance / Double(count) }
}
