internal import Experiments
internal import Datasets
internal import Foundation
internal import Records
internal import Reports
internal import Statistics
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
  }

  private let arms: [Arm]
  /// Number of chosen trials, one for each arm and seed.
  let trials: Int
  private let seeds: Int
  /// The largest number of seeds, where they are added until all is decided; else nil.
  private let mostSeeds: Int?
  /// Estimated seconds of training for all trials, one trial a core. The metrics at the end come on top.
  private let seconds: Double
  /// Estimated bytes of memory that one trial needs.
  private let memoryBytes: Double
  private let measuredArms: Int
  private let power: String
  /// The smallest mean difference that is found in 80% of cases, by metric; empty without a pilot.
  private let smallestEffects: [String: Double]
  /// Likely mistakes in the ablation, one sentence each.
  let warnings: [String]

  private enum CodingKeys: String, CodingKey {
    case arms, trials, seeds, seconds, power, warnings
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
    let chosen = try SweepRun(plan, in: ResultsFolder(for: experiment)).selected(selection.only)
    let names = Set(chosen.map(\.arm))
    let kept = plan.arms.filter { names.contains($0.name) }
    try experiment.checkClaimMetrics()
    try experiment.check(kept)
    let estimate = try SweepEstimate(experiment, arms: kept, threads: 1, isTimed: true) {
      $0.data == experiment.data ? data : try loadData($0)
    }
    let cores = Double(ProcessInfo.processInfo.activeProcessorCount)
    arms = kept.map(Arm.init)
    trials = chosen.count
    seeds = Set(chosen.map(\.seed)).count
    mostSeeds = plan.sequence?.atMost
    seconds = (estimate.seconds ?? 0) * Double(chosen.count) / min(cores, Double(chosen.count))
    memoryBytes = estimate.memoryBytes
    measuredArms = estimate.measured
    let compared = kept.count { $0.control != nil }
    let seeds = seeds
    let ofClaim = experiment.claim.map {
      "\n" + SeedPower(seeds: seeds, comparisons: $0.criteria.count, of: .criteria).text
    }
    let largest = mostSeeds ?? seeds
    let effect = SmallestEffect.standardDeviations(seeds: largest, comparisons: 2 * compared)
    let found = (pilot?.deviations ?? []).flatMap { metric, deviation in
      effect.map { [(metric, $0 * deviation, deviation)] } ?? []
    }
    smallestEffects = Dictionary(found.map { ($0.0, $0.1) }, uniquingKeysWith: { a, _ in a })
    let ofPilot = found.map { metric, smallest, deviation in
      "\n\(metric): that is a mean difference of \(shortNumber(smallest)), as a seed's difference varies by "
        + "\(shortNumber(deviation)) in the pilot"
    }
    let looks = plan.sequence.map { sequence in
      "seeds are added \(sequence.step) at a time until all is decided, with looks that are wrong in 5% of cases "
        + "together; if all were used, "
    }
    power =
      (looks ?? "") + SeedPower(seeds: largest, comparisons: 2 * compared).text + ofPilot.joined()
      + (ofClaim ?? "")
    warnings = Self.warnings(experiment, arms: kept, compared: compared)
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

  /// The table of arms and the sentences below it.
  var text: String {
    let rows = arms.map { [$0.name, $0.dropout, $0.settings, $0.control ?? ""] }
    return table(["arm", "dropout", "settings", "compared with"], rows)
      + "\n\(arms.count) arm\(arms.count == 1 ? "" : "s") × \(seeds)\(mostSeeds.map { " to \($0)" } ?? "") "
      + "seed\(seeds == 1 ? "" : "s"): \(trials)\(mostSeeds.map { " to \($0 * arms.count)" } ?? "") trials; about \((memoryBytes / 1e6).formatted(0)) MB a trial and "
      + "\(durationText(seconds)) of training in all, one trial a core "
      + "(measured on \(measuredArms) of \(arms.count) arms; the metrics at the end of each come on top)\n"
      + power
  }
}

extension AblationPlan.Arm {
  fileprivate init(_ arm: SweepRecord.Arm) {
    name = arm.name
    dropout =
      arm.type.map { type in
        "\(type) \(arm.rate ?? 0) at \(arm.sites.joined(separator: ", "))"
      }
      ?? (arm.overrides.contains { $0.key == "dropout" && $0.value == .null }
        ? "none" : "as in the file")
    settings = arm.overrides.filter { $0.key != "dropout" }.map(\.text).joined(separator: ", ")
    control = arm.control
  }
}
