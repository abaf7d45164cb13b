internal import CLAPACK
internal import MetricsKernels

/// Search for the pairs of rows of two matrices that are closer than a limit.
///
/// A single-precision matrix product bounds every squared distance from below; only pairs whose bound is
/// within the limit are measured, in double precision. The bound holds for any rounding: with u = 2⁻²⁴ the
/// error of |a|² + |b|² − 2a·b is at most (D + 8)·u·(|a| + |b|)² ≤ 2(D + 8)·u·(|a|² + |b|²) (Higham 2002,
/// "Accuracy and Stability of Numerical Algorithms", §3.1, with room for the conversion to float). Rows are
/// shifted so that the mean of `points` is the origin, which keeps the norms small, and scaled so that
/// every number is below 2 in size.
struct CandidatePairs {
  /// Measures the pairs of one row whose squared distance may be at most the limit plus the point's squared
  /// radius. Each call of `visit` gets the index of a point and the exact squared distance, and returns the
  /// limit for the points that follow; points come in ascending order.
  typealias Search = (_ limit: Double, _ visit: (Int, Double) -> Double) -> Void

  private static let rowsOfPiece = 128
  private static let pointsOfBlock = 4096

  private let queries: FeatureMatrix
  private let points: FeatureMatrix
  private let queryFloats: CenteredFloats
  private let pointFloats: CenteredFloats
  /// Lower bound of each point's squared norm, minus its squared radius.
  private let pointOffsets: [Float]
  /// Factor by which squared distances are scaled.
  private let squareScale: Double

  init(_ queries: FeatureMatrix, _ points: FeatureMatrix, squaredRadii: [Double]? = nil) {
    precondition(queries.dimension == points.dimension, "rows of different lengths")
    self.queries = queries
    self.points = points
    let center = points.mean
    let extent = max(queries.extent(from: center), points.extent(from: center))
    // A power of two, so that scaling is exact.
    let scale = extent > 0 ? 1 / Double(sign: .plus, exponent: extent.exponent, significand: 1) : 1
    squareScale = scale * scale
    queryFloats = CenteredFloats(queries, center: center, scale: scale)
    pointFloats = CenteredFloats(points, center: center, scale: scale)
    let radii = squaredRadii?.map { [squareScale] in $0 * squareScale }
    pointOffsets = pointFloats.lowSquaredNorms.enumerated().map { index, norm in
      Self.below(norm - (radii?[index] ?? 0))
    }
  }

  /// Calls `body` with every row of `queries`, from several threads.
  ///
  /// - Throws: `Stopped`.
  func visit(threads: Threads, _ body: (_ row: Int, _ search: Search) -> Void) throws {
    try inParallel(
      pieceCount(queries.count, size: Self.rowsOfPiece), threads: threads.callingBLAS
    ) { piece in
      let rows = rows(of: piece, size: Self.rowsOfPiece, count: queries.count)
      withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count * points.count) { tile in
        guard let products = tile.baseAddress else { return }
        fill(products, rows)
        for row in rows {
          body(row) { limit, visit in
            search(row, products + (row - rows.lowerBound) * points.count, limit, visit)
          }
        }
      }
    }
  }

  /// Writes −2a·b for some rows and all points, shape [rows, M].
  private func fill(_ products: UnsafeMutablePointer<Float>, _ rows: Range<Int>) {
    let dimension = queries.dimension
    queryFloats.values.withUnsafeBufferPointer { a in
      pointFloats.values.withUnsafeBufferPointer { b in
        guard let a = a.baseAddress, let b = b.baseAddress else { return }
        for start in stride(from: 0, to: points.count, by: Self.pointsOfBlock) {
          cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.count),
            Int32(min(Self.pointsOfBlock, points.count - start)), Int32(dimension), -2,
            a + rows.lowerBound * dimension, Int32(dimension), b + start * dimension,
            Int32(dimension), 0, products + start, Int32(points.count))
        }
      }
    }
  }

  private func search(
    _ row: Int, _ products: UnsafePointer<Float>, _ limit: Double, _ visit: (Int, Double) -> Double
  ) {
    let (dimension, count) = (queries.dimension, points.count)
    let norm = queryFloats.lowSquaredNorms[row]
    queries.values.withUnsafeBufferPointer { a in
      points.values.withUnsafeBufferPointer { b in
        pointOffsets.withUnsafeBufferPointer { offsets in
          guard let a = a.baseAddress, let b = b.baseAddress else { return }
          var bound = Self.above(limit * squareScale - norm)
          var point = -1
          while true {
            point = Int(
              lethe_next_at_most(
                products, offsets.baseAddress, bound, Int64(point + 1), Int64(count)))
            guard point < count else { return }
            let square = lethe_squared_distance(
              a + row * dimension, b + point * dimension, Int64(dimension))
            bound = Self.above(visit(point, square) * squareScale - norm)
          }
        }
      }
    }
  }

  /// The number, rounded down to a float.
  private static func below(_ value: Double) -> Float {
    let float = Float(value)
    return Double(float) > value ? float.nextDown : float
  }

  /// The number plus the smallest normal float, which covers underflow, rounded up to a float.
  private static func above(_ value: Double) -> Float {
    let value = value + Double(Float.leastNormalMagnitude)
    let float = Float(value)
    return Double(float) < value ? float.nextUp : float
  }
}

/// A matrix in single precision, shifted so that a centre becomes the origin, and scaled.
private struct CenteredFloats {
  /// Shape [N, D].
  let values: [Float]
  /// Squared norms, reduced by what rounding can add to a squared distance that is computed from them.
  let lowSquaredNorms: [Double]

  init(_ matrix: FeatureMatrix, center: [Double], scale: Double) {
    let dimension = matrix.dimension
    let slack = 2 * Double(dimension + 8) * 0x1p-24
    var values = [Float](repeating: 0, count: matrix.values.count)
    var norms = [Double](repeating: 0, count: matrix.count)
    for row in 0..<matrix.count {
      var norm = 0.0
      for column in 0..<dimension {
        let index = row * dimension + column
        let value = (matrix.values[index] - center[column]) * scale
        values[index] = Float(value)
        norm += value * value
      }
      norms[row] = norm * (1 - slack)
    }
    self.values = values
    lowSquaredNorms = norms
  }
}
