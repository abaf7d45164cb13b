package import Glossary
package import Scores
internal import Statistics

/// Copy rate: the share of generated rows that are closer to a training row than half their mean distance to
/// their 50 nearest training rows.
///
/// Source: N. Carlini et al. 2023, "Extracting training data from diffusion models", arXiv:2301.13188, §4.2.
package struct CopyRate: Metric {
  /// `copy_rate`.
  package let key = "copy_rate"
  /// Meaning in words, and source.
  package let meaning = Meaning(
    "Share of generated examples that are nearer to a training example than half their mean distance to the 50 nearest",
    .carlini2023)
  /// Memorisation.
  package let aspect = MetricAspect.memorization
  /// Lower is better.
  package let better: MetricDirection? = .lower
  static let trainingNeeded = 500
  /// At least 500 training rows.
  package let needed = ExamplesNeeded(training: trainingNeeded)

  /// Makes the metric.
  package init() {}

  /// Scores the sets; see `Metric`.
  package func score(_ sets: Comparison) throws -> Score {
    try Unavailable.require(sets.training.count, of: "training", atLeast: Self.trainingNeeded)
    try sets.requireDifferentTrainingRows()
    var score = try share(sets)
    score.copiesP = try sets.copiesP { Self.isCopy($0.squares) }
    return score
  }

  /// Computes the metric for a training set of any size.
  package func share(_ sets: Comparison) throws -> Score {
    let neighbors = try sets.trainingNeighbors(of: sets.generated)
    let copies = (0..<sets.generated.count).count { row in
      Self.isCopy(neighbors.squares[row * neighbors.k..<(row + 1) * neighbors.k])
    }
    return shareScore(copies, of: sets.generated.count)
  }

  /// True where the nearest neighbour is nearer than half the mean distance of all neighbours.
  ///
  /// - Parameter squares: Squared distances to the 50 nearest training rows, in ascending order.
  static func isCopy(_ squares: some Collection<Double>) -> Bool {
    let distances = squares.map { $0.squareRoot() }
    return distances[0] < 0.5 * mean(distances)
  }
}
