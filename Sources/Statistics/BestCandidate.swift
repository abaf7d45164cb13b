/// Chooses the best of several candidates by their mean over seeds.
///
/// A candidate that lacks the values of some seeds, because these failed, comes after all that lack fewer. Of equal ones the
/// first is chosen.
///
/// - Parameter candidates: The values of each candidate's seeds; nil for a seed without one.
/// - Returns: The candidate's index; nil where none has a value.
public func bestCandidate(among candidates: [[Double?]], higherIsBetter: Bool) -> Int? {
  let scored = candidates.enumerated().compactMap { index, seeds in
    let values = seeds.compactMap(\.self)
    return values.isEmpty
      ? nil
      : (
        index: index, missing: seeds.count - values.count,
        loss: mean(values) * (higherIsBetter ? -1 : 1)
      )
  }
  return scored.min { ($0.missing, $0.loss) < ($1.missing, $1.loss) }?.index
}

/// Chooses the best of several arms for every seed, by the values that all other seeds have: what is then measured with the
/// seed itself has no part in the choice.
///
/// Choosing by all seeds would count the luck of a seed's model twice; see `Statistics/README.md`.
///
/// - Parameter arms: The values of each arm, by seed.
/// - Returns: The chosen arm's index by seed, of the seeds that all arms have a value for; empty for fewer than two.
public func bestOfOtherSeeds(among arms: [[Int: Double]], higherIsBetter: Bool) -> [Int: Int] {
  let seeds = (arms.first.map { Array($0.keys) } ?? []).filter { seed in
    arms.allSatisfy { $0[seed] != nil }
  }
  guard seeds.count > 1 else { return [:] }
  return seeds.reduce(into: [:]) { chosen, seed in
    let others = arms.map { arm in seeds.sorted().filter { $0 != seed }.map { arm[$0] } }
    chosen[seed] = bestCandidate(among: others, higherIsBetter: higherIsBetter)
  }
}
