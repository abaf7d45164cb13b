internal import Foundation
internal import Records

/// What the folder of one trial says.
struct TrialFigures: Sendable {
  let trial: SweepRecord.Trial
  let folder: TrialFolder
  let state: TrialState
  let status: TrialStatus?
  let metrics: [String: MetricReading]
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

  /// Reads a folder; what is broken in it is a `problem`, and not an error of the report.
  init(_ trial: SweepRecord.Trial, in results: ResultsFolder) {
    self.trial = trial
    let folder = results.trial(trial.folder)
    self.folder = folder
    var problems: [String] = []
    func reading<Value>(_ body: () throws -> Value?) -> Value? {
      do {
        return try body()
      } catch let error as InputError {
        let file = (error.place.file as NSString).lastPathComponent
        problems.append("\(file) cannot be read")
        return nil
      } catch {
        problems.append("a file cannot be read")
        return nil
      }
    }
    state = reading { try folder.state() } ?? .failed
    status = reading { try TrialStatus.read(from: folder.status) }
    metrics = reading { try MetricReading.read(folder.metrics) } ?? [:]
    curve = TrainingCurve(folder.log)
    if state == .finished, metrics.isEmpty, problems.isEmpty { problems.append("no metrics.json") }
    problem = problems.first
  }

  /// Why it has no numbers, in words.
  var reason: String? { problem ?? status?.reason }
}
