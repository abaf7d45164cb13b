internal import Glossary
internal import Scores

/// Memorised share: the share of generated rows whose nearest training row is nearer than a third of the distance to the
/// second nearest, which is hardly so by chance where rows have many features.
///
/// `thresholds` has the shares at other ratios than a third.
///
/// Source: T. Yoon et al. 2023, "Diffusion probabilistic models generalize when they fail to memorize", §3; X. Gu et al. 2023,
/// "On memorization in diffusion models", arXiv:2310.02664, §3.1.
struct MemorizedShare: Metric {
  let key = "memorized_share"
  let meaning = Meaning(
    "Share of generated examples that are less than a third as far from the nearest training example as from the second nearest",
    .yoon2023, .gu2023)
  let aspect = MetricAspect.memorization
  let better: MetricDirection? = .lower

  func score(_ sets: Comparison) throws -> Score {
    try Unavailable.require(sets.training.count, of: "training", atLeast: 2)
    let neighbors = try sets.trainingNeighbors(of: sets.generated)
    var score = Self.score(zip(neighbors.squares(of: 1), neighbors.squares(of: 2)))
    score.copiesP = try sets.copiesP { Self.isMemorized($0.squares) }
    return score
  }

  /// True where the nearest row is nearer than a third of the distance to the second nearest.
  static func isMemorized(_ squares: [Double]) -> Bool {
    squares.count > 1 && ratio(squares[0], squares[1]) < threshold
  }

  /// The ratio of two distances; 0 for a row that two examples equal, which is a copy of both.
  private static func ratio(_ nearest: Double, _ second: Double) -> Double {
    second == 0 ? 0 : (nearest / second).squareRoot()
  }

  /// The ratio of distances below which a row counts as memorised.
  private static let threshold = 1.0 / 3
  /// Ratios of the curve.
  private static let thresholds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

  /// Scores rows by the squared distances to their two nearest training examples.
  static func score(_ squares: some Sequence<(Double, Double)>, extra: [String: Double] = [:])
    -> Score
  {
    let ratios = squares.map(ratio)
    func count(below threshold: Double) -> Int { ratios.count { $0 < threshold } }
    var score = shareScore(count(below: threshold), of: ratios.count, extra: extra)
    score.extraTables["thresholds"] = Dictionary(
      uniqueKeysWithValues: thresholds.map {
        ("\($0)", Double(count(below: $0)) / Double(ratios.count))
      })
    return score
  }
}
