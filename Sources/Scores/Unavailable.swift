/// The reason why a metric has no value for some sets.
public struct Unavailable: Error, Equatable, CustomStringConvertible {
  /// The reason in words, with the number of examples needed where too few are the cause.
  public let description: String

  /// States a reason.
  public init(_ description: String) {
    self.description = description
  }

  /// The reason that generated examples equal training examples, so that a ratio or a density has no bound.
  public static let unbounded = Unavailable("unbounded: exact copies")

  /// The reason that a set has too few examples.
  ///
  /// - Parameter set: How the sentence names the set, such as `training`.
  public static func few(_ found: Int, of set: String, needed: Int) -> Unavailable {
    Unavailable("needs at least \(needed) \(set) examples, found \(found)")
  }
}
