/// The mean of some values, and how far they lie apart.
public struct Moments: Sendable, Equatable {
  /// How many values there are.
  public let count: Int
  /// The arithmetic mean; NaN of nothing.
  public let mean: Double
  /// The variance with n − 1; 0 of one value.
  public let variance: Double

  /// Takes the moments of values.
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
