internal import Files
internal import Foundation
internal import Records

/// What the folder of one trial says.
struct TrialFigures: Sendable {
  let trial: SweepRecord.Trial
  let folder: TrialFolder
  let state: TrialState
  let status: TrialStatus?
  let metrics: [String: MetricReading]
  /// How few different samples it makes; nil where they are enough, or that is not known.
  let collapse: TrialReadings.Collapse?
  /// Its losses over the steps.
  let curve: TrainingCurve
  /// What in its files could not be read.
  let problem: String?

  /// The last lines that its process wrote, for one that failed.
  var lastLines: [String] { state == .failed ? LastLines.of(folder.output, count: 8) : [] }

  /// The sheet of samples after the most steps; nil when there is none.
  var lastSheet: URL? {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.samplesFolder.path)
    return names?.filter { $0.hasSuffix(".png") && !$0.hasPrefix(".") }.max()
      .map { folder.samplesFolder.appendingPathComponent($0) }
  }

  /// Reads a folder; what is broken in it is a `problem`, and not an error of the report. A trial that is not
  /// finished has no metrics: those that it may have are of fewer steps, or not of what was asked for.
  ///
  /// - Parameter goal: What the trial must have done; nil where that is not known.
  init(_ trial: SweepRecord.Trial, in results: ResultsFolder, goal: TrialGoal?) {
    self.trial = trial
    folder = results.trial(trial.folder)
    let reading = folder.read(goal: goal)
    (state, status) = (reading.state, reading.status)
    curve = TrainingCurve(folder.log)
    var problem = reading.problem
    var readings = TrialReadings()
    do {
      if state == .finished, let read = try TrialReadings.read(folder.metrics) { readings = read }
    } catch {
      problem = "\(error)"
    }
    (metrics, collapse) = (readings.metrics, readings.collapse)
    self.problem = problem?.replacing(folder.url.path + "/", with: "")
  }

  /// Why it has no numbers, in words.
  var reason: String? { problem ?? status?.reason }
}
