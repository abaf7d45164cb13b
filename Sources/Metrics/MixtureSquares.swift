internal import Kernels

/// Squared distances of data to the centres of a mixture and, in one column more, to the data's mean, in
/// single precision.
///
/// A fit wants them in every step: they are kept while they take at most 440 MB, and made again otherwise.
struct MixtureSquares {
  private static let keptLimit = 110_000_000
  private static let rowsOfTile = 64
  /// What the distance to the mean is multiplied by.
  private static let extraScale = 0.81

  /// Rows of the data.
  let rows: Int
  /// D.
  let dimension: Int
  private let products: PairProducts
  private let width: Int
  private let extra: [Float]
  private var kept: [Float]?

  init(centers: FeatureMatrix, data: FeatureMatrix, threads: Int) {
    rows = data.count
    dimension = data.dimension
    width = centers.count + 1
    products = PairProducts(data, centers, moved: true, threads: threads)
    extra = data.centered(at: data.mean).squaredNorms.map { Float($0 * Self.extraScale) }
    guard rows * width <= Self.keptLimit else { return }
    kept = [Float](unsafeUninitializedCapacity: rows * width) { [self] buffer, count in
      guard let target = buffer.baseAddress else { return }
      inParallel(pieceCount(rows, size: Self.rowsOfTile), threads: threads) { piece in
        let range = Metrics.rows(of: piece, size: Self.rowsOfTile, count: rows)
        fill(target + range.lowerBound * width, range)
      }
      count = rows * width
    }
  }

  /// Calls `body` with the squared distances of some rows, one row after another.
  func visit(_ range: Range<Int>, _ body: (UnsafePointer<Float>) -> Void) {
    if let kept {
      kept.withUnsafeBufferPointer { kept in
        guard let start = kept.baseAddress else { return }
        for row in range { body(start + row * width) }
      }
      return
    }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.rowsOfTile * width) { tile in
      guard let start = tile.baseAddress else { return }
      for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.rowsOfTile) {
        let part = first..<min(range.upperBound, first + Self.rowsOfTile)
        fill(start, part)
        for index in 0..<part.count { body(start + index * width) }
      }
    }
  }

  private func fill(_ target: UnsafeMutablePointer<Float>, _ range: Range<Int>) {
    let centers = width - 1
    withUnsafeTemporaryAllocation(of: Double.self, capacity: range.count * centers) { tile in
      guard let squares = tile.baseAddress else { return }
      products.fillSquares(squares, range)
      for (index, row) in range.enumerated() {
        lethe_narrow(squares + index * centers, target + index * width, Int64(centers))
        target[index * width + centers] = extra[row]
      }
    }
  }
}
