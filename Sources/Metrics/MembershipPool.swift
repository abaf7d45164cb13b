internal import Scores
internal import Statistics

/// The training and held-out rows together, for tests of whether generated rows prefer the former. Had the generator not
/// seen which rows are which, every label would be as likely as any other.
///
/// Rows of both sets are left out of tests, and so are rows that repeat more or less often than is usual in their set, as the
/// number would tell the larger set, and what everybody knows is generated more often; so are ties. Rows of one group, such as
/// windows of one sound, have one label.
final class MembershipPool {
  /// The distinct rows of either set.
  let training, holdout: MeasuredSet
  /// The number of each row's unit, the training rows first: its group, or the row itself; nil for a row that is left out.
  private let units: [Int?]
  /// True for the units of the training set.
  private let isTraining: [Bool]
  private let threads: Threads

  /// Pools two sets.
  ///
  /// - Parameters:
  ///   - all: All training rows.
  ///   - training: The distinct ones.
  ///   - holdout: All held-out rows.
  init(all: ExampleSet, training: MeasuredSet, holdout: MeasuredSet, threads: Threads) {
    let counts = [all, holdout.examples].map(\.repetitions)
    let usual = counts.map { median($0.values.map(Double.init)) }
    let distinct = holdout.examples.distinct()
    self.training = training
    self.holdout = distinct.count == holdout.count ? holdout : MeasuredSet(distinct)
    self.threads = threads
    var (units, isTraining) = ([Int?](), [Bool]())
    for (place, set) in [training.examples, distinct].enumerated() {
      var known: [Int: Int] = [:]
      for (row, values) in set.features.slices.enumerated() {
        guard counts[1 - place][values] == nil, Double(counts[place][values] ?? 0) == usual[place]
        else {
          units.append(nil)
          continue
        }
        let group = set.groups?[row]
        if let unit = group.flatMap({ known[$0] }) {
          units.append(unit)
          continue
        }
        if let group { known[group] = isTraining.count }
        units.append(isTraining.count)
        isTraining.append(place == 0)
      }
    }
    (self.units, self.isTraining) = (units, isTraining)
  }

  /// The probability that random labels give training rows as many of these choices, at least.
  ///
  /// - Parameter chosen: A pooled row for each choice; nil for none.
  func p(ofChoosing chosen: [Int?]) -> Double {
    var weights = [Int](repeating: 0, count: isTraining.count)
    for unit in chosen.compactMap({ $0.flatMap { units[$0] } }) { weights[unit] += 1 }
    return LabelTest.p(of: weights, isMarked: isTraining)
  }

  /// A number for each unit: the smallest of its rows'.
  ///
  /// - Parameter numbers: Of the training rows, then of the held-out ones.
  func smallest(_ numbers: [Double]) -> (training: [Double], holdout: [Double]) {
    var found = [Double](repeating: .infinity, count: isTraining.count)
    for (unit, number) in zip(units, numbers) {
      if let unit { found[unit] = min(found[unit], number) }
    }
    let labelled = zip(found, isTraining)
    return (labelled.filter(\.1).map(\.0), labelled.filter { !$0.1 }.map(\.0))
  }

  /// The squared distance of each pooled row to its `rank`-th nearest other one, counted from 1 to 5; infinite where
  /// there are fewer.
  func ownSquares(rank: Int) throws -> [Double] {
    try training.remembered("pooled neighbors with \(holdout.number)") {
      try [(training, holdout), (holdout, training)].flatMap { own, other in
        let inside = own.count > 1 ? try own.ownNeighbors(threads: threads) : nil
        let across = try own.neighbors(in: other, threads: threads)
        return (0..<own.count).map { row in
          ((inside?.squares(ofRow: row) ?? []) + across.squares(ofRow: row)).sorted().prefix(5)
        }
      }
    }.map { $0.count >= rank ? $0[rank - 1] : .infinity }
  }
}

extension ExampleSet {
  /// The number of times that each row occurs.
  fileprivate var repetitions: [ArraySlice<Double>: Int] {
    features.slices.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }
}

extension NearestNeighbors {
  /// Squared distances of a row to its neighbours.
  func squares(ofRow row: Int) -> ArraySlice<Double> { squares[row * k..<(row + 1) * k] }
}

/// Where a generated row lies among the pooled rows.
struct PooledPlace {
  /// The nearest pooled row; nil where a training row and a held-out row are equally near.
  let nearest: Int?
  /// Squared distances to the nearest pooled rows, in ascending order.
  let squares: [Double]

  /// Merges the nearest rows of both sets.
  ///
  /// - Parameters:
  ///   - training: Squared distances to the nearest training rows, in ascending order, with the first one's position.
  ///   - holdout: The same of held-out rows.
  init(
    _ training: (squares: some Collection<Double>, nearest: Int),
    _ holdout: (squares: some Collection<Double>, nearest: Int), rowsOfTraining: Int
  ) {
    let ends = (training.squares.first ?? .infinity, holdout.squares.first ?? .infinity)
    nearest =
      ends.0 == ends.1
      ? nil : ends.0 < ends.1 ? training.nearest : rowsOfTraining + holdout.nearest
    squares = Array(
      (Array(training.squares) + Array(holdout.squares)).sorted()
        .prefix(max(training.squares.count, holdout.squares.count)))
  }
}

extension Comparison {
  /// The places of the generated rows among the pooled ones; nil where there is no pool.
  func pooledPlaces() throws -> [PooledPlace]? {
    guard let pool, pool.training === training else { return nil }
    let near = try trainingNeighbors(of: generated)
    let places: [PooledPlace] = try remembered(
      "pooled places", of: generated, pool.training, pool.holdout
    ) {
      let far = try generated.neighbors(in: pool.holdout, atLeast: near.k, threads: threads)
      let nearest = (near.nearest, far.nearest)
      return (0..<generated.count).map { row in
        PooledPlace(
          (near.squares(ofRow: row), nearest.0[row]), (far.squares(ofRow: row), nearest.1[row]),
          rowsOfTraining: training.count)
      }
    }
    return places
  }

  /// The squared distance of each pooled row to the nearest generated one.
  func pooledSquaresToGenerated(_ pool: MembershipPool) throws -> [Double] {
    try nearestSquares(of: pool.training, in: generated)
      + nearestSquares(of: pool.holdout, in: generated)
  }

  /// The p of the generated rows that a condition holds for, as choices of their nearest pooled rows.
  func copiesP(_ holds: (PooledPlace) throws -> Bool) throws -> Double? {
    guard let pool, let places = try pooledPlaces() else { return nil }
    return pool.p(ofChoosing: try places.map { try holds($0) ? $0.nearest : nil })
  }
}
