internal import Scores
internal import Randomness

/// Copy rate of the images or sounds themselves: as `CopyRate`, with distances that small shifts and
/// mirroring do not change, see `ShiftedSearch`. With more than `Comparison.searched` generated examples, a
/// random sample of them is searched.
///
/// Source: N. Carlini et al. 2023, "Extracting training data from diffusion models", arXiv:2301.13188, §4.2.
struct CopyRateShifted: Metric {
  let key = "copy_rate_shifted"
  let aspect = MetricAspect.memorization
  let better: MetricDirection? = .lower
  let needed = ExamplesNeeded(training: CopyRate.trainingNeeded)
  private static let neighborCount = 50

  func score(_ sets: Comparison) throws -> Score {
    // Samples single rows, not whole groups, as each window of a sound is searched for by itself.
    let rows = RandomStream("metrics/copy_rate_shifted", seed: sets.seed)
      .permutation(sets.generated.count).prefix(sets.searched ?? .max).sorted()
    guard let generated = sets.generated.examples.raw?.rows(rows),
      let training = sets.training.examples.raw
    else { throw Unavailable("needs images or sounds, not features alone") }
    guard generated.shape == training.shape else {
      throw Unavailable(
        "needs examples of one shape, found \(generated.shape) and \(training.shape)")
    }
    try Unavailable.require(training.count, of: "training", atLeast: CopyRate.trainingNeeded)
    let search = try sets.training.remembered("shifted search") {
      try ShiftedSearch(in: training, threads: sets.threads)
    }
    let neighbors = try search.neighbors(
      of: generated, k: Self.neighborCount, threads: sets.threads)
    let copies = neighbors.count { CopyRate.isCopy($0.map(\.square)) }
    var score = shareScore(
      copies, of: generated.count, extra: ["searched": Double(generated.count)])
    if generated.count < sets.generated.count {
      score.warning = "of \(generated.count) random examples of \(sets.generated.count)"
    }
    return score
  }
}
