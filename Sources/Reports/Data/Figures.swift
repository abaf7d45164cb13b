internal import Files
internal import Machine
internal import Complaints
internal import Experiments
internal import Foundation
internal import Glossary
internal import Records
internal import Scores
internal import Statistics

/// Every number of a report.
struct Figures: Sendable {
  let plan: SweepRecord
  /// Paragraphs of the comment that opens the experiment's file.
  let comment: [String]
  /// The trials of the arms; those of candidates are in `tuning`.
  let trials: [TrialFigures]
  /// How arms were tuned; nil where they were not.
  let tuning: TuningFigures?
  var arms: [ArmFigures]
  /// Keys of the metrics that have a value, the primary ones first, then by aspect.
  let keys: [String]
  /// Tests of the experiment's claim; nil when it has none.
  private(set) var claim: ClaimFigures?
  /// The experiment, without what its arms change; nil where its file cannot be read.
  let experiment: Experiment?
  /// Meanings of the terms of all arms.
  let glossary: Glossary
  /// What is wrong with the experiment's file, whose claim is unknown then; nil where it can be read.
  let unreadable: String?
  /// The data, programs and machines behind the trials.
  let circumstances: Circumstances
  /// One trial's record of each metric, for what all trials share: its aspect and direction.
  let readings: [String: MetricRecord]

  /// Reads a results folder.
  ///
  /// - Throws: `InputError` when it is not a results folder, or is of another version.
  init(
    reading results: ResultsFolder, terms: ((Experiment) -> Glossary)? = nil
  ) throws {
    let plan = try SweepRecord(of: results)
    self.plan = plan
    comment = Self.openingComment(of: results.experiment)
    let goals = plan.goals
    let all = onAllCores(plan.trials) { TrialFigures($0, in: results, goal: goals[$0.arm]) }
    let names = Set(plan.arms.map(\.name))
    let ofArms = all.filter { names.contains($0.trial.arm) }
    trials = ofArms
    tuning = TuningFigures(plan, all.filter { !names.contains($0.trial.arm) })
    circumstances = Circumstances(ofArms, of: plan)
    readings = ofArms.reduce(into: [:]) { found, trial in
      found.merge(trial.metrics.filter { $0.value.value != nil }) { first, _ in first }
    }
    keys = Self.ordered(readings, primary: plan.primaryMetrics)
    let byArm = Dictionary(grouping: ofArms, by: \.trial.arm)
    arms = plan.arms.map { arm in
      ArmFigures(arm: arm, trials: (byArm[arm.name] ?? []).sorted { $0.trial.seed < $1.trial.seed })
    }
    arms = onAllCores(arms) { [keys, tuning] arm in
      var arm = arm
      for key in keys { arm.metrics[key] = ArmMetric(key, arm.trials) }
      arm.overTraining = OverTraining(arm.trials)
      arm.obstacle = tuning?.obstacle(of: arm.arm.name)
      return arm
    }
    let read = { (overrides: [Override]) in
      try Experiment.load(
        path: results.experiment.path, folder: plan.folder, overrides: plan.overrides + overrides)
    }
    do {
      experiment = try read([])
      unreadable = nil
    } catch var error as InputError {
      // A report says nothing of where it was made.
      error.place.file = results.experiment.lastPathComponent
      (experiment, unreadable) = (nil, "\(error)")
    }
    var glossary = Glossary()
    if let terms {
      let settings = [[]] + plan.arms.map(\.overrides)
      for overrides in settings { (try? read(overrides)).map { glossary.add(terms($0)) } }
    }
    self.glossary = glossary
    compare()
    OverTraining.compare(&arms)
    claim = experiment?.claim.map { ClaimFigures($0, arms, circumstances) }
  }

  /// True where another program trained the models.
  var isForeign: Bool { experiment?.trainer != nil }

  /// The purpose of the experiment, with which the comment begins; nil without one.
  var question: String? { comment.first }

  /// What a reader must know before any finding, a sentence each: controls that say nothing, and data, programs and
  /// machines that differ.
  var warnings: [String] {
    let compared = Set(arms.compactMap(\.arm.control))
    let controls = arms.filter { compared.contains($0.arm.name) }.map(ControlState.init)
    let diversity = plan.primaryMetrics.filter {
      readings[$0]?.aspect == .diversity && higherIsBetter($0) == true
    }
    return controls.flatMap { control in
      diversity.compactMap(control.collapse) + [control.unconverged].compactMap(\.self)
    } + circumstances.warnings
      + [unreadable.map { "The claim, if there is one, is left out: \($0)." }].compactMap(\.self)
  }

  /// When memorisation begins by rate and a key of the grid; nil where that was not swept, or not measured.
  var onsetMap: OnsetMap? { OnsetMap(arms, of: plan) }

  /// Finds an arm by its name.
  func arm(_ name: String) -> ArmFigures? { arms.first { $0.arm.name == name } }

  /// True where higher values of a metric are better, false where lower ones are, nil where neither is
  /// known. Without a recorded direction, lower is better for memorisation.
  func higherIsBetter(_ key: String) -> Bool? {
    guard let reading = readings[key] else { return nil }
    return reading.higherIsBetter ?? (reading.aspect == .memorization ? false : nil)
  }

  /// Distinct combinations of the grid's values, in the plan's order.
  var cells: [[SweepRecord.Setting]] {
    arms.map(\.arm.grid).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private static func ordered(_ readings: [String: MetricRecord], primary: [String]) -> [String] {
    let rest = readings.keys.filter { !primary.contains($0) }
    return primary.filter { readings[$0] != nil }
      + MetricAspect.allCases.flatMap { aspect in
        rest.filter { readings[$0]?.aspect == aspect }.sorted()
      }
  }

  /// Paragraphs of the comment that opens a file, without its `#` marks.
  private static func openingComment(of file: URL) -> [String] {
    let lines = (readText(file) ?? "")
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .prefix { $0.hasPrefix("#") }
      .map { $0.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces) }
    return lines.split(whereSeparator: \.isEmpty).map { $0.joined(separator: " ") }
  }
}

extension SweepRecord {
  /// Keys of the metrics that answer the experiment's questions.
  var primaryMetrics: [String] { primary.map(\.metric) }

  /// The name that an arm shares with those of other rates: its placement and, where there are several, its type.
  func lineName(of arm: Arm) -> String {
    guard let placement = arm.placement else { return arm.baseline ?? arm.name }
    return Set(arms.compactMap(\.type)).count > 1 ? "\(placement) \(arm.type ?? "")" : placement
  }
}
