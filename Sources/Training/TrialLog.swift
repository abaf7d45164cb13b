internal import Foundation
internal import Records

/// What a trial writes down while it trains: `log.jsonl`, and TensorBoard's event files where they are wanted.
struct TrialLog: ~Copyable {
  private let lines: LogWriter
  private let events: EventWriter?
  private let folder: TrialFolder
  private let data: Experiment.Data

  /// Goes on from a step; see `LogWriter` and `EventWriter`.
  init(_ experiment: Experiment, _ folder: TrialFolder, resumingAt step: Int) throws {
    let folderOfEvents = experiment.train.tensorboard ? folder.eventsFolder : nil
    let events = try folderOfEvents.map { try EventWriter(in: $0, resumingAt: step) }
    lines = try LogWriter(folder.log, resumingAt: step)
    self.events = events
    self.folder = folder
    data = experiment.data
  }

  /// Adds a line.
  func append(
    step: Int, losses: [(name: String, value: Double)], metrics: [(name: String, value: Double)]
  ) throws {
    try lines.append(step: step, losses + metrics)
    let grouped =
      losses.map { (TrainingStep.isRate($0.name) ? $0.name : "loss/\($0.name)", $0.value) }
      + metrics.map { ("metrics/\($0.name)", $0.value) }
    try events?.add(step: step, grouped)
  }

  /// Adds the sheet of samples that was written after a step.
  func addSheet(step: Int) throws {
    guard events != nil else { return }
    let png = folder.samples(step: step, fileExtension: "png")
    try events?.add(step: step, name: "samples", png: Data(contentsOf: png))
    guard data.kind == .audio else { return }
    let wav = try Data(contentsOf: folder.samples(step: step, fileExtension: "wav"))
    try events?.add(
      step: step, name: "samples", wav: wav, sampleRateHz: data.sampleRateHz,
      length: (wav.count - Self.wavHeader) / MemoryLayout<Int16>.size)
  }

  private static let wavHeader = 44

  /// Adds the values of `metrics.json`.
  func addMetrics(step: Int) throws {
    guard events != nil,
      let document = try JSONSerialization.jsonObject(with: Data(contentsOf: folder.metrics))
        as? [String: Any], let values = document["values"] as? [String: [String: Any]]
    else { return }
    let scalars = values.sorted { $0.key < $1.key }.compactMap { key, entry in
      (entry["value"] as? NSNumber).map { (name: "metrics/\(key)", value: $0.doubleValue) }
    }
    try events?.add(step: step, scalars)
  }
}
