/// A range that covers a quantity with some confidence.
public struct Interval: Sendable, Equatable, Codable {
  /// The ends, which belong to the range.
  public var lower, upper: Double

  /// Creates the range from its ends.
  public init(_ lower: Double, _ upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// The interval of the mean by Student's t; nil for fewer than two values, or where one is not finite. A single
  /// point where all values are equal.
  ///
  /// Of differences of two arms it covers the true mean in 93% or more of cases from five seeds on, under the
  /// distributions of the table in this target's README; the bootstrap covers 88 to 91% at so few.
  public init?(ofMean values: [Double], confidence: Double = 0.95) {
    guard values.count > 1, values.allSatisfy(\.isFinite) else { return nil }
    let moments = Moments(values)
    let quantile = StudentT.quantile((1 + confidence) / 2, degrees: Double(values.count - 1))
    let half = quantile * moments.squaredErrorOfMean.squareRoot()
    self.init(moments.mean - half, moments.mean + half)
  }
}
