internal import Experiments
internal import Records
internal import Reports
internal import Statistics

/// What the seeds of an ablation can show before anything is trained.
struct PlannedPower {
  /// What is said of it: a sentence, and a line for each metric and each criterion of the claim that a pilot tells of.
  let text: String
  /// The smallest mean difference that is found in 80% of cases, by metric; empty without a pilot.
  let smallestEffects: [String: Double]
  /// What the seeds can show of each criterion of the claim; empty without a pilot or a claim.
  let criteria: [CriterionForecast]

  /// - Parameters:
  ///   - seeds: Number of seeds, or the least where they are added until all is decided.
  ///   - compared: Number of arms that are compared with another.
  ///   - pilot: The spread over seeds of an earlier run; nil where there is none.
  init(
    _ experiment: Experiment, _ sequence: Experiment.Ablation.Sequence?, seeds: Int, compared: Int,
    pilot: PilotSpread?
  ) {
    let most = sequence?.atMost ?? seeds
    let effect = SmallestEffect.standardDeviations(seeds: most, comparisons: 2 * compared)
    let found = (pilot?.deviations ?? []).flatMap { metric, deviation in
      effect.map { [(metric, $0 * deviation, deviation)] } ?? []
    }
    smallestEffects = Dictionary(found.map { ($0.0, $0.1) }, uniquingKeysWith: { a, _ in a })
    criteria = pilot?.forecasts(seeds: seeds) ?? []
    let ofPilot = found.map { metric, smallest, deviation in
      "\(metric): that is a mean difference of \(shortNumber(smallest)), as a seed's difference varies by "
        + "\(shortNumber(deviation)) in the pilot"
    }
    let looks = sequence.map { sequence in
      "seeds are added \(sequence.step) at a time until all is decided, with looks that are wrong in 5% of cases "
        + "together; if all were used, "
    }
    let ofClaim = experiment.claim.map {
      SeedPower(seeds: seeds, comparisons: $0.criteria.count, of: .criteria).text
    }
    text =
      ([(looks ?? "") + SeedPower(seeds: most, comparisons: 2 * compared).text] + ofPilot
      + [ofClaim].compactMap(\.self) + criteria.map(\.text)).joined(separator: "\n")
  }
}
