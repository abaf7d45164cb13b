/// A range that covers a quantity with some confidence.
public struct Interval: Sendable, Equatable, Codable {
  /// Its ends, both within.
  public var lower, upper: Double

  /// Names the ends.
  public init(_ lower: Double, _ upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// Whether 0 lies outside.
  public var excludesZero: Bool { lower > 0 || upper < 0 }
}
