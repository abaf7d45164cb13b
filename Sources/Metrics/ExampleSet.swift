/// A set of examples to be compared: feature vectors, and what else is known of each row.
public struct ExampleSet: Sendable {
  /// A row an example.
  public let features: FeatureMatrix
  /// The images or sounds behind the rows, where there are any.
  public let raw: RawExamples?
  /// Which rows are not independent of each other, such as windows of one sound: rows of one group have
  /// one number. Nil when every row is independent.
  public let groups: [Int]?
  /// Which row of the whole set each row is.
  public let origin: [Int]

  /// Brings together what is known of the rows.
  ///
  /// - Parameter origin: Of a part of another set, the rows that these were there.
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
