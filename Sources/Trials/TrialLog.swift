internal import Files
internal import Specification
internal import Evaluation
internal import Training
internal import Experiments
internal import Complaints
internal import Foundation
internal import Media
internal import Records

/// The log of a training: `log.jsonl`, and TensorBoard's event files where they are wanted.
struct TrialLog: ~Copyable {
  private let lines: LogWriter
  private let events: EventWriter?
  private let folder: TrialFolder
  private let data: Experiment.Data

  /// Steps from one line of `log.jsonl` to the next.
  private static let interval = 10

  /// True for a step that is logged: the first and the last, every tenth, and those that are measured.
  static func hasLine(_ step: Int, of experiment: Experiment) -> Bool {
    let every = experiment.metrics.every
    return step == 1 || step == experiment.train.steps || step % interval == 0
      || (every > 0 && step % every == 0)
  }

  /// Checks that the log has the line of every logged step up to `step`. A damaged log, or that of another
  /// training, may lack some.
  ///
  /// - Throws: `InputError` naming the first step whose line is missing; `FileError`.
  static func checkLines(of experiment: Experiment, in folder: TrialFolder, upTo step: Int) throws {
    let found = Set(try LogLines.steps(in: folder.log))
    for step in 1..<step + 1 where hasLine(step, of: experiment) && !found.contains(step) {
      throw InputError(
        SourcePlace(file: folder.log.path), expected: "a line of step \(step)", found: "none")
    }
  }

  /// Opens the log to go on from a step; see `LogWriter` and `EventWriter`.
  init(_ experiment: Experiment, _ folder: TrialFolder, resumingAt step: Int) throws {
    let folderOfEvents = experiment.train.tensorboard ? folder.eventsFolder : nil
    let events = try folderOfEvents.map { try EventWriter(in: $0, resumingAt: step) }
    lines = try LogWriter(folder.log, resumingAt: step) { Self.hasLine($0, of: experiment) }
    self.events = events
    self.folder = folder
    data = experiment.data
  }

  /// Adds a line of losses, learned rates and metrics.
  func append(
    step: Int, losses: [(name: String, value: Double)], rates: [LearnedRate],
    metrics: [(name: String, value: Double)]
  ) throws {
    let rates = rates.map(\.logged)
    try lines.append(step: step, losses + rates + metrics)
    let grouped =
      losses.map { ("loss/\($0.name)", $0.value) } + rates
      + metrics.map { ("metrics/\($0.name)", $0.value) }
    try events?.add(step: step, grouped)
  }

  /// Waits until all lines are on the disk, since a checkpoint must not outlive the lines before it.
  func synchronize() throws { try lines.synchronize() }

  /// Adds the sheet of samples of a step to the event files.
  func addSheet(step: Int) throws {
    guard events != nil else { return }
    let png = folder.samples(step: step, fileExtension: "png")
    try events?.add(step: step, name: "samples", png: readWhole(png))
    guard data.kind == .audio else { return }
    let wav = try readWhole(folder.samples(step: step, fileExtension: "wav"))
    try events?.add(
      step: step, name: "samples", wav: wav, sampleRateHz: data.sampleRateHz,
      length: (wav.count - SoundFile.headerByteCount) / MemoryLayout<Int16>.size)
  }

  /// Adds the values of `metrics.json` to the event files.
  func addMetrics(step: Int) throws {
    guard events != nil, let document = try MetricsDocument.read(from: folder.metrics) else {
      return
    }
    let scalars = document.values.sorted { $0.key < $1.key }.compactMap { key, metric in
      metric.value.map { (name: "metrics/\(key)", value: $0) }
    }
    try events?.add(step: step, scalars)
  }
}
