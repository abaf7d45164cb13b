package import Scores
internal import Statistics

/// Copy rate: the share of generated rows that are closer to a training row than half their mean distance to
/// their 50 nearest training rows.
///
/// Source: N. Carlini et al. 2023, "Extracting training data from diffusion models", arXiv:2301.13188, §4.2.
package struct CopyRate: Metric {
  /// `copy_rate`.
  package let key = "copy_rate"
  /// Memorisation.
  package let aspect = MetricAspect.memorization
  /// Lower.
  package let better: MetricDirection? = .lower
  static let trainingNeeded = 500
  /// As many as it needs to say anything.
  package let needed = ExamplesNeeded(training: trainingNeeded)

  /// Makes the metric.
  package init() {}

  /// See `Metric`.
  package func score(_ sets: Comparison) throws -> Score {
    try Unavailable.require(sets.training.count, of: "training", atLeast: Self.trainingNeeded)
    try sets.requireDifferentTrainingRows()
    return try share(sets)
  }

  /// The metric for training sets of any size.
  package func share(_ sets: Comparison) throws -> Score {
    let neighbors = try sets.trainingNeighbors(of: sets.generated)
    let copies = (0..<sets.generated.count).count { row in
      Self.isCopy(neighbors.squares[row * neighbors.k..<(row + 1) * neighbors.k])
    }
    return shareScore(copies, of: sets.generated.count)
  }

  /// Whether the nearest of some neighbours is much nearer than they are on average.
  ///
  /// - Parameter squares: Squared distances to the 50 nearest training rows, from the nearest.
  static func isCopy(_ squares: some Collection<Double>) -> Bool {
    let distances = squares.map { $0.squareRoot() }
    return distances[0] < 0.5 * mean(distances)
  }
}
