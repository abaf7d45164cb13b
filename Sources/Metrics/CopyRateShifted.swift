/// Copy rate of images or sounds themselves: as `CopyRate`, with distances that small shifts and mirroring do not
/// change, see `ShiftedSearch`.
///
/// Source: N. Carlini et al. 2023, "Extracting training data from diffusion models", arXiv:2301.13188, §4.2.
struct CopyRateShifted: Metric {
  let key = "copy_rate_shifted"
  let aspect = MetricAspect.memorization
  let better: MetricDirection? = .lower
  let needed = ExamplesNeeded(training: CopyRate.trainingNeeded)
  private static let neighborCount = 50

  func score(_ sets: Comparison) throws -> Score {
    guard let generated = sets.generated.examples.raw, let training = sets.training.examples.raw
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
    return shareScore(copies, of: generated.count)
  }
}
