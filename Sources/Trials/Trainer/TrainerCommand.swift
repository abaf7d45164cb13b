internal import Complaints
internal import Datasets
internal import Evaluation
internal import Experiments
internal import Files
internal import Foundation
internal import Media
internal import Records
internal import Training

/// A trainer's commands and paths with their names filled in, and the files that these name.
struct TrainerCommand {
  private typealias Slot = Experiment.Trainer.Slot

  let experiment: Experiment
  let trainer: Experiment.Trainer
  let folder: TrialFolder
  let results: ResultsFolder
  /// The hash of each set of the data.
  let hashes: [String: String]

  /// The command that trains.
  var training: [String] { trainer.command.map(filled) }
  /// The command that makes samples of a checkpoint; nil where training leaves them.
  var sampling: [String]? { trainer.samples.command?.map(filled) }
  /// The folder or array of the samples.
  var samples: String { path(trainer.samples.path) }
  /// The file of the program's own numbers; nil for none.
  var scores: String? { trainer.scores.map(path) }
  /// The program's log; nil for none.
  var log: String? { trainer.log.map(path) }

  /// Writes those sets of the data that a command names, unless another trial of the run has.
  ///
  /// - Throws: `FileError`; errors of encoding.
  func writeData(_ data: Dataset) throws {
    let templates = trainer.command + (trainer.samples.command ?? [])
    let names = Set(templates.flatMap(\.names).compactMap(Slot.init))
    for (slot, examples) in [
      (Slot.training, data.training), (.trainingFolder, data.training), (.holdout, data.holdout),
      (.holdoutFolder, data.holdout),
    ] where names.contains(slot) {
      let url = URL(fileURLWithPath: place(of: slot))
      guard !FileManager.default.fileExists(atPath: url.path) else { continue }
      try createFolder(url.deletingLastPathComponent())
      let values = examples.floats(in: experiment.valueRange)
      if slot == .training || slot == .holdout {
        try values.withUnsafeBufferPointer {
          try NumpyFile.write($0, shape: [examples.count] + examples.shape, to: url.path)
        }
      } else {
        try AtomicFile.writeFolder(url) { staging in
          try SampleFiles(experiment).write(values) { index, fileExtension in
            let name = String(format: "%05d", index)
            return staging.appendingPathComponent("\(name).\(fileExtension)")
          }
        }
      }
    }
  }

  /// Hashes of the files of the experiment's folder that the commands name, such as a script, by `trainer` and the
  /// name.
  ///
  /// - Throws: `DataError` when one cannot be read.
  static func hashes(of trainer: Experiment.Trainer, in folder: String) throws -> [String: String] {
    var hashes: [String: String] = [:]
    let base = URL(fileURLWithPath: folder, isDirectory: true)
    for word in trainer.command + (trainer.samples.command ?? []) where word.names.isEmpty {
      let url = URL(fileURLWithPath: word.text, relativeTo: base)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
        !isFolder.boolValue, !word.text.hasPrefix("/")
      else { continue }
      hashes["trainer \(word.text)"] = try ContentDigest.text(ofFile: url.path)
    }
    return hashes
  }

  /// A path as the experiment's folder sees it.
  private func path(_ template: Template) -> String {
    URL(
      fileURLWithPath: filled(template),
      relativeTo: URL(fileURLWithPath: experiment.folder, isDirectory: true)
    ).standardizedFileURL.path
  }

  private func filled(_ template: Template) -> String {
    template.filled { name in
      Slot(rawValue: name).map(place) ?? trainer.values[name] ?? ""
    }
  }

  private func place(of slot: Slot) -> String {
    switch slot {
    case .training: set("train.npy")
    case .trainingFolder: set("train")
    case .holdout: set("holdout.npy")
    case .holdoutFolder: set("holdout")
    case .seed: "\(experiment.seed)"
    case .out: folder.trainerFolder.standardizedFileURL.path
    case .checkpoint: trainer.samples.checkpoint.map(path) ?? ""
    case .samples: samples
    case .count: "\(experiment.metrics.samples)"
    }
  }

  /// The place of a set that all trials of the run with the same data share.
  private func set(_ name: String) -> String {
    let sets = ["training", "held-out"].compactMap { hashes[$0]?.prefix(12) }
    return results.dataFolder.appendingPathComponent(sets.joined(separator: "-"))
      .appendingPathComponent(name).standardizedFileURL.path
  }
}
