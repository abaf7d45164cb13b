internal import Glossary
internal import Glibc
internal import Scores
internal import Statistics

/// Clipped coverage: how much of the training set generated rows cover, as the share of good rows among them that would
/// cover as much: linear in the share of bad ones.
///
/// A training row is covered by the share of k = 5 generated rows in its neighbourhood, at most 1. What n good rows
/// would cover on average is known, as the rank of a row among others of its distribution is.
///
/// Source: N. Salvy, H. Talbot, B. Thirion 2025, "Enhanced generative model evaluation with clipped density and coverage",
/// arXiv:2507.01761, §3.2.
struct ClippedCoverage: Metric {
  let key = "clipped_coverage"
  let meaning = Meaning(
    "How much of the training set generated examples cover, as the share of good ones that would cover as much",
    .salvy2025)
  let aspect = MetricAspect.diversity
  let better: MetricDirection? = .higher
  let leavesOutRepetitions = true
  let needed = ExamplesNeeded(training: ExamplesNeeded.neighborhoods)

  func score(_ sets: Comparison) throws -> Score {
    let k = Density.k
    let radii = try sets.ownNeighbors(of: sets.training, k, named: "training").squares(of: k)
    try Unavailable.require(sets.generated.count, of: "generated", atLeast: k)
    let nearest = try sets.neighbors(of: sets.training, in: sets.generated)
    let covered = radii.indices.map { row in
      let inside = nearest.squares[row * k..<(row + 1) * k].count { $0 < radii[row] }
      return Double(inside) / Double(k)
    }
    let found = Moments(covered)
    let expected = Self.expected(k, training: sets.training.count, generated: sets.generated.count)
    func share(_ coverage: Double) -> Double {
      Double(expected.position { $0 >= coverage }) / Double(expected.count)
    }
    let error = found.squaredErrorOfMean.squareRoot()
    return Score(
      share(found.mean), spread: (share(found.mean + error) - share(found.mean - error)) / 2,
      extra: ["covered": found.mean])
  }

  /// The coverage that 0, 1, … good rows have on average. The number of generated rows nearer than the k-th neighbour
  /// among n − 1 other training rows is beta-binomial, of k and n − k; fewer than k rows count as covering nothing.
  private static func expected(_ k: Int, training n: Int, generated: Int) -> [Double] {
    let logBeta = { (a: Int, b: Int) in
      lgamma(Double(a)) + lgamma(Double(b)) - lgamma(Double(a + b))
    }
    let scale = logBeta(k, n - k)
    return (0...generated).map { rows in
      guard rows >= k else { return 0 }
      // E min(J, k) = k − Σ (k − j) P(J = j) over j below k.
      let lacking = (0..<k).reduce(0.0) { sum, j in
        let logChoices =
          lgamma(Double(rows + 1)) - lgamma(Double(j + 1)) - lgamma(Double(rows - j + 1))
        return sum + Double(k - j) * exp(logChoices + logBeta(k + j, n - k + rows - j) - scale)
      }
      return 1 - lacking / Double(k)
    }
  }
}
