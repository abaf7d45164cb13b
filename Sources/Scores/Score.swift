/// What a metric has found.
public struct Score: Sendable, Equatable, Codable {
  /// In the metric's units.
  public var value: Double
  /// The standard deviation that chance gives the value at this number of examples; nil where unknown.
  public var spread: Double?
  /// Further numbers, under the names they have in JSON.
  public var extra: [String: Double]
  /// Further numbers that have names of their own.
  public var extraTables: [String: [String: Double]]
  /// What a reader must know before trusting the value; nil where nothing.
  public var warning: String?

  /// Creates a score; see the properties.
  public init(
    _ value: Double, spread: Double? = nil, extra: [String: Double] = [:],
    extraTables: [String: [String: Double]] = [:], warning: String? = nil
  ) {
    self.value = value
    self.spread = spread
    self.extra = extra
    self.extraTables = extraTables
    self.warning = warning
  }
}

extension Score {
  /// The score without further numbers that are not finite, so that none is ever written.
  ///
  /// - Throws: `Unavailable` when the value itself is not finite.
  func finite() throws(Unavailable) -> Score {
    guard value.isFinite else {
      throw Unavailable(warning ?? "the value is not a finite number: \(value)")
    }
    return Score(
      value, spread: spread.flatMap { $0.isFinite ? $0 : nil },
      extra: extra.filter(\.value.isFinite),
      extraTables: extraTables.mapValues { $0.filter(\.value.isFinite) }, warning: warning)
  }
}
