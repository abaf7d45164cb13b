internal import Foundation

extension FeatureMatrix {
  /// Mean absolute correlation of all pairs of columns. Constant columns are left out; NaN when fewer than
  /// two columns are left.
  public func meanAbsoluteCorrelation() -> Double {
    let center = mean
    let moved = centered(at: center)
    var squares = [Double](repeating: 0, count: dimension)
    moved.forEachRow { row in
      for column in row.indices { squares[column] += row[column] * row[column] }
    }
    let chosen = squares.indices.filter { squares[$0] > 1e-12 * (1 + center[$0] * center[$0]) }
    guard chosen.count > 1 else { return .nan }
    // Columns scaled to length 1, as rows, so that their products are correlations.
    var columns: [Double] = []
    columns.reserveCapacity(chosen.count * count)
    for column in chosen {
      let length = squares[column].squareRoot()
      for row in 0..<count { columns.append(moved.values[row * dimension + column] / length) }
    }
    let units = FeatureMatrix(computed: columns, dimension: count)
    let correlations = units.timesTranspose(of: units)
    let total = correlations.values.reduce(0) { $0 + abs($1) }
    let diagonal = (0..<chosen.count).reduce(0) {
      $0 + abs(correlations.values[$1 * chosen.count + $1])
    }
    return (total - diagonal) / Double(chosen.count * (chosen.count - 1))
  }

  /// The effective rank of the centred rows: the exponential of the entropy of the singular values, each as
  /// a share of their sum. For example, 2 for two equal singular values. NaN where all rows are equal.
  ///
  /// - Throws: `Unavailable` when LAPACK fails.
  public func effectiveRank() throws -> Double {
    guard !isConstant else { return .nan }
    let values = try centered(at: mean).triangularFactor().singularValues()
    let sum = values.reduce(0, +)
    let entropy = values.reduce(0) { entropy, value in
      let share = value / sum
      return share > 0 ? entropy - share * log(share) : entropy
    }
    return exp(entropy)
  }
}
