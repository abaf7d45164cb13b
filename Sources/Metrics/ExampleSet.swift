/// A set of examples to be compared: feature vectors, with what else is known of each row.
public struct ExampleSet: Sendable {
  /// The feature vectors, one row for each example.
  public let features: FeatureMatrix
  /// The images or sounds behind the rows; nil where only features are known.
  public let raw: RawExamples?
  /// Group number of each row. Rows of one group, such as windows of one sound, are not independent of each
  /// other. Nil when every row is independent.
  public let groups: [Int]?
  /// Position of each row in the whole set that it comes from.
  public let origin: [Int]

  /// Creates a set from what is known of its rows.
  ///
  /// - Parameter origin: Positions of the rows in the whole set, where these are a part of it; all
  ///   positions by default.
  /// - Precondition: All have as many rows as `features`.
  public init(
    _ features: FeatureMatrix, raw: RawExamples? = nil, groups: [Int]? = nil, origin: [Int]? = nil
  ) {
    precondition(raw.map { $0.count == features.count } ?? true, "raw examples of other rows")
    precondition(groups.map { $0.count == features.count } ?? true, "groups of other rows")
    self.features = features
    self.raw = raw
    precondition(origin.map { $0.count == features.count } ?? true, "origins of other rows")
    self.groups = groups
    self.origin = origin ?? Array(0..<features.count)
  }

  /// Number of rows.
  public var count: Int { features.count }

  /// Some of the rows, in the order given.
  public func rows(_ positions: [Int]) -> ExampleSet {
    ExampleSet(
      features.rows(positions), raw: raw?.rows(positions),
      groups: groups.map { groups in positions.map { groups[$0] } },
      origin: positions.map { origin[$0] })
  }
}
