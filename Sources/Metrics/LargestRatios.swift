internal import Kernels

/// For each row the largest ratio of a ball's radius to the distance from its centre.
struct LargestRatios {
  private let queries: FeatureMatrix
  private let centers: FeatureMatrix
  private let squaredRadii: [Double]

  init(_ queries: FeatureMatrix, _ centers: FeatureMatrix, squaredRadii: [Double]) {
    self.queries = queries
    self.centers = centers
    self.squaredRadii = squaredRadii
  }

  /// The ratios; infinite for a row at a centre.
  ///
  /// Double-precision products bound each distance from below; those that can give a larger ratio are
  /// measured exactly.
  func values(threads: Int) -> [Double] {
    let products = PairProducts(queries, centers, moved: true, threads: threads)
    var ratios = [Double](repeating: 0, count: queries.count)
    ratios.withUnsafeMutableBufferPointer { ratios in
      guard let ratios = ratios.baseAddress else { return }
      products.visitSquares { _, row, _, squares in
        ratios[row] = largest(row, squares, slack: products.slack(of: row))
      }
    }
    return ratios
  }

  private func largest(
    _ row: Int, _ squares: UnsafeMutableBufferPointer<Double>, slack: Double
  ) -> Double {
    let dimension = queries.dimension
    var best = 0.0
    queries.values.withUnsafeBufferPointer { a in
      centers.values.withUnsafeBufferPointer { b in
        guard let a = a.baseAddress, let b = b.baseAddress else { return }
        for center in squares.indices {
          let radius = squaredRadii[center]
          guard radius > best * max(0, squares[center] - slack) else { continue }
          let square = lethe_squared_distance(
            a + row * dimension, b + center * dimension, Int64(dimension))
          best = max(best, radius / square)
        }
      }
    }
    return best.squareRoot()
  }
}
