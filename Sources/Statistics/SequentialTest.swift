internal import Randomness

/// A group-sequential permutation test of several paired comparisons: looks at the results again and again while seeds
/// are added, and is wrong about any comparison, at any look, in 5% of cases at most.
///
/// The signs of a seed are flipped for all comparisons at once, as in `SignFlip.stepDown`. A pattern of signs has a whole
/// course of statistics, one for each look. The boundary of a look is such that the patterns whose largest statistic
/// crosses it, and crossed none before, are the share of the error that may be spent at that look. A comparison that
/// crosses is decided and leaves the others easier boundaries.
///
/// Source: for the boundaries Mathieu et al. 2023, AdaStop, arXiv:2306.10882, §4; for spending Kim and DeMets 1987,
/// Biometrika 74, with the exponent ½.
public struct SequentialTest: Sendable {
  /// Number of seeds at each look, ascending.
  public let looks: [Int]
  /// Number of patterns of signs, the observed one included.
  private let patterns: Int

  /// Plans looks from `least` seeds to `most`, `step` apart.
  public init(least: Int, most: Int, step: Int) {
    self.init(least: least, most: most, step: step, patterns: 10_000)
  }

  /// Plans looks with another number of patterns, for simulations.
  package init(least: Int, most: Int, step: Int, patterns: Int) {
    looks = Array(stride(from: least, to: most, by: step)) + [most]
    self.patterns = patterns
  }

  /// The share of the error that may be spent up to a look: 0.05·√t at a share t of the seeds, which gives early looks more
  /// than as many late ones.
  package func spent(upTo look: Int) -> Double {
    let share = Double(looks[look]) / Double(looks[looks.count - 1])
    return PairedComparison.level * share.squareRoot()
  }

  /// The comparisons that are decided at a look.
  ///
  /// - Parameters:
  ///   - comparisons: The differences of each comparison by the place of their seed; comparisons that no longer get
  ///     seeds have none from then on.
  ///   - decided: Those that were decided before.
  /// - Returns: Their indices.
  public func decisions(
    at look: Int, _ comparisons: [[Int: Double]], decided: Set<Int>
  ) -> Set<Int> {
    var open = comparisons.indices.filter { !decided.contains($0) }
    var found: Set<Int> = []
    while !open.isEmpty {
      let rows = open.map { row(comparisons[$0], look) }
      let boundary = boundary(at: look, rows)
      let crossing = zip(open, rows).filter { statistic($1) > boundary }.map(\.0)
      if crossing.isEmpty { break }
      found.formUnion(crossing)
      open.removeAll { found.contains($0) }
    }
    return found
  }

  /// The probability that a comparison is still decided by the last look if the true difference is `effect` in the
  /// direction that it has so far: its conditional power, by simulation. The last boundary is taken to be that of this
  /// look.
  ///
  /// - Parameter index: The comparison, which must be open.
  public func conditionalPower(
    of index: Int, effect: Double, at look: Int, _ comparisons: [[Int: Double]], decided: Set<Int>
  ) -> Double {
    let open = comparisons.indices.filter { !decided.contains($0) }
    let boundary = boundary(at: look, open.map { row(comparisons[$0], look) })
    let known = row(comparisons[index], look)
    let moments = Moments(known)
    let mean = moments.mean < 0 ? -effect : effect
    let left = looks[looks.count - 1] - known.count
    let draws = 400
    let noise = RandomStream("conditional power", seed: UInt64(look)).normal(draws * left)
    let found = (0..<draws).count { draw in
      let rest = (0..<left).map {
        mean + moments.variance.squareRoot() * Double(noise[draw * left + $0])
      }
      return statistic(known + rest) > boundary
    }
    return Double(found) / Double(draws)
  }

  /// The differences up to a look, in the order of the seeds; 0 where there is none.
  private func row(_ comparison: [Int: Double], _ look: Int) -> [Double] {
    (0..<looks[look]).map { comparison[$0] ?? 0 }
  }

  private func statistic(_ differences: [Double]) -> Double {
    abs(SignFlip.ofUnitLength(differences).reduce(0, +)) + SignFlip.rounding
      * Double(differences.count)
  }

  /// The value that a statistic must exceed at a look.
  private func boundary(at look: Int, _ rows: [[Double]]) -> Double {
    let courses = courses(upTo: look, rows)
    var isIn = [Bool](repeating: true, count: patterns)
    var crossed = 0
    var boundary = 0.0
    for earlier in 0...look {
      let allowed = Int(spent(upTo: earlier) * Double(patterns)) - crossed
      let ranked = (0..<patterns).filter { isIn[$0] }.map { courses[$0][earlier] }.sorted(by: >)
      boundary =
        ranked[min(max(0, allowed), ranked.count - 1)]
        + SignFlip.rounding * Double(looks[earlier])
      for pattern in 0..<patterns where isIn[pattern] && courses[pattern][earlier] > boundary {
        isIn[pattern] = false
        crossed += 1
      }
    }
    return boundary
  }

  /// The largest statistic of each pattern at each look. The first pattern is the observed one.
  private func courses(upTo look: Int, _ rows: [[Double]]) -> [[Double]] {
    let last = looks[look]
    // A seed has the same signs at every look, whatever their number.
    let bits = (0..<last).map {
      RandomStream("sequence", seed: UInt64($0)).bits(patterns / 32 + 1)
    }
    let squares = rows.map { row in
      row.reduce(into: [0.0]) { $0.append(($0.last ?? 0) + $1 * $1) }
    }
    return (0..<patterns).map { pattern in
      var sums = [Double](repeating: 0, count: rows.count)
      var course: [Double] = []
      var seed = 0
      for end in looks[...look] {
        while seed < end {
          let isFlipped = pattern > 0 && bits[seed][pattern / 32] >> UInt32(pattern % 32) & 1 == 1
          for index in rows.indices {
            sums[index] += isFlipped ? -rows[index][seed] : rows[index][seed]
          }
          seed += 1
        }
        course.append(
          rows.indices.reduce(0) { highest, index in
            let square = squares[index][end]
            return square > 0 ? max(highest, abs(sums[index]) / square.squareRoot()) : highest
          })
      }
      return course
    }
  }
}
