/// How a metric should move over the sets of a scenario.
package enum Reaction: Sendable {
  /// Worse from set to set; at the last, beyond chance.
  case worsens
  /// Not worse than the first set, but for chance and a tenth of the yardstick.
  case staysGood
  /// As the first set, but for chance and a tenth of the yardstick.
  case steady
  /// As the first set in every single draw, but for chance and a tenth of the yardstick.
  case same
  /// The second set has a fault, and the third as much of it: the third is as the second in every single draw, but for
  /// chance and a tenth of the yardstick.
  case sameFault
  /// The second set is useless: the others are as the first, but for chance and a twentieth of the range between the two.
  case sameBest
  /// The second set is useless: all that follow are as it is, but for a twentieth of the range between first and second.
  case sameWorst
  /// The second set is useless: the third, half of it useless, is in the middle, but for chance and a tenth of the range.
  case half

  /// Share of the yardstick, or of the range, that a change may have which should not be one.
  private var tolerance: Double {
    switch self {
    case .sameBest, .sameWorst: 0.05
    case .worsens, .staysGood, .steady, .same, .sameFault, .half: 0.1
    }
  }

  /// What passing means, in words.
  package var passing: String {
    switch self {
    case .worsens: "worse at every step, and at the last beyond chance"
    case .staysGood: "not worse, but for chance and a tenth of the change by a real fault"
    case .steady: "unchanged, but for chance and a tenth of the change by a real fault"
    case .same: "unchanged in every draw, but for chance and a tenth of the change by a real fault"
    case .sameFault:
      "a fault weighs the same in every draw, but for chance and a tenth of the change by a real fault"
    case .sameBest: "an honest set scores the same, but for chance and a twentieth of the range"
    case .sameWorst: "useless sets score the same, but for a twentieth of the range"
    case .half: "in the middle of the range, but for chance and a tenth of it"
    }
  }

  /// Judges values.
  ///
  /// - Returns: Whether they are as expected, and the criterion with its threshold.
  package func judge(_ levels: Levels) -> (passed: Bool, expected: String) {
    switch self {
    case .worsens: worsening(levels)
    case .staysGood where levels.better != nil:
      within(levels, yardstickLimit(levels), of: levels.worse)
    case .staysGood, .steady:
      within(levels, yardstickLimit(levels), of: distances(levels, from: levels.means[0]))
    case .same: within(levels, yardstickLimit(levels), of: largestMoves(levels, from: 0))
    case .sameFault: within(levels, yardstickLimit(levels), of: largestMoves(levels, from: 1))
    case .sameBest:
      ranged(levels, chance: levels.chance, distances(levels, from: levels.means[0], after: 2))
    case .sameWorst: ranged(levels, chance: 0, distances(levels, from: levels.means[1], after: 2))
    case .half:
      ranged(
        levels, chance: levels.chance,
        distances(levels, from: (levels.means[0] + levels.means[1]) / 2, after: 2))
    }
  }

  private func worsening(_ levels: Levels) -> (Bool, String) {
    let (worse, chance) = (levels.worse, levels.chance)
    let steps = zip(worse, worse.dropFirst()).map { $1 - $0 }
    let isSeen = worse[worse.count - 1] > chance
    return (
      isSeen && steps.allSatisfy { $0 >= -chance },
      "worse at every step, at the last by more than \(threeDigits(chance))"
    )
  }

  private func yardstickLimit(_ levels: Levels) -> Double {
    max(levels.chance, tolerance * levels.yardstick)
  }

  private func within(_ levels: Levels, _ limit: Double, of moves: [Double]) -> (Bool, String) {
    let range = threeDigits(limit)
    let words =
      switch self {
      case .staysGood: "worse than the first by \(range) at most"
      case .sameFault: "the last within \(range) of the second"
      default: "within \(range) of the first"
      }
    return (moves.allSatisfy { $0 <= limit }, words)
  }

  private func ranged(_ levels: Levels, chance: Double, _ moves: [Double]) -> (Bool, String) {
    let range = abs(levels.means[1] - levels.means[0])
    let limit = max(chance, tolerance * range)
    let expected =
      switch self {
      case .sameWorst: "within \(threeDigits(limit)) of the useless set"
      case .half: "within \(threeDigits(limit)) of the middle of both"
      default: "within \(threeDigits(limit)) of the first"
      }
    return (
      range > levels.chance && moves.allSatisfy { $0 <= limit },
      expected + (range > levels.chance ? "" : ", and a useless set worse than chance")
    )
  }

  /// Distances of means, from that of some set on.
  private func distances(_ levels: Levels, from middle: Double, after start: Int = 1) -> [Double] {
    levels.means.dropFirst(start).map { abs($0 - middle) }
  }

  /// The largest change of a draw from some set, for each one after it.
  private func largestMoves(_ levels: Levels, from reference: Int) -> [Double] {
    levels.values.dropFirst(reference + 1).map { values in
      zip(values, levels.values[reference]).map { abs($0 - $1) }.max() ?? 0
    }
  }
}
