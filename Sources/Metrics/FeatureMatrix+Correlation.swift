internal import Foundation

extension FeatureMatrix {
  /// Mean absolute correlation of pairs of columns; columns that are constant are left out. NaN with fewer than
  /// two others.
  public func meanAbsoluteCorrelation() -> Double {
    let center = mean
    let moved = centered(at: center)
    var squares = [Double](repeating: 0, count: dimension)
    moved.forEachRow { row in
      for column in row.indices { squares[column] += row[column] * row[column] }
    }
    let chosen = squares.indices.filter { squares[$0] > 1e-12 * (1 + center[$0] * center[$0]) }
    guard chosen.count > 1 else { return .nan }
    // Columns of length 1 as rows, so that products are correlations.
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

  /// The exponential of the entropy of the singular values' shares, of the rows less their mean; NaN where all
  /// rows are equal.
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
