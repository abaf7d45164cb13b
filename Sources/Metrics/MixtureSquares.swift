internal import MetricsKernels

/// Squared distances of data to the centres of a mixture and, in one further column, to the data's mean.
///
/// A fit needs them in every step, and multiplies their errors by ten and more. They are kept in double
/// precision while they take at most 80 MB, else in single precision.
struct MixtureSquares {
  private enum Kept {
    case exact([Double])
    case single([Float])
  }

  private static let exactLimit = 10_000_000
  private static let rowsOfTile = 64
  /// Factor of the squared distances to the mean.
  private static let extraScale = 0.81

  /// Number of rows of the data.
  let rows: Int
  /// Number of features, D.
  let dimension: Int
  private let products: PairProducts
  private let width: Int
  private let extra: [Double]
  private var kept = Kept.exact([])

  init(centers: FeatureMatrix, data: FeatureMatrix, threads: Threads) throws {
    rows = data.count
    dimension = data.dimension
    width = centers.count + 1
    products = PairProducts(data, centers, moved: true, threads: threads)
    extra = data.centered(at: data.mean).squaredNorms.map { $0 * Self.extraScale }
    kept =
      rows * width <= Self.exactLimit
      ? .exact(try all(threads) { $0.update(from: $1, count: $2) })
      : .single(try all(threads) { lethe_narrow($1, $0, Int64($2)) })
  }

  /// True where the distances are few enough to be kept in double precision.
  var areExact: Bool { rows * width <= Self.exactLimit }

  /// Calls `body` with the squared distances of some rows, one row after another.
  ///
  /// - Precondition: `areExact` is true.
  func visit(_ range: Range<Int>, _ body: (UnsafePointer<Double>) -> Void) {
    guard case .exact(let kept) = kept else { preconditionFailure("not kept as doubles") }
    kept.withUnsafeBufferPointer { kept in
      guard let start = kept.baseAddress else { return }
      for row in range { body(start + row * width) }
    }
  }

  /// Calls `body` with the squared distances of some rows in single precision, shape [rows, centres + 1].
  ///
  /// - Precondition: `areExact` is false.
  func withSingle(_ range: Range<Int>, _ body: (UnsafePointer<Float>) -> Void) {
    guard case .single(let kept) = kept else { preconditionFailure("not kept as floats") }
    kept.withUnsafeBufferPointer { kept in
      if let start = kept.baseAddress { body(start + range.lowerBound * width) }
    }
  }

  /// All rows, each brought to some precision by `copy`.
  private func all<Number>(
    _ threads: Threads,
    _ copy: (UnsafeMutablePointer<Number>, UnsafePointer<Double>, _ count: Int) -> Void
  ) throws -> [Number] {
    try [Number](unsafeUninitializedCapacity: rows * width) { buffer, count in
      guard let target = buffer.baseAddress else { return }
      try inParallel(
        pieceCount(rows, size: Self.rowsOfTile), threads: threads.callingBLAS
      ) { piece in
        make(Metrics.rows(of: piece, size: Self.rowsOfTile, count: rows)) { row, squares in
          copy(target + row * width, squares, width)
        }
      }
      count = rows * width
    }
  }

  /// Computes the squared distances of some rows, and calls `body` with each row in turn.
  private func make(_ range: Range<Int>, _ body: (_ row: Int, UnsafePointer<Double>) -> Void) {
    let centers = width - 1
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.rowsOfTile * centers) { tile in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { full in
        guard let squares = tile.baseAddress, let row = full.baseAddress else { return }
        for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.rowsOfTile) {
          let part = first..<min(range.upperBound, first + Self.rowsOfTile)
          products.fillSquares(squares, part)
          for (index, number) in part.enumerated() {
            row.update(from: squares + index * centers, count: centers)
            row[centers] = extra[number]
            body(number, row)
          }
        }
      }
    }
  }
}
