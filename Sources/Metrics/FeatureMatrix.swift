/// Feature vectors of a set of examples, one row each.
public struct FeatureMatrix: Sendable, Equatable {
  /// Number of rows.
  public let count: Int
  /// Numbers in a row, D.
  public let dimension: Int
  /// The rows one after another, shape [count, D].
  public let values: [Double]

  /// Creates a matrix from an array of its rows.
  ///
  /// - Parameter values: Shape [N, D] in row-major order.
  /// - Throws: `UnusableNumber` for a number that is not finite, or exceeds 1e15 in size.
  /// - Precondition: `dimension` is positive and divides the number of values.
  public init(_ values: [Double], dimension: Int) throws(UnusableNumber) {
    self.init(computed: values, dimension: dimension)
    try requireUsable(values, width: dimension)
  }

  /// Creates a matrix from numbers that were computed from other rows, which are not checked.
  init(computed values: [Double], dimension: Int) {
    precondition(dimension > 0 && values.count % dimension == 0, "values do not fill rows")
    count = values.count / dimension
    self.dimension = dimension
    self.values = values
  }

  /// The rows as parts of `values`, which are equal where all of their numbers are.
  var slices: [ArraySlice<Double>] {
    (0..<count).map { values[$0 * dimension..<($0 + 1) * dimension] }
  }

  /// Some of the rows, in the order given.
  public func rows(_ positions: [Int]) -> FeatureMatrix {
    var chosen: [Double] = []
    chosen.reserveCapacity(positions.count * dimension)
    for row in positions { chosen += values[row * dimension..<(row + 1) * dimension] }
    return FeatureMatrix(computed: chosen, dimension: dimension)
  }
}
