internal import Randomness
internal import Scores

/// What metrics of shifted copies share: one search of some generated examples.
struct ShiftedFinding {
  /// The nearest training examples of each generated one that was searched, from the nearest; at most 50.
  let neighbors: [[ShiftedNeighbor]]
  /// Says that only some generated examples were searched; nil for all.
  let warning: String?
  /// The places of those examples among training and held-out ones; nil where nothing is tested.
  let places: [PooledPlace]?
}

extension Comparison {
  /// Number of neighbours in searches for shifted copies.
  private static let shiftedNeighborCount = 50

  /// The generated and training images or sounds.
  ///
  /// - Throws: `Unavailable` for features alone, and for examples of different shapes.
  @discardableResult
  func requireRawExamples() throws -> (generated: RawExamples, training: RawExamples) {
    guard let made = generated.examples.raw, let known = training.examples.raw else {
      throw Unavailable("needs images or sounds, not features alone")
    }
    guard made.shape == known.shape else {
      throw Unavailable("needs examples of one shape, found \(made.shape) and \(known.shape)")
    }
    return (made, known)
  }

  /// The training examples that are nearest to generated ones when small shifts do not count. With more than `searched`
  /// generated examples, a random sample of them is searched.
  ///
  /// - Throws: `Unavailable` for features without images or sounds, and for examples of different shapes; `Stopped`.
  func shiftedNeighbors() throws -> ShiftedFinding {
    try remembered("shifted neighbors, \(searched ?? 0) searched", of: generated, training) {
      let (all, known) = try requireRawExamples()
      // Samples single rows, not whole groups, as each window of a sound is searched for by itself.
      let rows = RandomStream("metrics/copy_rate_shifted", seed: seed)
        .permutation(generated.count).prefix(searched ?? .max).sorted()
      let made = all.rows(rows)
      let search = try training.remembered("shifted search") {
        try ShiftedSearch(in: known, threads: threads)
      }
      let near = try search.neighbors(of: made, k: Self.shiftedNeighborCount, threads: threads)
      return ShiftedFinding(
        neighbors: near,
        warning: made.count < generated.count
          ? "of \(made.count) random examples of \(generated.count)" : nil,
        places: try shiftedPlaces(of: made, near))
    }
  }

  private func shiftedPlaces(
    of made: RawExamples, _ near: [[ShiftedNeighbor]]
  ) throws -> [PooledPlace]? {
    guard let pool, pool.training === training, let held = pool.holdout.examples.raw else {
      return nil
    }
    let search = try pool.holdout.remembered("shifted search") {
      try ShiftedSearch(in: held, threads: threads)
    }
    let far = try search.neighbors(of: made, k: Self.shiftedNeighborCount, threads: threads)
    return zip(near, far).map { near, far in
      PooledPlace(
        (near.map(\.square), near[0].index), (far.map(\.square), far[0].index),
        rowsOfTraining: training.count)
    }
  }

  /// The p of the searched examples that a condition holds for; see `copiesP`.
  func shiftedCopiesP(_ holds: (PooledPlace) -> Bool) throws -> Double? {
    guard let pool, let places = try shiftedNeighbors().places else { return nil }
    return pool.p(ofChoosing: places.map { holds($0) ? $0.nearest : nil })
  }
}
