internal import MetricsKernels
internal import Synchronization

/// Quantiles of the distances of all pairs of rows, without holding the pairs.
///
/// A first pass counts squared distances by the upper bits of their floats; a second one measures exactly
/// those near the wanted ranks.
package struct PairQuantile {
  private static let droppedBits = UInt32(11)
  private static let keyCount = Int(Float.infinity.bitPattern >> droppedBits) + 1

  private let features: FeatureMatrix
  private let products: PairProducts
  /// How many pairs have a key below each key, and in the end all.
  private let below: [Int]

  /// - Precondition: There are two rows at least.
  /// - Throws: `Stopped`.
  package init(_ features: FeatureMatrix, threads: Threads) throws {
    precondition(features.count > 1, "no pairs")
    self.features = features
    let products = PairProducts(features, features, moved: true, threads: threads)
    let counts = Mutex([Int](repeating: 0, count: Self.keyCount))
    try products.visitSquares(isTriangular: true) { _, _, _, squares in
      let keys = squares.dropFirst().map(Self.key)
      // Adding whole numbers gives the same in any order.
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

  /// The distance that a share of the pairs does not exceed; between ranks by linear interpolation.
  ///
  /// - Parameter share: In 0…1.
  /// - Throws: `Stopped`.
  package func distance(at share: Double) throws -> Double {
    let position = share * Double(pairCount - 1)
    let low = Int(position)
    let high = min(low + 1, pairCount - 1)
    // One key more on both sides: rounding can have moved a pair to the key beside its own.
    let first = max(0, key(ofRank: low) - 1)
    let last = min(Self.keyCount - 1, key(ofRank: high) + 1)
    let squares = try squares(keys: first...last)
    let (lower, upper) = (
      squares[low - below[first]].squareRoot(), squares[high - below[first]].squareRoot()
    )
    return lower + (upper - lower) * (position - Double(low))
  }

  private static func key(_ square: Double) -> Int { Int(Float(square).bitPattern >> droppedBits) }

  /// The key of the pair at a rank: the last that fewer pairs than that come before.
  private func key(ofRank rank: Int) -> Int {
    var (low, high) = (0, Self.keyCount - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if below[middle] <= rank { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// Exact squared distances of the pairs with some keys, from the smallest.
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
