internal import CLAPACK
internal import MetricsKernels

/// Inner products or squared distances of all pairs of rows of two matrices, a block at a time, in double
/// precision.
struct PairProducts {
  private static let rowsOfPiece = 128
  /// Squared distances are measured directly where rounding may change them by more than one part in this.
  private static let digits = 1e9

  private let rows: FeatureMatrix
  private let columns: FeatureMatrix
  private let rowNorms: [Double]
  private let columnNorms: [Double]
  private let largestColumnNorm: Double
  private let threads: Threads

  /// Prepares the products.
  ///
  /// - Parameter moved: True to shift all rows by the mean of `columns`. Distances then keep more exact
  ///   digits, but inner products change.
  init(_ rows: FeatureMatrix, _ columns: FeatureMatrix, moved: Bool, threads: Threads) {
    let center = moved ? columns.mean : nil
    self.rows = center.map(rows.centered(at:)) ?? rows
    self.columns = center.map(columns.centered(at:)) ?? columns
    rowNorms = moved ? self.rows.squaredNorms : []
    columnNorms = moved ? self.columns.squaredNorms : []
    largestColumnNorm = columnNorms.max() ?? 0
    self.threads = threads
  }

  /// Number of pieces into which the rows are divided.
  var pieces: Int { pieceCount(rows.count, size: Self.rowsOfPiece) }

  /// Calls `body` with the inner products of each row with all columns, from several threads.
  ///
  /// - Parameters:
  ///   - isTriangular: True to give row i from column i on only, for a matrix with itself.
  ///   - body: Gets the piece, the row, the first column and the products from that column on.
  func visit(
    isTriangular: Bool = false,
    _ body: (_ piece: Int, _ row: Int, _ first: Int, UnsafeMutableBufferPointer<Double>) -> Void
  ) throws {
    let count = columns.count
    try inParallel(pieces, threads: threads.callingBLAS) { piece in
      let range = Metrics.rows(of: piece, size: Self.rowsOfPiece, count: rows.count)
      let first = isTriangular ? range.lowerBound : 0
      let width = count - first
      withUnsafeTemporaryAllocation(of: Double.self, capacity: range.count * width) { tile in
        guard let products = tile.baseAddress else { return }
        fill(products, range, from: first)
        for row in range {
          let skipped = isTriangular ? row - first : 0
          let start = products + (row - range.lowerBound) * width + skipped
          body(
            piece, row, first + skipped,
            UnsafeMutableBufferPointer(start: start, count: width - skipped))
        }
      }
    }
  }

  /// Calls `body` as `visit` does, with squared distances.
  ///
  /// - Precondition: `moved` was true.
  func visitSquares(
    isTriangular: Bool = false,
    _ body: (_ piece: Int, _ row: Int, _ first: Int, UnsafeMutableBufferPointer<Double>) -> Void
  ) throws {
    try visit(isTriangular: isTriangular) { piece, row, first, products in
      toSquares(products, row, from: first)
      body(piece, row, first, products)
    }
  }

  /// Writes the squared distances of some rows to all columns, shape [rows, M].
  ///
  /// - Precondition: `moved` was true.
  func fillSquares(_ target: UnsafeMutablePointer<Double>, _ rows: Range<Int>) {
    fill(target, rows, from: 0)
    let count = columns.count
    for (index, row) in rows.enumerated() {
      toSquares(
        UnsafeMutableBufferPointer(start: target + index * count, count: count), row, from: 0)
    }
  }

  /// The most that rounding can change a squared distance of a row: as in `CandidatePairs`, with 2⁻⁵³ for u.
  func slack(of row: Int) -> Double {
    2 * Double(rows.dimension + 8) * 0x1p-53 * (rowNorms[row] + largestColumnNorm)
  }

  /// Turns inner products into squared distances. Small differences of large products have few exact
  /// digits: such pairs are measured directly.
  private func toSquares(
    _ products: UnsafeMutableBufferPointer<Double>, _ row: Int, from first: Int
  ) {
    precondition(!columnNorms.isEmpty, "inner products are wanted as they are")
    guard let target = products.baseAddress else { return }
    let (dimension, count) = (rows.dimension, Int64(products.count))
    columnNorms.withUnsafeBufferPointer { norms in
      guard let norms = norms.baseAddress else { return }
      lethe_squares_from_products(target, norms + first, rowNorms[row], count)
    }
    let limit = slack(of: row) * Self.digits
    var index = lethe_next_below(target, limit, 0, count)
    while index < count {
      rows.values.withUnsafeBufferPointer { a in
        columns.values.withUnsafeBufferPointer { b in
          guard let a = a.baseAddress, let b = b.baseAddress else { return }
          target[Int(index)] = lethe_squared_distance(
            a + row * dimension, b + (first + Int(index)) * dimension, Int64(dimension))
        }
      }
      index = lethe_next_below(target, limit, index + 1, count)
    }
  }

  /// Writes the inner products of some rows with the columns from `first` on.
  private func fill(_ target: UnsafeMutablePointer<Double>, _ range: Range<Int>, from first: Int) {
    let dimension = rows.dimension
    let width = columns.count - first
    rows.values.withUnsafeBufferPointer { a in
      columns.values.withUnsafeBufferPointer { b in
        guard let a = a.baseAddress, let b = b.baseAddress else { return }
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(range.count), Int32(width),
          Int32(dimension), 1, a + range.lowerBound * dimension, Int32(dimension),
          b + first * dimension, Int32(dimension), 0, target, Int32(width))
      }
    }
  }

  /// The sum over all rows of what `term` makes of a row, added up in a fixed order.
  func sum(
    squares: Bool, isTriangular: Bool = false,
    _ term: (_ row: Int, _ first: Int, UnsafeMutableBufferPointer<Double>) -> Double
  ) throws -> Double {
    var sums = [Double](repeating: 0, count: pieces)
    try sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      let add = { (piece: Int, row: Int, first: Int, values: UnsafeMutableBufferPointer<Double>) in
        sums[piece] += term(row, first, values)
      }
      if squares {
        try visitSquares(isTriangular: isTriangular, add)
      } else {
        try visit(isTriangular: isTriangular, add)
      }
    }
    return sums.reduce(0, +)
  }
}
