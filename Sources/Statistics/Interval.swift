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

  /// The interval of a share that is seen in `found` of `count` cases, exact for binomial numbers.
  ///
  /// Source: C. Clopper, E. Pearson 1934, Biometrika 26, 404–413.
  public init(ofShare found: Int, of count: Int, confidence: Double = 0.95) {
    let tail = (1 - confidence) / 2
    let (k, n) = (Double(found), Double(count))
    self.init(
      found == 0 ? 0 : Beta.quantile(tail, k, n - k + 1),
      found == count ? 1 : Beta.quantile(1 - tail, k + 1, n - k))
  }
}
