internal import Training
/// The reason why examples have no features in a space.
public struct FeatureError: Error, Equatable, CustomStringConvertible {
  /// The reason in one line.
  public let description: String

  /// Creates an error of one line.
  public init(_ description: String) { self.description = description }
}
