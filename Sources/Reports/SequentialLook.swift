internal import Experiments
public import Records
internal import Statistics

extension SweepRecord {
  /// The next look at the results, from the trials in a folder; nil where trials have not ended, or seeds are not added.
  ///
  /// - Parameter effects: The smallest differences of interest, by metric.
  /// - Throws: `InputError` where the folder cannot be read.
  public static func nextLook(
    at results: ResultsFolder, smallestEffects effects: [String: Double]
  ) throws -> Look? {
    let figures = try Figures(reading: results)
    let plan = figures.plan
    guard let sequence = plan.sequence, plan.isTuned,
      let first = figures.trials.map(\.trial.seed).min(),
      figures.trials.allSatisfy({ $0.state == .finished || $0.state == .failed })
    else { return nil }
    let test = SequentialTest(least: sequence.atLeast, most: sequence.atMost, step: sequence.step)
    let number = (plan.looks ?? []).count
    guard number < test.looks.count, !plan.openArms.isEmpty else { return nil }
    let all = figures.comparisons
    let differences = all.map { comparison in
      Dictionary(
        comparison.comparison.bySeed.map { ($0.key - first, $0.value) },
        uniquingKeysWith: { a, _ in a })
    }
    let closings = all.map { plan.closing($0.arm, $0.metric) }
    let before = Set(all.indices.filter { closings[$0]?.verdict != nil })
    let decided = test.decisions(at: number, differences, decided: before)
    var found = decided.filter { closings[$0] == nil }.sorted().map { index in
      Comparison(
        arm: all[index].arm, metric: all[index].metric,
        verdict: all[index].comparison.paired.verdict(correctedP: 0).rawValue)
    }
    let open = all.indices.filter { !decided.contains($0) && closings[$0] == nil }
    for index in open {
      guard let effect = effects[all[index].metric] else { continue }
      let power = test.conditionalPower(
        of: index, effect: effect, at: number, differences, decided: before.union(decided))
      if power < 0.1 { found.append(Comparison(arm: all[index].arm, metric: all[index].metric)) }
    }
    return Look(seeds: test.looks[number], closed: found + figures.impossible(in: plan))
  }
}

extension Figures {
  /// The comparisons of arms in the primary metrics that may have a verdict.
  fileprivate var comparisons: [(arm: String, metric: String, comparison: ArmComparison)] {
    arms.flatMap { arm in
      plan.primaryMetrics.compactMap { key in
        arm.metrics[key]?.comparison.flatMap { comparison in
          comparison.missing == nil ? (arm.arm.name, key, comparison) : nil
        }
      }
    }
  }

  /// Comparisons that no seed will decide: of arms that do nothing, or have no values or not enough of them.
  fileprivate func impossible(in plan: SweepRecord) -> [SweepRecord.Comparison] {
    let possible = comparisons
    return arms.filter { $0.arm.control != nil }.flatMap { arm in
      plan.primaryMetrics.map { SweepRecord.Comparison(arm: arm.arm.name, metric: $0) }
    }.filter { one in
      plan.closing(one.arm, one.metric) == nil
        && !possible.contains { $0.arm == one.arm && $0.metric == one.metric }
    }
  }
}
