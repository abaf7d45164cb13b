internal import Experiments
internal import Datasets
internal import Foundation
internal import Records
internal import Reports
internal import Sweeps
internal import Evaluation
internal import Training
internal import Trials

/// The plan of an ablation as `lethe check` prints it: arms and trials, estimated time and memory, and the
/// verdicts that the number of seeds allows.
struct AblationPlan: Encodable {
  fileprivate struct Arm: Encodable {
    let name, dropout, settings: String
    let control: String?
    /// Number of candidates that one is chosen from; nil where there is nothing to choose.
    let candidates: Int?
  }

  fileprivate struct Tuning: Encodable {
    let by: String
    let seeds, candidates, trials: Int
  }

  private let arms: [Arm]
  /// How arms are tuned; nil where they are not.
  private let tuning: Tuning?
  /// Number of chosen trials: one for each arm and seed, and those of a tuning.
  let trials: Int
  private let seeds: Int
  /// The largest number of seeds, where they are added until all is decided; else nil.
  private let mostSeeds: Int?
  /// Estimated seconds of training for all trials, one trial a core; nil where another program trains. The metrics at
  /// the end come on top.
  private let seconds: Double?
  /// Estimated bytes of memory that one trial needs.
  private let memoryBytes: Double
  private let measuredArms: Int
  private let power: String
  /// The smallest mean difference that is found in 80% of cases, by metric; empty without a pilot.
  private let smallestEffects: [String: Double]
  /// What the seeds can show of each criterion of the claim; nil without a pilot or a claim.
  private let criteria: [CriterionForecast]?
  /// Likely mistakes in the ablation, one sentence each.
  let warnings: [String]

  private enum CodingKeys: String, CodingKey {
    case arms, tuning, trials, seeds, seconds, power, criteria, warnings
    case mostSeeds = "most_seeds"
    case smallestEffects = "smallest_effects"
    case memoryBytes = "memory_bytes_per_trial"
    case measuredArms = "measured_arms"
  }

  /// Expands the ablation, checks every arm, and measures a few of them.
  ///
  /// - Parameters:
  ///   - data: The data of the experiment itself. Arms with other `data` settings load their own.
  ///   - pilot: The spread over seeds of an earlier run; nil where there is none.
  init(
    _ experiment: Experiment, _ options: ExperimentOptions, _ selection: SweepOptions,
    _ data: Dataset, pilot: PilotSpread? = nil
  ) throws {
    let plan = try SweepRecord(
      experiment, overrides: options.overrides, seeds: selection.seeds)
    let kept = try SweepRun(plan, in: ResultsFolder(for: experiment)).arms(selection.only)
    let candidates = kept.map { plan.tuning?.candidates(of: $0.name) ?? [] }
    try experiment.checkClaimMetrics()
    try experiment.check(kept + candidates.flatMap { $0.map(\.arm) })
    let sets = ArmData(experiment, data)
    let estimate = try SweepEstimate(experiment, arms: kept, threads: 1, isTimed: true, sets)
    let cores = Double(ProcessInfo.processInfo.activeProcessorCount)
    arms = zip(kept, candidates).map(Arm.init)
    seeds = selection.seeds ?? experiment.ablation?.seeds ?? 1
    tuning = plan.tuning.map { tuning in
      let count = candidates.reduce(0) { $0 + $1.count }
      return Tuning(
        by: tuning.by, seeds: tuning.seeds, candidates: count, trials: count * tuning.seeds)
    }
    trials = kept.count * seeds + (tuning?.trials ?? 0)
    mostSeeds = plan.sequence?.atMost
    seconds = estimate.seconds.map { [trials] in $0 * Double(trials) / min(cores, Double(trials)) }
    memoryBytes = estimate.memoryBytes
    measuredArms = estimate.measured
    let compared = kept.count { $0.control != nil }
    let power = PlannedPower(
      experiment, plan.sequence, seeds: seeds, compared: compared, pilot: pilot)
    (self.power, smallestEffects) = (power.text, power.smallestEffects)
    criteria = power.criteria.isEmpty ? nil : power.criteria
    warnings =
      try Self.warnings(experiment, arms: kept, compared: compared)
      + Self.missingValues(experiment, arms: kept, sets)
      + power.criteria.compactMap(\.warning)
  }

  private static func warnings(
    _ experiment: Experiment, arms: [SweepRecord.Arm], compared: Int
  ) -> [String] {
    var warnings: [String] = []
    if arms.count == 1 {
      warnings.append("ablation: there is one arm, and nothing to compare it with")
    } else if compared == 0 {
      warnings.append(
        arms.contains(where: \.isWithoutDropout)
          ? "ablation: there is nothing to compare the arms without dropout with, so they have values and no "
            + "verdicts"
          : "ablation: there is no arm without dropout (a placement of null), so arms have values and no verdicts"
      )
    }
    let isPlaced = experiment.ablation.map { !$0.placements.isEmpty } ?? false
    if isPlaced, !experiment.dropout.isEmpty {
      warnings.append("dropout: the placements of the ablation take its place in every arm")
    }
    return warnings
  }

  /// Named metrics that have no value in some arms, as there are too few examples: a sentence for each reason.
  private static func missingValues(
    _ experiment: Experiment, arms: [SweepRecord.Arm], _ sets: ArmData
  ) throws -> [String] {
    var found: [(reason: String, arms: [String])] = []
    for arm in arms {
      let trial = try experiment.trial(of: arm, seed: experiment.seed)
      let reasons = trial.missingValues(
        for: try sets.data(of: trial), claim: experiment.claim, arm: arm.name)
      for reason in reasons {
        if let index = found.firstIndex(where: { $0.reason == reason }) {
          found[index].arms.append(arm.name)
        } else {
          found.append((reason, [arm.name]))
        }
      }
    }
    return found.map { reason, arms in
      "\(reason) (arm\(arms.count == 1 ? "" : "s") \(arms.joined(separator: ", ")))"
    }
  }

  /// The table of arms and the sentences below it.
  var text: String {
    let rows = arms.map { [$0.name, $0.dropout, $0.settings, $0.control ?? ""] }
    let first = tuning.map { tuning in
      "tuned by \(tuning.by) of the held-out examples: \(tuning.candidates) candidates × \(tuning.seeds) "
        + "seed\(tuning.seeds == 1 ? "" : "s"), \(tuning.trials) trials ("
        + arms.map { "\($0.name) \($0.candidates ?? 1)" }.joined(separator: ", ") + "); then\n"
    }
    let evaluated = arms.count * seeds
    return table(["arm", "dropout", "settings", "compared with"], rows)
      + "\n\(first ?? "")\(arms.count) arm\(arms.count == 1 ? "" : "s") × \(seeds)\(mostSeeds.map { " to \($0)" } ?? "") "
      + "seed\(seeds == 1 ? "" : "s"): \(evaluated)\(mostSeeds.map { " to \($0 * arms.count)" } ?? "") trials; about \((memoryBytes / 1e6).formatted(0)) MB a trial"
      + (seconds.map {
        " and \(durationText($0)) of training in all, one trial a core (measured on \(measuredArms) of "
          + "\(arms.count) arms; the metrics at the end of each come on top)\n"
      } ?? " beside what the trainer needs\n") + power
  }
}

extension AblationPlan.Arm {
  /// Describes an arm, with what its candidates differ in as lists.
  fileprivate init(_ arm: SweepRecord.Arm, _ candidates: [SweepRecord.Candidate]) {
    let open = candidates.flatMap(\.settings).reduce(into: [(key: String, values: [String])]()) {
      open, setting in
      guard let index = open.firstIndex(where: { $0.key == setting.key }) else {
        return open.append((setting.key, [setting.value]))
      }
      if !open[index].values.contains(setting.value) { open[index].values.append(setting.value) }
    }
    let keys = open.map(\.key)
    name = arm.name
    dropout =
      arm.type.map { type in
        "\(type)\(arm.rate.map { " \($0)" } ?? "") at \(arm.sites.joined(separator: ", "))"
      }
      ?? (keys.contains("dropout")
        ? "tuned"
        : arm.overrides.last { $0.key == "dropout" }.map {
          $0.value == .null ? "none" : $0.value.flowText
        } ?? (arm.overrides.contains { $0.key.section == "trainer" } ? "–" : "as in the file"))
    let fixed = arm.overrides.filter { $0.key != "dropout" && !keys.contains("\($0.key)") }
    settings = (fixed.map(\.text) + open.map { "\($0.key)=\($0.values.joined(separator: " | "))" })
      .joined(separator: ", ")
    control = arm.control
    self.candidates = candidates.isEmpty ? nil : candidates.count
  }
}
