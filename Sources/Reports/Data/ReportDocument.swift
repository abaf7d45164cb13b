internal import Experiments
internal import Records
internal import Statistics

/// `report.json`: every number of the report.
struct ReportDocument: Encodable {
  private struct Value: Encodable {
    let seed: Int
    let value: Double
  }

  private struct Comparison: Encodable {
    let control: String
    let seeds: [Int]
    let differences: [Double]
    let medianDifference, difference, shareImproved, probabilityOfImprovement: Double
    let bca, pairedT: Interval?
    let p, correctedP: Double?
    let correction: String
    let verdict: Verdict

    init(_ comparison: ArmComparison, control: String) {
      self.control = control
      seeds = comparison.seeds
      let paired = comparison.paired
      differences = paired.differences
      medianDifference = paired.median
      difference = paired.interquartileMean
      shareImproved = paired.shareImproved
      probabilityOfImprovement = comparison.probabilityOfImprovement
      (bca, pairedT, p) = (paired.bca, paired.pairedT, paired.signFlipP)
      correctedP = comparison.correctedP
      correction = comparison.isExploratory ? "benjamini_hochberg" : "holm"
      verdict = comparison.verdict
    }

    private enum CodingKeys: String, CodingKey {
      case control, seeds, differences, difference, bca, p, correction, verdict
      case medianDifference = "median_difference"
      case shareImproved = "share_improved"
      case probabilityOfImprovement = "probability_of_improvement"
      case pairedT = "paired_t"
      case correctedP = "corrected_p"
    }
  }

  private struct Metric: Encodable {
    let values: [Value]
    let interquartileMean: Double
    let interval: Interval?
    let controls: [String: Double]
    let uninformative: Bool
    let comparison: Comparison?

    private enum CodingKeys: String, CodingKey {
      case values, interval, controls, uninformative, comparison
      case interquartileMean = "interquartile_mean"
    }
  }

  private struct Arm: Encodable {
    let name: String
    let placement, type, baseline, control: String?
    let rate: Double?
    let sites: [String]
    let grid: [String: String]
    let trials: [String: Int]
    let metrics: [String: Metric]
  }

  private struct Trial: Encodable {
    let trial, arm: String
    let seed: Int
    let state: TrialState
    let reason: String?
    let step, steps: Int?
    let seconds, peakMemoryMegabytes: Double?
    let versions: [String: String]?
    let machine: Provenance.Machine?
    let earlier: [TrialStatus.Stretch]?
    let data: [String: String]?
    let collapsed: TrialReadings.Collapse?
    let metrics: [String: [String: Double]]
    let curves: [String: Curve]

    private enum CodingKeys: String, CodingKey {
      case trial, arm, seed, state, reason, step, steps, seconds, versions, machine, earlier, data
      case collapsed, metrics, curves
      case peakMemoryMegabytes = "peak_memory_mb"
    }
  }

  private struct Curve: Encodable {
    let steps: [Int]
    let values: [Double?]
  }

  private struct Claim: Encodable {
    struct Criterion: Encodable {
      let metric, expected: String
      let contrast: [String: Double]
      let seeds: [Int]
      let contrasts: [Double]
      let mean: Double?
      let bca: Interval?
      let p, correctedP: Double?
      let outcome: ContrastTest.Outcome
      let reason: String?

      private enum CodingKeys: String, CodingKey {
        case metric, expected, contrast, seeds, contrasts, mean, bca, p, outcome, reason
        case correctedP = "corrected_p"
      }
    }

    let says, source: String
    let verdict: ClaimVerdict
    let criteria: [Criterion]

    init(_ figures: ClaimFigures) {
      (says, source) = (figures.claim.says, figures.claim.source)
      verdict = figures.verdict
      criteria = figures.criteria.map { criterion in
        Criterion(
          metric: criterion.stated.metric, expected: criterion.expectation,
          contrast: Dictionary(
            criterion.stated.contrast.map { ($0.arm, $0.weight) }, uniquingKeysWith: +),
          seeds: criterion.seeds, contrasts: criterion.test?.contrasts ?? [],
          mean: criterion.test?.interquartileMean, bca: criterion.test?.interval,
          p: criterion.test?.p, correctedP: criterion.correctedP, outcome: criterion.outcome,
          reason: criterion.reason)
      }
    }
  }

  private let name: String
  private let question: String?
  private let warnings: [String]
  private let primary: [String: String]
  private let claim: Claim?
  private let arms: [Arm]
  private let trials: [Trial]

  init(_ figures: Figures) {
    name = figures.plan.name
    question = figures.question
    warnings = figures.circumstances.warnings
    primary = Dictionary(
      figures.plan.primary.map { ($0.question, $0.metric) }, uniquingKeysWith: { a, _ in a })
    claim = figures.claim.map(Claim.init)
    arms = figures.arms.map(Self.arm)
    trials = figures.trials.map(Self.trial)
  }

  private static func arm(_ figures: ArmFigures) -> Arm {
    let arm = figures.arm
    return Arm(
      name: arm.name, placement: arm.placement, type: arm.type, baseline: arm.baseline,
      control: arm.control, rate: arm.rate, sites: arm.sites,
      grid: Dictionary(arm.grid.map { ($0.key, $0.value) }, uniquingKeysWith: { a, _ in a }),
      trials: Dictionary(
        uniqueKeysWithValues: TrialState.allCases.map { ($0.rawValue, figures.count($0)) }),
      metrics: figures.metrics.mapValues { metric in
        Metric(
          values: metric.values.map { Value(seed: $0.seed, value: $0.value) },
          interquartileMean: metric.interquartileMean, interval: metric.interval,
          controls: metric.controls, uninformative: metric.isUninformative,
          comparison: metric.comparison.map { Comparison($0, control: arm.control ?? "") })
      })
  }

  private static func trial(_ figures: TrialFigures) -> Trial {
    let status = figures.status
    return Trial(
      trial: figures.trial.folder, arm: figures.trial.arm, seed: figures.trial.seed,
      state: figures.state, reason: figures.reason, step: status?.step, steps: status?.steps,
      seconds: status?.seconds, peakMemoryMegabytes: status?.peakMemoryMegabytes,
      versions: status?.versions, machine: status?.machine, earlier: status?.earlier,
      data: status?.data, collapsed: figures.collapse,
      metrics: figures.metrics.mapValues { $0.numbers.filter(\.value.isFinite) },
      curves: figures.curve.series.mapValues { series in
        Curve(steps: series.steps, values: series.values.map { $0.isFinite ? $0 : nil })
      })
  }
}
