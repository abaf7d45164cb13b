internal import Glossary
internal import Scores
internal import Statistics
internal import MetricsKernels

/// Memorisation-informed Fréchet distance: the Fréchet distance, divided by the mean cosine distance to the
/// nearest training rows where that mean is below 0.1.
///
/// Source: C.-Y. Bai et al. 2021, "On training sample memorization: lessons from benchmarking generative
/// modeling with a large-scale competition", arXiv:2106.03062, §3.2.
struct MiFID: Metric {
  let key = "mifid"
  let meaning = Meaning(
    "Fréchet distance, made worse for generators whose examples lie very near training examples",
    .bai2021)
  let aspect = MetricAspect.fidelity
  let better: MetricDirection? = .lower
  private static let threshold = 0.1
  /// Mean cosine distance below which all rows are copies but for rounding.
  private static let rounding = 1e-9

  func score(_ sets: Comparison) throws -> Score {
    let distance = try FrechetDistance().score(sets)
    let frechet = distance.value
    let distances = try cosineDistances(sets)
    let moments = Moments(distances)
    let mean = moments.mean
    guard mean < Self.threshold else {
      return Score(frechet, spread: distance.spread, extra: ["cosine_distance": mean])
    }
    guard mean > Self.rounding else {
      let isCopied = try sets.trainingNeighbors(of: sets.generated).nearestSquares
        .allSatisfy { $0 == 0 }
      throw isCopied
        ? Unavailable.unbounded
        : Unavailable("every generated row has the direction of a training row")
    }
    let penalty = mean + 1e-14
    let error = moments.squaredErrorOfMean.squareRoot()
    return Score(
      frechet / penalty,
      spread: distance.spread.map { spread in
        let share = error / penalty
        return (spread * spread + frechet * frechet * share * share).squareRoot() / penalty
      },
      extra: ["cosine_distance": mean])
  }

  /// The cosine distance 1 − |cos| from each generated row to its nearest training row.
  private func cosineDistances(_ sets: Comparison) throws -> [Double] {
    let generated = try sets.generated.features.normalizedRows()
    let training = try sets.training.remembered("normalized rows") {
      try sets.training.features.normalizedRows()
    }
    var distances = [Double](repeating: 0, count: generated.count)
    try distances.withUnsafeMutableBufferPointer { distances in
      guard let distances = distances.baseAddress else { return }
      try PairProducts(generated, training, moved: false, threads: sets.threads)
        .visit { _, row, _, cosines in
          distances[row] = 1 - lethe_largest_magnitude(cosines.baseAddress, Int64(cosines.count))
        }
    }
    return distances
  }
}
