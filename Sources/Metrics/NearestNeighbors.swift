/// The nearest rows of one matrix to each row of another, in ascending order of distance.
public struct NearestNeighbors: Sendable {
  /// Number of neighbours of each row.
  public let k: Int
  /// Positions of the neighbours, shape [N, k]; rows at equal distances are in their own order.
  public let indices: [Int32]
  /// Squared distances, shape [N, k].
  public let squares: [Double]

  /// Finds the neighbours: a single-precision matrix product leaves a short list, which exact distances
  /// rank. Memory is proportional to the number of rows.
  ///
  /// - Parameters:
  ///   - queries: Rows whose neighbours are sought, shape [N, D].
  ///   - points: Rows to be found, shape [M, D].
  ///   - k: Number of neighbours of each row; all rows if there are fewer.
  ///   - excludingSelf: True where row i of `points` is no neighbour of row i, as when both are one matrix.
  ///   - threads: Threads that share the work; the result does not depend on it.
  public init(
    of queries: FeatureMatrix, in points: FeatureMatrix, k: Int, excludingSelf: Bool = false,
    threads: Threads
  ) throws {
    let k = min(k, points.count - (excludingSelf ? 1 : 0))
    precondition(k > 0, "no neighbours")
    let rows = queries.count
    var found = [Int32](repeating: 0, count: rows * k)
    var squares = [Double](repeating: 0, count: rows * k)
    let candidates = CandidatePairs(queries, points)
    try found.withUnsafeMutableBufferPointer { found in
      try squares.withUnsafeMutableBufferPointer { squares in
        guard let found = found.baseAddress, let squares = squares.baseAddress else { return }
        try candidates.visit(threads: threads) { row, search in
          var list = ShortList(k: k, indices: found + row * k, squares: squares + row * k)
          search(.infinity) { point, square in
            if !(excludingSelf && point == row) { list.insert(point, square) }
            return list.isFull ? list.worst : .infinity
          }
        }
      }
    }
    (self.k, indices, self.squares) = (k, found, squares)
  }

  /// Squared distance of each row to its nearest neighbour.
  public var nearestSquares: [Double] { squares(of: 1) }

  /// Squared distance of each row to its `rank`-th neighbour, counted from 1.
  ///
  /// - Precondition: `rank` is in 1...k.
  public func squares(of rank: Int) -> [Double] {
    precondition((1...k).contains(rank), "no such neighbour")
    return stride(from: rank - 1, to: squares.count, by: k).map { squares[$0] }
  }

  /// Position of each row's nearest neighbour.
  public var nearest: [Int] { stride(from: 0, to: indices.count, by: k).map { Int(indices[$0]) } }
}

/// The k nearest points seen so far, in ascending order of distance.
private struct ShortList {
  let k: Int
  let indices: UnsafeMutablePointer<Int32>
  let squares: UnsafeMutablePointer<Double>
  private var count = 0

  init(k: Int, indices: UnsafeMutablePointer<Int32>, squares: UnsafeMutablePointer<Double>) {
    self.k = k
    self.indices = indices
    self.squares = squares
  }

  var isFull: Bool { count == k }
  var worst: Double { squares[count - 1] }

  /// Inserts a point, whose position must be larger than that of all earlier ones, if it is near enough.
  mutating func insert(_ point: Int, _ square: Double) {
    var place = count
    if isFull {
      guard square < worst else { return }
      place = k - 1
    } else {
      count += 1
    }
    while place > 0, squares[place - 1] > square {
      squares[place] = squares[place - 1]
      indices[place] = indices[place - 1]
      place -= 1
    }
    squares[place] = square
    indices[place] = Int32(point)
  }
}
