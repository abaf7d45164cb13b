/// Why a metric has no value for some sets.
public struct Unavailable: Error, Equatable, CustomStringConvertible {
  /// In words, with the number of examples that are needed where that is the reason.
  public let description: String

  /// States a reason.
  public init(_ description: String) {
    self.description = description
  }

  /// Says how many examples are needed.
  ///
  /// - Parameter set: How the sentence names the set, such as `training`.
  public static func few(_ found: Int, of set: String, needed: Int) -> Unavailable {
    Unavailable("needs at least \(needed) \(set) examples, found \(found)")
  }
}
