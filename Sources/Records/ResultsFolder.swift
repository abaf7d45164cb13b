public import Experiments
internal import Files
public import Foundation

/// The folder of one experiment's results, `results/<name>/` unless the user says otherwise.
public struct ResultsFolder: Sendable, Equatable {
  /// The folder itself.
  public let url: URL

  /// Names a folder; it need not be there.
  public init(_ url: URL) {
    self.url = url
  }

  /// The folder of an experiment under the current one, or the one the user chose.
  public init(for experiment: Experiment, chosen: String? = nil) {
    self.init(URL(fileURLWithPath: chosen ?? "results/\(experiment.name)", isDirectory: true))
  }

  /// `experiment.yaml`: the experiment file as given.
  public var experiment: URL { url.appendingPathComponent(ResultsMarks.experiment) }
  /// `sweep.json`: see `SweepRecord`.
  public var sweep: URL { url.appendingPathComponent(ResultsMarks.sweep) }
  /// `forms.json`: see `FormsDocument`.
  public var forms: URL { url.appendingPathComponent("forms.json") }
  /// `trials.csv`: one row per trial.
  public var trialsTable: URL { url.appendingPathComponent("trials.csv") }
  /// `report.html`.
  public var report: URL { url.appendingPathComponent("report.html") }
  /// `report.json`: every number in the report.
  public var reportData: URL { url.appendingPathComponent("report.json") }
  /// `slurm`: the submitted job, and the output of its tasks.
  public var slurmFolder: URL { url.appendingPathComponent("slurm", isDirectory: true) }
  /// `data`: sets of the data as trainers' commands get them.
  public var dataFolder: URL { url.appendingPathComponent("data", isDirectory: true) }
  /// `trials`: one folder per trial.
  public var trialsFolder: URL {
    url.appendingPathComponent(ResultsMarks.trials, isDirectory: true)
  }

  /// The folder of one trial.
  ///
  /// - Parameter name: See `Experiment.trialFolderName(arm:seed:)`.
  public func trial(_ name: String) -> TrialFolder {
    TrialFolder(trialsFolder.appendingPathComponent(name, isDirectory: true))
  }

  /// The folders of all existing trials, in the order of their names.
  public func trials() -> [TrialFolder] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: trialsFolder.path)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted().map(trial)
  }

  /// Removes temporary files of killed processes from `slurm`. Only the process that holds the folder's lock
  /// may call it.
  ///
  /// - Throws: The system's error if a file cannot be removed.
  public func removeTemporaries() throws { try AtomicFile.removeTemporaries(in: slurmFolder) }

  /// Makes the folder and `trials` in it, and makes sure that files can be written there.
  ///
  /// - Throws: `FileError` naming the first folder that cannot be made or written to.
  public func create() throws {
    try createFolder(trialsFolder)
    try checkWritable(url)
  }
}

/// The folder of one trial.
public struct TrialFolder: Sendable, Equatable {
  /// The folder itself.
  public let url: URL

  /// Names a folder; it need not be there.
  public init(_ url: URL) {
    self.url = url
  }

  /// `<arm>-s<seed>-<hash>`.
  public var name: String { url.lastPathComponent }
  /// `config.yaml`: the fully resolved configuration.
  public var configuration: URL { url.appendingPathComponent(ResultsMarks.configuration) }
  /// `status.json`: see `TrialStatus`.
  public var status: URL { url.appendingPathComponent(ResultsMarks.status) }
  /// `metrics.json`: the metrics with their controls.
  public var metrics: URL { url.appendingPathComponent("metrics.json") }
  /// `measuring.json`: the measurements made so far; see `MeasuringRecord`.
  public var measuring: URL { url.appendingPathComponent("measuring.json") }
  /// `memorization.csv`: a leave-out score for each training example.
  public var memorization: URL { url.appendingPathComponent("memorization.csv") }
  /// `predictions.csv`: a detector's or classifier's predictions for held-out examples.
  public var predictions: URL { url.appendingPathComponent("predictions.csv") }
  /// `log.jsonl`: see `LogWriter`.
  public var log: URL { url.appendingPathComponent("log.jsonl") }
  /// `tensorboard`: event files; see `EventWriter`.
  public var eventsFolder: URL { url.appendingPathComponent("tensorboard", isDirectory: true) }
  /// `output.log`: standard output and standard error of its process.
  public var output: URL { url.appendingPathComponent("output.log") }
  /// `checkpoint.safetensors`: parameters, moments, random state and data cursor.
  public var checkpoint: URL { url.appendingPathComponent("checkpoint.safetensors") }
  /// `trainer`: what a trainer's command leaves.
  public var trainerFolder: URL { url.appendingPathComponent("trainer", isDirectory: true) }
  /// `best.safetensors`: a checkpoint of the best model by `train.until`.
  public var best: URL { url.appendingPathComponent("best.safetensors") }
  /// `checkpoints/000500`: the model after a number of steps, with files of the same names as those of the trained one.
  public func kept(step: Int) -> TrialFolder {
    TrialFolder(
      url.appendingPathComponent("checkpoints/\(padded(step, to: 6))", isDirectory: true))
  }

  /// The steps after which a model was kept, in their order.
  public func keptSteps() -> [Int] {
    let path = url.appendingPathComponent("checkpoints").path
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).compactMap(Int.init)
      .sorted()
  }

  /// The checkpoint of the model that is measured.
  public var measuredModel: URL {
    FileManager.default.fileExists(atPath: best.path) ? best : checkpoint
  }
  /// `samples`: sheets of samples at fixed latents.
  public var samplesFolder: URL { url.appendingPathComponent("samples", isDirectory: true) }
  /// `samples/final`: samples as separate files.
  public var finalSamplesFolder: URL {
    samplesFolder.appendingPathComponent("final", isDirectory: true)
  }

  /// `samples/000500.png`: the sheet after a number of steps.
  ///
  /// - Parameter fileExtension: `png` or `wav`.
  public func samples(step: Int, fileExtension: String) -> URL {
    samplesFolder.appendingPathComponent("\(padded(step, to: 6)).\(fileExtension)")
  }

  /// `samples/final/00000.png`: one sample of the finished generator.
  ///
  /// - Parameter fileExtension: `png` or `wav`.
  public func finalSample(_ index: Int, fileExtension: String) -> URL {
    finalSamplesFolder.appendingPathComponent("\(padded(index, to: 5)).\(fileExtension)")
  }

  /// `nearest.png`: samples beside their nearest training examples.
  ///
  /// - Parameter fileExtension: `png` or `wav`.
  public func nearest(fileExtension: String) -> URL {
    url.appendingPathComponent("nearest.\(fileExtension)")
  }

  /// `real.png`: training examples, to look at beside samples; for sounds with `real.wav`.
  public func real(fileExtension: String) -> URL {
    url.appendingPathComponent("real.\(fileExtension)")
  }

  /// Makes the folder and those in it, and makes sure that files can be written there.
  ///
  /// - Throws: `FileError` naming the first folder that cannot be made or written to.
  public func create() throws {
    try createFolder(finalSamplesFolder)
    try checkWritable(url)
  }

  /// Empties the folder, apart from its lock, and creates it anew. Only the process that runs this trial may call it.
  ///
  /// - Throws: The system's error if a file cannot be removed.
  public func clear() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: url.path) where name != ".lock"
    {
      try FileManager.default.removeItem(at: url.appendingPathComponent(name))
    }
    try create()
  }

  /// Removes the measurements of a model that is to be trained further.
  ///
  /// - Throws: `FileError`.
  public func removeMeasurements() throws {
    let nearest = ["csv", "png", "wav"].map { self.nearest(fileExtension: $0) }
    let real = ["png", "wav"].map { self.real(fileExtension: $0) }
    for file in [metrics, measuring, memorization, predictions] + nearest + real {
      try removeFile(file)
    }
  }

  /// Removes the samples of the finished generator whose index is `first` or more.
  ///
  /// - Throws: `FileError`.
  public func removeFinalSamples(from first: Int) throws {
    let path = finalSamplesFolder.path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names where Int(name.prefix { $0 != "." }).map({ $0 >= first }) ?? false {
      try removeFile(finalSamplesFolder.appendingPathComponent(name))
    }
  }

  /// Removes the sheet of samples made after a number of steps.
  ///
  /// - Throws: `FileError`.
  public func removeSheet(step: Int) throws {
    for name in ["png", "wav"] { try removeFile(samples(step: step, fileExtension: name)) }
  }

  /// Renames a broken file so that nothing reads it: `a.json` becomes `a.json.broken`.
  ///
  /// - Returns: Its new name.
  /// - Throws: `FileError`.
  public func setAside(_ file: URL) throws -> String {
    let name = file.lastPathComponent + ".broken"
    guard rename(file.path, url.appendingPathComponent(name).path) == 0 else {
      throw FileError(file.path, action: "move", code: errno)
    }
    return name
  }

  /// Removes temporary files of killed processes from the folders of samples. Only the process that runs
  /// this trial may call it.
  ///
  /// - Throws: `FileError`.
  public func removeTemporaries() throws {
    for folder in [samplesFolder, finalSamplesFolder] {
      try AtomicFile.removeTemporaries(in: folder)
    }
  }
}

private func padded(_ number: Int, to width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
