internal import Glossary
internal import Scores

/// Copy rate of the images or sounds themselves: as `CopyRate`, with distances that small shifts and
/// mirroring do not change, see `ShiftedSearch`. With more than `Comparison.searched` generated examples, a
/// random sample of them is searched.
///
/// Source: N. Carlini et al. 2023, "Extracting training data from diffusion models", arXiv:2301.13188, §4.2.
struct CopyRateShifted: Metric {
  let key = "copy_rate_shifted"
  let meaning = Meaning(
    "The same share for images or sounds themselves, by distances that small shifts and mirroring do not change",
    .carlini2023)
  let aspect = MetricAspect.memorization
  let better: MetricDirection? = .lower
  let needed = ExamplesNeeded(training: CopyRate.trainingNeeded)

  func score(_ sets: Comparison) throws -> Score {
    // What the examples are is said before how few there are.
    try sets.requireRawExamples()
    try Unavailable.require(sets.training.count, of: "training", atLeast: CopyRate.trainingNeeded)
    let found = try sets.shiftedNeighbors()
    let copies = found.neighbors.count { CopyRate.isCopy($0.map(\.square)) }
    var score = shareScore(
      copies, of: found.neighbors.count, extra: ["searched": Double(found.neighbors.count)])
    score.warning = found.warning
    score.copiesP = try sets.shiftedCopiesP { CopyRate.isCopy($0.squares) }
    return score
  }
}
