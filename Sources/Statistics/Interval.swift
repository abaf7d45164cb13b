/// A range that covers a quantity with some confidence.
public struct Interval: Sendable, Equatable, Codable {
  /// The ends, which belong to the range.
  public var lower, upper: Double

  /// Creates the range from its ends.
  public init(_ lower: Double, _ upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// True where 0 lies outside the range.
  public var excludesZero: Bool { lower > 0 || upper < 0 }
}
