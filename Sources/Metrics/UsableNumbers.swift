/// A number that metrics cannot work with, and its position.
public struct UnusableNumber: Error, Equatable, CustomStringConvertible {
  /// Position of the example.
  public let row: Int
  /// Position among the numbers of the example.
  public let column: Int
  /// The number.
  public let value: Double

  /// The position and the problem, such as `row 1, column 0: expected a finite number, found nan`.
  public var description: String { "row \(row), column \(column): \(problem)" }

  /// The problem with the number, without its position.
  public var problem: String {
    value.isFinite
      ? "expected a number of at most 1e15 in size, found \(value)"
      : "expected a finite number, found \(value)"
  }

  /// Largest magnitude that metrics accept. Its square still fits into single precision, so that sums of
  /// squares and products of distances stay finite.
  static let limit = 1e15
}

/// Checks that every number is finite and not too large. All numbers that are given to metrics pass through
/// here.
///
/// - Parameter width: Numbers in a row.
func requireUsable(
  _ values: [some BinaryFloatingPoint], width: Int
) throws(UnusableNumber) {
  let limit = UnusableNumber.limit
  // NaN fails this comparison too.
  guard let index = values.firstIndex(where: { !(Double($0.magnitude) <= limit) }) else { return }
  throw UnusableNumber(row: index / width, column: index % width, value: Double(values[index]))
}
