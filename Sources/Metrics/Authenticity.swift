internal import Glossary
internal import Scores

/// Authenticity: the share of generated rows that are not closer to their nearest training row than that row
/// is to its own nearest training row.
///
/// Source: A. M. Alaa et al. 2022, "How faithful is your synthetic data?", arXiv:2102.08921, §3.3.
struct Authenticity: Metric {
  let key = "authenticity"
  let meaning = Meaning(
    "Share of generated examples that are not nearer to the nearest training example than that is to its own nearest one",
    .alaa2022)
  let aspect = MetricAspect.memorization
  let better: MetricDirection? = .higher

  func score(_ sets: Comparison) throws -> Score {
    let own = try sets.ownNeighbors(of: sets.training, 1, named: "training").nearestSquares
    let neighbors = try sets.trainingNeighbors(of: sets.generated)
    let authentic = zip(neighbors.nearestSquares, neighbors.nearest).count { square, nearest in
      !(square < own[nearest])
    }
    var score = shareScore(authentic, of: sets.generated.count)
    if let pool = sets.pool {
      let distances = try pool.ownSquares(rank: 1)
      score.copiesP = try sets.copiesP { place in
        place.nearest.map { place.squares[0] < distances[$0] } ?? false
      }
    }
    return score
  }
}
