import Foundation
import Randomness
import Statistics
import Testing

/// Error and power of the tests, and coverage of the intervals, by simulation. `LETHE_DRAWS=20000` repeats more often and
/// prints the rows of the table in the README of `Statistics`.
@Suite struct SimulationTests {
  /// How the values of arms and of the control that they share are distributed.
  enum Values: String, CaseIterable {
    case normal, skewed, heavyTailed = "heavy-tailed", tied
    case skewedControl = "skewed control"

    /// Values of seeds, from a stream of their own.
    func draw(_ name: String, seeds: Int, number: Int) -> [Double] {
      let stream = RandomStream("simulated \(name)", seed: UInt64(number))
      let normal = stream.normal(seeds).map(Double.init)
      switch self {
      case .normal: return normal
      case .skewed: return normal.map { exp($0) }
      case .heavyTailed:
        let others = (0..<3).map { stream.normal(seeds, step: UInt64($0 + 1)) }
        return normal.indices.map { seed in
          let square = others.reduce(0.0) { $0 + Double($1[seed] * $1[seed]) }
          return normal[seed] / (square / 3).squareRoot()
        }
      case .tied: return normal.map { ($0).rounded() }
      case .skewedControl:
        return name == "control" ? stream.uniform(seeds).map { -log(Double($0)) - 1 } : normal
      }
    }
  }

  /// Differences of arms from their control: `values[arm][seed]`.
  private struct Draw {
    let differences: [[Double]]

    /// - Parameter effect: The true difference of the first arm, in standard deviations of a difference of normal values.
    init(_ kind: Values, arms: Int, seeds: Int, effect: Double = 0, number: Int) {
      let control = kind.draw("control", seeds: seeds, number: number)
      differences = (0..<arms).map { arm in
        let shift = arm == 0 ? effect * 2.0.squareRoot() : 0
        return zip(kind.draw("arm \(arm)", seeds: seeds, number: number), control).map {
          $0 - $1 + shift
        }
      }
    }

    /// The rule of before, for comparison: p of each arm by itself, corrected by Holm.
    var byHolm: [Double] { holm(differences.compactMap { SignFlip.p($0) }) }
  }

  private static let draws =
    ProcessInfo.processInfo.environment["LETHE_DRAWS"].flatMap(Int.init) ?? 1500
  private static let isTable = ProcessInfo.processInfo.environment["LETHE_DRAWS"] != nil

  /// Share of draws for which something holds.
  private func share(_ holds: (Int) -> Bool) -> Double {
    Double((0..<Self.draws).count(where: holds)) / Double(Self.draws)
  }

  /// Four standard errors of a share.
  private func tolerance(_ share: Double) -> Double {
    4 * (share * (1 - share) / Double(Self.draws)).squareRoot()
  }

  private func percent(_ share: Double) -> String { String(format: "%.1f%%", 100 * share) }

  /// Without an effect, some arm of several is better or worse in 5.5% of results at most; in 6% where the control is
  /// skewed and its arms are not.
  @Test(arguments: Values.allCases, [6, 8, 10])
  func familyWiseError(_ values: Values, seeds: Int) {
    for arms in Self.isTable ? [1, 4, 8] : [4] {
      let error = share { number in
        (corrected(Draw(values, arms: arms, seeds: seeds, number: number).differences).min() ?? 1)
          < 0.05
      }
      let bound = values == .skewedControl ? 0.06 : 0.055
      #expect(
        error <= bound + tolerance(bound), "\(values), \(arms) arms, \(seeds) seeds: \(error)")
      if Self.isTable {
        print("error | \(values.rawValue) | \(seeds) seeds | \(arms) arms | \(percent(error))")
      }
    }
  }

  /// An effect is found at least as often as by Holm's correction, and by six seeds with any number of arms.
  @Test(arguments: [(8, 8, 2.0), (8, 10, 1.0), (4, 6, 2.0), (8, 6, 2.0), (8, 12, 1.0)])
  func power(arms: Int, seeds: Int, effect: Double) {
    let draws = (0..<Self.draws).map {
      Draw(.normal, arms: arms, seeds: seeds, effect: effect, number: $0)
    }
    let found = share { corrected(draws[$0].differences)[0] < 0.05 }
    let before = share { draws[$0].byHolm[0] < 0.05 }
    #expect(found >= before)
    #expect(found > 0.1, "\(arms) arms, \(seeds) seeds, \(effect): \(found)")
    if Self.isTable {
      print(
        "power | \(arms) arms | \(seeds) seeds | \(effect) | Holm \(percent(before)) | max-T \(percent(found))"
      )
    }
  }

  /// Intervals of the mean difference cover it in 93% of results or more.
  @Test(arguments: Values.allCases, [5, 6, 8, 10, 20])
  func coverage(_ values: Values, seeds: Int) {
    let covered = share { number in
      let draw = Draw(values, arms: 1, seeds: seeds, number: number)
      return Interval(ofMean: draw.differences[0]).map { $0.lower <= 0 && $0.upper >= 0 } ?? false
    }
    #expect(covered >= 0.93 - tolerance(0.93), "\(values), \(seeds) seeds: \(covered)")
    if Self.isTable {
      print("coverage | \(values.rawValue) | \(seeds) seeds | \(percent(covered))")
    }
  }

  /// Of the plan's own forecast: an effect of the size that it names is found in about 80% of results.
  @Test(arguments: [(1, 6), (6, 8), (4, 12)])
  func smallestEffect(comparisons: Int, seeds: Int) throws {
    let effect = try #require(
      SmallestEffect.standardDeviations(seeds: seeds, comparisons: comparisons))
    let found = share { number in
      let rows = (0..<comparisons).map { row in
        RandomStream("row \(row)", seed: UInt64(number)).normal(seeds).map {
          Double($0) + (row == 0 ? effect : 0)
        }
      }
      return corrected(rows)[0] < 0.05
    }
    #expect(abs(found - 0.8) < 0.06, "\(effect): \(found)")
    if Self.isTable {
      print(
        "smallest | \(comparisons) comparisons | \(seeds) seeds | \(effect) | \(percent(found))")
    }
  }

  /// Arms whose candidates are chosen by other seeds and other examples differ beyond chance as rarely as given ones, although
  /// there is nothing to choose for the control; choosing by the seeds that are then tested finds differences that are
  /// not there.
  ///
  /// A candidate's value is the seed's chance, and on the examples that it is chosen by also what suits these, which all
  /// of its seeds share.
  @Test(arguments: Values.allCases, isTable ? [6, 8, 10] : [8])
  func familyWiseErrorOfTunedArms(_ values: Values, seeds: Int) {
    /// True where some arm differs: of arms chosen by other seeds, and by the same.
    func finds(_ number: Int) -> (tuned: Bool, naive: Bool) {
      func candidates(_ what: String, _ arm: Int, _ count: Int, seeds: Int) -> [[Double]] {
        (0..<count).map {
          values.draw("\(what) \(arm) candidate \($0)", seeds: seeds, number: number)
        }
      }
      func isFound(_ arms: [[Double]], _ control: [Double]) -> Bool {
        (corrected(arms.map { arm in zip(arm, control).map { $0 - $1 } }).min() ?? 1) < 0.05
      }
      var chosen: (tuned: [[Double]], naive: [[Double]]) = ([], [])
      for (arm, count) in [16, 16, 8, 8].enumerated() {
        let suiting = RandomStream("suiting \(arm)", seed: UInt64(number)).normal(count)
        let seen = candidates("seen", arm, count, seeds: 3).enumerated().map { index, values in
          values.map { $0 + Double(suiting[index]) }
        }
        let measured = candidates("measured", arm, count, seeds: seeds)
        chosen.tuned.append(measured[bestCandidate(among: seen, higherIsBetter: true) ?? 0])
        chosen.naive.append(measured[bestCandidate(among: measured, higherIsBetter: true) ?? 0])
      }
      let control = values.draw("control", seeds: seeds, number: number)
      return (isFound(chosen.tuned, control), isFound(chosen.naive, control))
    }
    let found = (0..<Self.draws).map(finds)
    let error = Double(found.count(where: \.tuned)) / Double(found.count)
    let naive = Double(found.count(where: \.naive)) / Double(found.count)
    let bound = values == .skewedControl ? 0.06 : 0.055
    #expect(error <= bound + tolerance(bound), "\(values), \(seeds) seeds: \(error)")
    if values == .normal { #expect(naive > 1.5 * error, "\(seeds) seeds: \(naive)") }
    if Self.isTable {
      print(
        "tuned | \(values.rawValue) | \(seeds) seeds | \(percent(error)) | by the same seeds \(percent(naive))"
      )
    }
  }

  /// The best of three arms, as good as the higher of two ends, beats both ends in 5.5% of results at most where every seed's
  /// arm is chosen by the others.
  @Test(arguments: isTable ? [6, 8, 10] : [8])
  func errorOfAPeak(seeds: Int) {
    /// True where the best arm beats both ends.
    func isPeak(_ number: Int, _ effect: Double, _ choose: ([[Int: Double]]) -> [Int: Int]) -> Bool
    {
      let arms = (0..<3).map { arm in
        Values.normal.draw("between \(arm)", seeds: seeds, number: number).map {
          $0 + (arm == 0 ? effect : 0)
        }
      }
      let bySeed = arms.map { arm in
        Dictionary(arm.enumerated().map { ($0, $1) }, uniquingKeysWith: { a, _ in a })
      }
      let chosen = choose(bySeed)
      return [("low", -5.0), ("high", 0)].allSatisfy { name, level in
        let end = Values.normal.draw(name, seeds: seeds, number: number)
        let test = ContrastTest(
          (0..<seeds).map { arms[chosen[$0] ?? 0][$0] - end[$0] - level }, .above(0))
        return test.outcome(correctedP: test.p) == .holds
      }
    }
    let byOthers = { (arms: [[Int: Double]]) in bestOfOtherSeeds(among: arms, higherIsBetter: true)
    }
    let byAll = { (arms: [[Int: Double]]) in
      let best = bestCandidate(among: arms.map { Array($0.values) }, higherIsBetter: true) ?? 0
      return Dictionary((0..<seeds).map { ($0, best) }, uniquingKeysWith: { a, _ in a })
    }
    let error = share { isPeak($0, 0, byOthers) }
    #expect(error <= 0.055 + tolerance(0.055), "\(seeds) seeds: \(error)")
    #expect(share { isPeak($0, 0, byAll) } > error)
    let found = share { isPeak($0, 1.5, byOthers) }
    #expect(found > 0.15)
    if Self.isTable {
      print(
        "peak | \(seeds) seeds | \(percent(error)) | by all seeds \(percent(share { isPeak($0, 0, byAll) })) | "
          + "an effect of 1.5 is found in \(percent(found))")
    }
  }
}
