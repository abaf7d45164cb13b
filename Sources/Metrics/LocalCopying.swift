package import Glossary
internal import Glibc
package import Scores
internal import Statistics

/// Local copying: the share of generated rows in balls around training rows that hold far more of them than of the
/// distribution, which finds the copying of a few training rows that a test of all distances misses.
///
/// The distribution's share of a ball of radius r around a training row is estimated as k/(n − 1)·(r/R)ᵈ, with R the
/// distance to the k-th neighbour, k = 5, of n rows, and d the dimension that training rows have locally. A ball counts
/// where its generated rows are at least 20 times as many. For every cell of a k-means of the training set, `cells_p` has the
/// one-sided p of the Mann–Whitney test that generated rows are nearer to training rows than held-out ones are: the smallest,
/// times the number of cells.
///
/// Source: R. Bhattacharjee, S. Dasgupta, K. Chaudhuri 2023, "Data-copying in generative models: a formal framework",
/// arXiv:2302.13181, §4; E. Levina, P. Bickel 2004, "Maximum likelihood estimation of intrinsic dimension", with the mean of
/// inverses (D. MacKay, Z. Ghahramani 2005).
package struct LocalCopying: Metric {
  /// `local_copying`.
  package let key = "local_copying"
  /// Meaning in words, and source.
  package let meaning = Meaning(
    "Share of generated examples that crowd around training examples, at least 20 times as densely as the data do",
    .bhattacharjee2023)
  /// Memorisation.
  package let aspect = MetricAspect.memorization
  /// Lower is better.
  package let better: MetricDirection? = .lower
  /// At least 50 training rows; in smaller sets, neighbourhoods hold nearly everything.
  package let needed = ExamplesNeeded(training: ExamplesNeeded.neighborhoods)
  private static let k = 5
  /// How many times the distribution's share of a ball generated rows must have.
  private static let excess = 20.0
  /// Number of training rows to each cell, at least, and of cells, at most.
  private static let (rowsOfCell, mostCells) = (50, 10)

  /// Makes the metric.
  package init() {}

  /// Scores the sets; see `Metric`.
  package func score(_ sets: Comparison) throws -> Score {
    let own = try sets.ownNeighbors(of: sets.training, Self.k, named: "training")
    let dimension = try Self.dimension(own)
    let copied = try Self.copied(sets, [sets.training], own.squares(of: Self.k), dimension)
    var score = shareScore(
      copied.count, of: sets.generated.count, extra: ["dimension": dimension])
    if let p = try cellsP(sets) { score.extra["cells_p"] = p }
    if let pool = sets.pool, let places = try sets.pooledPlaces() {
      let pooled = try Self.copied(
        sets, [pool.training, pool.holdout], pool.ownSquares(rank: Self.k), dimension)
      score.copiesP = pool.p(ofChoosing: pooled.map { places[$0].nearest })
    }
    return score
  }

  /// The generated rows in balls that hold too many of them.
  ///
  /// - Parameters:
  ///   - centers: The sets around whose rows balls are.
  ///   - squares: Squared distance of each of these rows to the k-th other one, which no ball is larger than.
  private static func copied(
    _ sets: Comparison, _ centers: [MeasuredSet], _ squares: [Double], _ dimension: Double
  ) throws -> Set<Int> {
    let share = Double(k) / Double(squares.count - 1)
    let inside = try centers.enumerated().flatMap { index, set in
      let first = index == 0 ? 0 : centers[0].count
      return try sets.generatedInside(
        set, Array(squares[first..<first + set.count]))
    }
    var copied = Set<Int>()
    for (square, inside) in zip(squares, inside) {
      var largest = 0
      for (index, one) in inside.enumerated() {
        let estimate = share * pow(one.square / square, dimension / 2)
        if Double(index + 1) / Double(sets.generated.count) >= excess * estimate {
          largest = index + 1
        }
      }
      copied.formUnion(inside.prefix(largest).map(\.row))
    }
    return copied
  }

  /// The dimension of the training rows: one over the mean of log R/r over their neighbours, of radius R and r.
  private static func dimension(_ own: NearestNeighbors) throws -> Double {
    let logs = (0..<own.squares.count / own.k).flatMap { row -> [Double] in
      let far = own.squares[row * own.k + k - 1]
      return (0..<k - 1).compactMap { rank in
        let near = own.squares[row * own.k + rank]
        return near > 0 ? log(far / near) / 2 : nil
      }
    }
    let total = logs.reduce(0, +)
    guard total > 0 else {
      throw Unavailable("all neighbours of training rows are as far as the nearest")
    }
    return Double(logs.count) / total
  }

  private func cellsP(_ sets: Comparison) throws -> Double? {
    guard let holdout = sets.holdout else { return nil }
    let count = max(1, min(Self.mostCells, sets.training.count / Self.rowsOfCell))
    let kMeans = try sets.trainingCells(count)
    let made = try sets.squaresToTraining(of: sets.generated, by: kMeans)
    let ps = zip(made, try sets.squaresToTraining(of: holdout, by: kMeans)).compactMap {
      made, held in
      made.count > 5 && held.count > 5
        ? Normal.cumulative(DataCopyingTest.z(made, held)) : nil
    }
    return ps.min().map { min(1, $0 * Double(ps.count)) }
  }
}

extension Comparison {
  /// The generated rows within a squared radius of each row of a set, from the nearest.
  fileprivate func generatedInside(
    _ set: MeasuredSet, _ squaredRadii: [Double]
  ) throws -> [[(row: Int, square: Double)]] {
    var found = [[(row: Int, square: Double)]](repeating: [], count: set.count)
    var inside = [[(center: Int, square: Double)]](repeating: [], count: generated.count)
    let candidates = CandidatePairs(
      generated.features, set.features, squaredRadii: squaredRadii)
    try inside.withUnsafeMutableBufferPointer { inside in
      guard let inside = inside.baseAddress else { return }
      try candidates.visit(threads: threads) { row, search in
        search(0) { center, square in
          if square < squaredRadii[center] { inside[row].append((center, square)) }
          return 0
        }
      }
    }
    for (row, pairs) in inside.enumerated() {
      for pair in pairs { found[pair.center].append((row, pair.square)) }
    }
    return found.map { $0.sorted { ($0.square, $0.row) < ($1.square, $1.row) } }
  }
}
