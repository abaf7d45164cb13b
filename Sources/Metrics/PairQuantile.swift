internal import MetricsKernels
internal import Synchronization

/// Quantiles of the distances of all pairs of rows, without keeping the pairs in memory.
///
/// A first pass counts squared distances by their keys, the upper bits of their floats; a second one
/// measures exactly those near the wanted ranks.
package struct PairQuantile {
  private static let droppedBits = UInt32(11)
  private static let keyCount = Int(Float.infinity.bitPattern >> droppedBits) + 1

  private let features: FeatureMatrix
  private let products: PairProducts
  /// Number of pairs with a key below each key; the last element is the number of all pairs.
  private let below: [Int]

  /// Counts the pairs by their keys.
  ///
  /// - Precondition: There are at least two rows.
  /// - Throws: `Stopped`.
  package init(_ features: FeatureMatrix, threads: Threads) throws {
    precondition(features.count > 1, "no pairs")
    self.features = features
    let products = PairProducts(features, features, moved: true, threads: threads)
    let counts = Mutex([Int](repeating: 0, count: Self.keyCount))
    try products.visitSquares(isTriangular: true) { _, _, _, squares in
      let keys = squares.dropFirst().map(Self.key)
      // Sums of whole numbers do not depend on the order of threads.
      counts.withLock { counts in
        counts.withUnsafeMutableBufferPointer { counts in for key in keys { counts[key] += 1 } }
      }
    }
    self.products = products
    below = counts.withLock { counts in
      counts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    }
  }

  /// Number of pairs.
  var pairCount: Int { features.count * (features.count - 1) / 2 }

  /// The distance that a given share of the pairs does not exceed, with linear interpolation between ranks.
  ///
  /// - Parameter share: In 0…1.
  /// - Throws: `Stopped`.
  package func distance(at share: Double) throws -> Double {
    let position = share * Double(pairCount - 1)
    let low = Int(position)
    let high = min(low + 1, pairCount - 1)
    // One further key on both sides, as rounding can move a pair to the key beside its own.
    let first = max(0, key(ofRank: low) - 1)
    let last = min(Self.keyCount - 1, key(ofRank: high) + 1)
    let squares = try squares(keys: first...last)
    let (lower, upper) = (
      squares[low - below[first]].squareRoot(), squares[high - below[first]].squareRoot()
    )
    return lower + (upper - lower) * (position - Double(low))
  }

  private static func key(_ square: Double) -> Int { Int(Float(square).bitPattern >> droppedBits) }

  /// The key of the pair at a rank, counted from 0: the last key that has at most `rank` pairs below it.
  private func key(ofRank rank: Int) -> Int {
    var (low, high) = (0, Self.keyCount - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if below[middle] <= rank { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// Exact squared distances of the pairs with some keys, in ascending order.
  private func squares(keys: ClosedRange<Int>) throws -> [Double] {
    let found = Mutex<[Double]>([])
    let dimension = features.dimension
    try products.visitSquares(isTriangular: true) { _, row, first, squares in
      var near: [Double] = []
      features.values.withUnsafeBufferPointer { values in
        guard let values = values.baseAddress else { return }
        for index in squares.indices.dropFirst() where keys.contains(Self.key(squares[index])) {
          near.append(
            lethe_squared_distance(
              values + row * dimension, values + (first + index) * dimension, Int64(dimension)))
        }
      }
      if !near.isEmpty { found.withLock { $0 += near } }
    }
    return found.withLock { $0.sorted() }
  }
}
