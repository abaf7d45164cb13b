internal import Scores

/// Nearest-neighbour searches that metrics share. Each search is made once, with as many neighbours as any
/// metric needs.
extension Comparison {
  /// Number of neighbours in searches of the training set.
  private static let trainingNeighbors = 50

  /// The 50 nearest training rows of each row of a set, or all if there are fewer.
  func trainingNeighbors(of queries: MeasuredSet) throws -> NearestNeighbors {
    try remembered("training neighbors", of: queries, training) {
      try NearestNeighbors(
        of: queries.features, in: training.features, k: Self.trainingNeighbors, threads: threads)
    }
  }

  /// Squared distance of each row of a set to the nearest row of another.
  func nearestSquares(of queries: MeasuredSet, in points: MeasuredSet) throws -> [Double] {
    try points === training
      ? trainingNeighbors(of: queries).nearestSquares
      : neighbors(of: queries, in: points).nearestSquares
  }

  /// The 5 nearest rows of another set than the training set to each row of a set, or all if there are fewer.
  func neighbors(of queries: MeasuredSet, in points: MeasuredSet) throws -> NearestNeighbors {
    try queries.neighbors(in: points, threads: threads)
  }

  /// The 5 nearest other rows of each row of a set, or all if there are fewer.
  ///
  /// - Parameter k: Number of neighbours that the caller needs, at most 5.
  /// - Throws: `Unavailable` when there are fewer than `k` others, or all training rows are equal.
  func ownNeighbors(of set: MeasuredSet, _ k: Int, named name: String) throws -> NearestNeighbors {
    try Unavailable.require(set.count, of: name, atLeast: k + 1)
    try requireDifferentTrainingRows()
    return try set.ownNeighbors(threads: threads)
  }

  /// Refuses a training set of equal rows: without distances in it, nothing is near or far.
  ///
  /// - Throws: `Unavailable` when all training rows are equal.
  func requireDifferentTrainingRows() throws {
    if training.isConstant { throw Unavailable("all training rows are equal") }
  }

  /// Counts, for each row, the neighbourhoods of the other set in which it lies. The neighbourhood of a row
  /// is the ball that reaches to its k-th neighbour in its own set.
  func neighborhoodCounts(
    of queries: MeasuredSet, in points: MeasuredSet, _ k: Int, named name: String
  ) throws -> [Int] {
    let radii = try ownNeighbors(of: points, k, named: name).squares(of: k)
    return try ballCounts(
      of: queries.features, centers: points.features, squaredRadii: radii, threads: threads)
  }
}

extension MeasuredSet {
  /// Number of neighbours in searches within a set.
  fileprivate static let ownNeighbors = 5

  /// The 5 nearest rows of another set to each row, or all if there are fewer.
  ///
  /// - Parameter count: A larger number of neighbours that the caller needs.
  func neighbors(
    in points: MeasuredSet, atLeast count: Int = 0, threads: Threads
  ) throws -> NearestNeighbors {
    let keeper = number > points.number ? self : points
    let name = "neighbors of \(number) in \(points.number)"
    let wanted = min(max(Self.ownNeighbors, count), points.count)
    if let known: NearestNeighbors = keeper.recalled(name), known.k >= wanted { return known }
    let found = try NearestNeighbors(
      of: features, in: points.features, k: wanted, threads: threads)
    keeper.keep(found, as: name)
    return found
  }

  /// The 5 nearest other rows of each row, or all if there are fewer.
  ///
  /// - Precondition: There are at least two rows.
  func ownNeighbors(threads: Threads) throws -> NearestNeighbors {
    try remembered("own neighbors") {
      try NearestNeighbors(
        of: features, in: features, k: Self.ownNeighbors, excludingSelf: true, threads: threads)
    }
  }
}

/// The share of elements that satisfy a condition, as a score with its sampling error.
func shareScore(_ count: Int, of total: Int, extra: [String: Double] = [:]) -> Score {
  let share = Double(count) / Double(total)
  // Computed as if there were one more element of each kind, so that shares of 0 and 1 have an error too.
  let smoothed = (Double(count) + 1) / (Double(total) + 2)
  return Score(
    share, spread: (smoothed * (1 - smoothed) / Double(total)).squareRoot(), extra: extra)
}
