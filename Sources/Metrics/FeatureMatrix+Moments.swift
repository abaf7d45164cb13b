extension FeatureMatrix {
  /// The mean of each column, shape [D].
  public var mean: [Double] {
    var sums = [Double](repeating: 0, count: dimension)
    forEachRow { row in for column in row.indices { sums[column] += row[column] } }
    return sums.map { $0 / Double(count) }
  }

  /// The rows minus a point.
  func centered(at center: [Double]) -> FeatureMatrix {
    var moved: [Double] = []
    moved.reserveCapacity(values.count)
    forEachRow { row in for column in row.indices { moved.append(row[column] - center[column]) } }
    return FeatureMatrix(computed: moved, dimension: dimension)
  }

  /// The largest |x − center| over all numbers.
  func extent(from center: [Double]) -> Double {
    var extent = 0.0
    forEachRow { row in
      for column in row.indices { extent = max(extent, abs(row[column] - center[column])) }
    }
    return extent
  }

  /// The squared length of each row.
  var squaredNorms: [Double] {
    var norms: [Double] = []
    norms.reserveCapacity(count)
    forEachRow { row in norms.append(row.reduce(0) { $0 + $1 * $1 }) }
    return norms
  }

  /// Calls `body` with each row in turn.
  func forEachRow(_ body: (UnsafeBufferPointer<Double>) -> Void) {
    values.withUnsafeBufferPointer { values in
      for row in 0..<count {
        body(UnsafeBufferPointer(rebasing: values[row * dimension..<(row + 1) * dimension]))
      }
    }
  }

  /// True where all rows are equal.
  public var isConstant: Bool {
    (1..<max(1, count)).allSatisfy { row in
      values[0..<dimension] == values[row * dimension..<(row + 1) * dimension]
    }
  }
}
