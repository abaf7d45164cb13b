/// A metric's value with its spread and further numbers.
public struct Score: Sendable, Equatable, Codable {
  /// The value, in the metric's units.
  public var value: Double
  /// The standard deviation that chance gives the value at this number of examples; nil where unknown.
  public var spread: Double?
  /// Further numbers, under the names they have in JSON.
  public var extra: [String: Double]
  /// Further numbers in named groups, such as the Vendi scores of several orders under `orders`.
  public var extraTables: [String: [String: Double]]
  /// A caveat that a reader needs before trusting the value; nil where there is none.
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
  /// The probability that a generator which has not seen the training set gives as strong a sign of copying; nil where that
  /// is not known. Among the further numbers as `copies_p`.
  public var copiesP: Double? {
    get { extra[Self.copiesKey] }
    set { extra[Self.copiesKey] = newValue }
  }

  private static let copiesKey = "copies_p"

  /// The score without a spread or further numbers that are not finite, so that only finite numbers are
  /// written.
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
