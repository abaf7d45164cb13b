internal import Training
/// Why examples have no features in a space.
public struct FeatureError: Error, Equatable, CustomStringConvertible {
  /// One line.
  public let description: String

  /// Creates an error of one line.
  public init(_ description: String) { self.description = description }
}
