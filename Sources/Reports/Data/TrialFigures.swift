internal import Files
internal import Foundation
internal import Records

/// The figures of one trial, as read from its folder.
struct TrialFigures: Sendable {
  let trial: SweepRecord.Trial
  let folder: TrialFolder
  let state: TrialState
  let status: TrialStatus?
  /// Metrics by key; empty for a trial that is not finished.
  let metrics: [String: MetricRecord]
  /// Numbers of the held-out examples by which models are chosen, where there is a test set; empty without one.
  let validation: [String: MetricRecord]
  /// True where its metrics are of the test set.
  let isOfTest: Bool
  /// The collapse of its generator; nil where samples are distinct enough, or were not counted.
  let collapse: Collapse?
  /// Its losses over the steps.
  let curve: TrainingCurve
  /// Metrics of the models that it has kept, over their steps.
  let checkpoints: TrainingCurve
  /// Description of a file that could not be read; nil without one.
  let problem: String?

  /// The last lines that its process wrote; empty unless the trial failed.
  var lastLines: [String] { state == .failed ? LastLines.of(folder.output, count: 8) : [] }

  /// The sheet of samples after the most steps; nil when there is none.
  var lastSheet: URL? {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.samplesFolder.path)
    return names?.filter { $0.hasSuffix(".png") && !$0.hasPrefix(".") }.max()
      .map { folder.samplesFolder.appendingPathComponent($0) }
  }

  /// Reads a folder. A broken file becomes a `problem` and does not stop the report. A trial that is not finished gets
  /// no metrics: any in its folder are of fewer steps, or of other measurements than were asked for.
  ///
  /// - Parameter goal: What the trial must have done; nil where that is not known.
  init(_ trial: SweepRecord.Trial, in results: ResultsFolder, goal: TrialGoal?) {
    self.trial = trial
    folder = results.trial(trial.folder)
    let reading = folder.read(goal: goal)
    (state, status) = (reading.state, reading.status)
    curve = TrainingCurve(folder.log)
    checkpoints = TrainingCurve(checkpointsOf: folder)
    var problem = reading.problem
    var document: MetricsDocument?
    do {
      document = state == .finished ? try MetricsDocument.comparable(from: folder.metrics) : nil
    } catch {
      problem = "\(error)"
    }
    (metrics, collapse) = (document?.values ?? [:], Collapse(document?.sizes))
    validation = document?.validation ?? [:]
    isOfTest = document?.set == MetricsDocument.testSet
    self.problem = problem?.replacing(folder.url.path + "/", with: "")
  }

  /// The finite value of a metric of the held-out examples, by which models are chosen; nil without one.
  func validationValue(_ metric: String) -> Double? {
    validation[metric]?.value.flatMap { $0.isFinite ? $0 : nil }
  }

  /// True where two trials have the same metrics, and the same losses at the end of training.
  func hasSameNumbers(as other: TrialFigures) -> Bool {
    metrics.mapValues(\.numbersByName) == other.metrics.mapValues(\.numbersByName)
      && LogName.losses.allSatisfy { curve.last[$0] == other.curve.last[$0] }
  }

  /// Reason why it has no numbers, in words.
  var reason: String? { problem ?? status?.reason }
}

extension TrialFigures: Encodable {
  private enum CodingKeys: String, CodingKey {
    case trial, arm, seed, state, reason, step, steps, seconds, versions, machine, earlier, data
    case collapsed, metrics, validation, curves, checkpoints
    case bestStep = "best_step"
    case peakMemoryMegabytes = "peak_memory_mb"
  }

  /// Writes the trial as it stands in `report.json`.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(trial.folder, forKey: .trial)
    try container.encode(trial.arm, forKey: .arm)
    try container.encode(trial.seed, forKey: .seed)
    try container.encode(state, forKey: .state)
    try container.encodeIfPresent(reason, forKey: .reason)
    try container.encodeIfPresent(status?.step, forKey: .step)
    try container.encodeIfPresent(status?.steps, forKey: .steps)
    try container.encodeIfPresent(status?.bestStep, forKey: .bestStep)
    try container.encodeIfPresent(status?.seconds, forKey: .seconds)
    try container.encodeIfPresent(status?.peakMemoryMegabytes, forKey: .peakMemoryMegabytes)
    try container.encodeIfPresent(status?.versions, forKey: .versions)
    try container.encodeIfPresent(status?.machine, forKey: .machine)
    try container.encodeIfPresent(status?.earlier, forKey: .earlier)
    try container.encodeIfPresent(status?.data, forKey: .data)
    try container.encodeIfPresent(collapse, forKey: .collapsed)
    try container.encode(metrics.mapValues(\.numbersByName), forKey: .metrics)
    if !validation.isEmpty {
      try container.encode(validation.mapValues(\.numbersByName), forKey: .validation)
    }
    try container.encode(curve.series, forKey: .curves)
    if !checkpoints.series.isEmpty {
      try container.encode(checkpoints.series, forKey: .checkpoints)
    }
  }
}
