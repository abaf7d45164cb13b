/// A number that metrics cannot work with, and where it is.
public struct UnusableNumber: Error, Equatable, CustomStringConvertible {
  /// Position of the example.
  public let row: Int
  /// Position among the numbers of the example.
  public let column: Int
  /// The number.
  public let value: Double

  /// Such as `row 1, column 0: expected a finite number, found nan`.
  public var description: String { "row \(row), column \(column): \(problem)" }

  /// What is wrong with the number, without its place.
  public var problem: String {
    value.isFinite
      ? "expected a number of at most 1e15 in size, found \(value)"
      : "expected a finite number, found \(value)"
  }

  /// The largest number in size that metrics take: its square is one of single precision, so that neither sums of
  /// squares nor products of distances ever are infinite.
  static let limit = 1e15
}

/// Makes sure that every number is finite, and not too large. All numbers that metrics see come through here.
///
/// - Parameter width: Numbers of a row.
func requireUsable(
  _ values: [some BinaryFloatingPoint], width: Int
) throws(UnusableNumber) {
  let limit = UnusableNumber.limit
  // NaN fails this comparison too.
  guard let index = values.firstIndex(where: { !(Double($0.magnitude) <= limit) }) else { return }
  throw UnusableNumber(row: index / width, column: index % width, value: Double(values[index]))
}
