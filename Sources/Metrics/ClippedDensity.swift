internal import Glossary
internal import Scores
internal import Statistics

/// Clipped density: the share of a good sample's fidelity that generated rows have in the mean, linear in the share of bad
/// ones.
///
/// A row's fidelity is the number of training neighbourhoods that hold it, divided by k = 5 and at most 1, so that no
/// good rows make up for bad ones; neighbourhoods are at most as large as the median one, so that outliers of the training
/// set have no large ones. The mean is divided by that of the training rows themselves, and at most 1.
///
/// Source: N. Salvy, H. Talbot, B. Thirion 2025, "Enhanced generative model evaluation with clipped density and coverage",
/// arXiv:2507.01761, §3.1.
struct ClippedDensity: Metric {
  let key = "clipped_density"
  let meaning = Meaning(
    "Share of generated examples as good as training examples, which outliers do not raise",
    .salvy2025)
  let aspect = MetricAspect.fidelity
  let better: MetricDirection? = .higher
  let leavesOutRepetitions = true
  let needed = ExamplesNeeded(training: ExamplesNeeded.neighborhoods)
  let looksAtSingleRows = true

  func score(_ sets: Comparison) throws -> Score {
    let k = Density.k
    let own = try sets.ownNeighbors(of: sets.training, k, named: "training")
    let limits = Self.clipped(own.squares(of: k))
    var ofTraining = [Int](repeating: 0, count: sets.training.count)
    for (place, neighbor) in own.indices.enumerated() {
      let (row, rank) = (place / own.k, place % own.k)
      if rank < k, own.squares[place] <= limits[row] { ofTraining[Int(neighbor)] += 1 }
    }
    let best = mean(Self.fidelity(ofTraining))
    guard best > 0 else { throw Unavailable("no training row is in a neighbourhood of another") }
    // A row on the surface of a ball is inside.
    let counts = try ballCounts(
      of: sets.generated.features, centers: sets.training.features,
      squaredRadii: limits.map(\.nextUp), threads: sets.threads)
    let found = Moments(Self.fidelity(counts))
    return Score(
      min(1, found.mean / best), spread: found.squaredErrorOfMean.squareRoot() / best,
      extra: ["unclipped": found.mean / best])
  }

  private static func fidelity(_ counts: [Int]) -> [Double] {
    counts.map { min(1, Double($0) / Double(Density.k)) }
  }

  /// Squared radii, none larger than that of the median radius.
  private static func clipped(_ squares: [Double]) -> [Double] {
    let middle = median(squares.map { $0.squareRoot() })
    return squares.map { $0.squareRoot() <= middle ? $0 : middle * middle }
  }
}
