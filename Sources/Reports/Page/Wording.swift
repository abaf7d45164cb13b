internal import Experiments
internal import Records
internal import Statistics

/// Findings in words, the same on the page and on the terminal.
enum Wording {
  /// The finding of one metric for an arm, compared with the arm without dropout where it has one.
  static func finding(_ key: String, _ metric: ArmMetric?) -> String {
    guard let metric else { return "\(key): no value" }
    guard let comparison = metric.comparison else {
      return "\(key) \(value(metric))"
    }
    if let missing = comparison.missing {
      return "\(key) \(comparison.verdict.rawValue): \(missing)"
    }
    let paired = comparison.paired
    let difference = signed(paired.mean)
    var details = [paired.interval.map(range)]
    details.append(comparison.correctedP.map { "corrected p \(p($0))" })
    details.append(comparison.decision?.text)
    details.append("\(paired.improved) of \(comparison.seeds.count) seeds better")
    let range = " (" + details.compactMap(\.self).joined(separator: ", ") + ")"
    let flag = metric.isUninformative ? "; uninformative for these data" : ""
    return "\(key) \(comparison.verdict.rawValue): \(difference)\(range)\(flag)"
  }

  /// The interval of a difference: `95% −0.1 to +0.2`.
  static func range(_ interval: Interval) -> String {
    "95% \(signed(interval.lower)) to \(signed(interval.upper))"
  }

  /// A warning about trials that make only a few distinct samples; nil where there are none.
  static func collapse(_ figures: Figures) -> String? {
    let collapsed = figures.trials.count { $0.collapse != nil }
    guard collapsed > 0 else { return nil }
    return
      "Collapsed: \(collapsed) of \(figures.trials.count) trials make a few samples again and again, so that "
      + "differences of theirs in fidelity and memorisation, and between them in diversity, say nothing of models "
      + "that work."
  }

  /// Reason why no verdict is possible whatever the values are, such as too few seeds; nil where there is none.
  static func limits(_ figures: Figures) -> String? {
    let compared = figures.arms.filter { $0.arm.control != nil }
    guard !compared.isEmpty else {
      return figures.arms.contains { $0.arm.isWithoutDropout }
        ? "There is nothing to compare the arms without dropout with, so there are values and no verdicts."
        : "There is no arm without dropout to compare with, so there are values and no verdicts."
    }
    guard figures.plan.sequence == nil, !figures.trials.isEmpty else { return nil }
    let seeds = Set(figures.trials.map(\.trial.seed)).count
    let power = SeedPower(
      seeds: seeds, comparisons: compared.count * figures.plan.primaryMetrics.count)
    return power.canShow ? nil : power.text + "."
  }

  /// A mean with its interval.
  static func value(_ metric: ArmMetric) -> String {
    let range = metric.interval.map {
      " (95% \(shortNumber($0.lower)) to \(shortNumber($0.upper)))"
    }
    return shortNumber(metric.mean) + (range ?? "")
  }

  /// A contrast with its interval.
  static func effect(_ test: ContrastTest) -> String {
    let range = test.interval.map { " (\(signed($0.lower)) to \(signed($0.upper)))" } ?? ""
    return signed(test.mean) + range
  }

  /// A number with its sign.
  static func signed(_ value: Double) -> String {
    let text = shortNumber(abs(value))
    return (text == shortNumber(0) ? "" : value > 0 ? "+" : "−") + text
  }

  /// A number of an experiment file as it stands there, with its sign.
  static func stated(_ value: Double) -> String {
    (value > 0 ? "+" : value < 0 ? "−" : "") + abs(value).plain
  }

  /// Why a claim, or a criterion of it, could not be tested, a sentence each.
  static func untested(_ claim: ClaimFigures) -> [String] {
    claim.obstacles.map { "Not testable: \($0)." }
      + claim.criteria.compactMap { criterion in
        criterion.reason.map { "\(criterion.contrast): \(criterion.outcome.rawValue), as \($0)." }
      }
  }

  /// A p value, with `< 0.0001` for any below that.
  static func p(_ value: Double) -> String { value < 1e-4 ? "< 0.0001" : shortNumber(value) }

  /// The grid's values in a cell, in words: `train.steps 500, model.width 8`.
  static func cell(_ settings: [SweepRecord.Setting]) -> String {
    settings.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  /// How seeds were added, as a sentence; nil for a fixed number.
  static func sequence(_ plan: SweepRecord) -> String? {
    guard let sequence = plan.sequence else { return nil }
    let looks = (plan.looks ?? []).map { "\($0.seeds)" }
    return "Seeds are added until all is decided, \(sequence.atLeast) to \(sequence.atMost)"
      + (looks.isEmpty ? "" : ", with looks after \(looks.joined(separator: ", "))")
      + "; the error of all looks together is 5%."
  }

  /// How arms were tuned, as a sentence.
  static func tuning(_ tuning: TuningFigures) -> String {
    "Each arm has the best of its candidates by \(tuning.by) of the held-out examples, chosen with \(tuning.seeds) "
      + "seed\(tuning.seeds == 1 ? "" : "s") that evaluate\(tuning.seeds == 1 ? "s" : "") nothing "
      + "(\(counts(tuning.trials)))."
  }

  /// Whether arms had equally many candidates to choose among, as a sentence.
  static func numbersOfCandidates(_ figures: Figures) -> String {
    let counts = figures.arms.map { arm in
      (arm.arm.name, max(1, figures.plan.tuning?.candidates(of: arm.arm.name).count ?? 1))
    }
    if let first = counts.first?.1, counts.allSatisfy({ $0.1 == first }) {
      return "Every arm had \(first) candidates."
    }
    return
      "Not every arm had equally many candidates, which favours those with more: "
      + counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ") + "."
  }

  /// The set that metrics are of, as a sentence; nil for trials without any.
  static func set(_ trials: [TrialFigures]) -> String? {
    let measured = trials.filter { !$0.metrics.isEmpty }
    guard let first = measured.first else { return nil }
    return first.isOfTest
      ? "Metrics are of the test set, which nothing was chosen by."
      : "Metrics are of the held-out examples."
  }

  /// Number of trials in each state, in words: `4 trials: 3 finished, 1 failed`.
  static func counts(_ trials: [TrialFigures]) -> String {
    let parts = TrialState.allCases.reversed().compactMap { state -> String? in
      let count = trials.count { $0.state == state }
      return count > 0 ? "\(count) \(state.rawValue)" : nil
    }
    return "\(trials.count) trial\(trials.count == 1 ? "" : "s")"
      + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
  }
}
