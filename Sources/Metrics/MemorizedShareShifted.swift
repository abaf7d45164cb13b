internal import Glossary
internal import Scores

/// Memorised share of the images or sounds themselves: as `MemorizedShare`, with distances that small shifts and
/// mirroring do not change, see `ShiftedSearch`, and of as many generated examples as `CopyRateShifted` searches.
struct MemorizedShareShifted: Metric {
  let key = "memorized_share_shifted"
  let meaning = Meaning(
    "The same share for images or sounds themselves, by distances that small shifts and mirroring do not change",
    .yoon2023, .gu2023)
  let aspect = MetricAspect.memorization
  let better: MetricDirection? = .lower

  func score(_ sets: Comparison) throws -> Score {
    try Unavailable.require(sets.training.count, of: "training", atLeast: 2)
    let found = try sets.shiftedNeighbors()
    var score = MemorizedShare.score(
      found.neighbors.map { ($0[0].square, $0[1].square) },
      extra: ["searched": Double(found.neighbors.count)])
    score.warning = found.warning
    score.copiesP = try sets.shiftedCopiesP { MemorizedShare.isMemorized($0.squares) }
    return score
  }
}
