internal import Complaints
internal import Datasets
internal import Evaluation
internal import Experiments
internal import Files
internal import Foundation
internal import Records
internal import Specification
internal import Training

extension Trial {
  /// Runs a trial whose model another program trains: its command, then the one that makes samples if there is one,
  /// then the measurements.
  ///
  /// - Throws: See `run`; `TrainerError` where a command fails.
  func run(
    _ trainer: Experiment.Trainer, _ data: Dataset, startingOver: Bool, isStrict: Bool,
    shouldStop: @escaping () -> Bool, report: @escaping (Event) -> Void
  ) throws -> Outcome {
    guard choice == .cpu else {
      throw InputError(
        SourcePlace(file: "--backend or --forms"), expected: "neither, as another program trains",
        found: "\(choice)")
    }
    let threads = chosenThreads(after: startingOver ? nil : read().status)
    let hashes = try experiment.hashes(of: data)
    let madeBy = Provenance.current(threads: threads, on: choice, commit: commit)
    let lock = try open(startingOver: startingOver)
    let start = try TrialStart(folder, data: hashes, madeBy: madeBy, isStrict: isStrict)
    for note in start.notes { report(.note(note)) }
    try describe(experiment)
    let steps = experiment.train.steps
    var record = TrialRecord(
      folder, step: start.status?.step == steps ? steps : 0, steps: steps, madeBy: madeBy,
      data: hashes, start: start)
    let command = TrainerCommand(
      experiment: experiment, trainer: trainer, folder: folder, results: results,
      hashes: hashes)
    return try recordingEnd(of: &record) { record in
      try record.write(.running)
      try command.writeData(data)
      if record.step < steps {
        try folder.removeMeasurements()
        try train(command, trainer, steps, threads, shouldStop, report)
      }
      record.beginMeasuring()
      if let sampling = command.sampling {
        record.step = steps
        try record.write(.running)
        try process("trainer.samples.command", threads, shouldStop).run(sampling) {}
      }
      // Where training leaves the samples, some that cannot be used are no training that a later run could go on from.
      let samples = try TrainerSamples.load(command.samples, of: experiment)
      record.step = steps
      try record.write(.running)
      try measure(samples, of: command, data, record, threads, shouldStop, report)
      try lock.confirm()
    }
  }

  private func process(
    _ key: String, _ threads: Int, _ shouldStop: @escaping () -> Bool
  ) -> TrainerProcess {
    TrainerProcess(
      experiment: experiment, folder: folder, threads: threads, key: key, shouldStop: shouldStop)
  }

  /// Runs the command that trains, and copies its log.
  private func train(
    _ command: TrainerCommand, _ trainer: Experiment.Trainer, _ steps: Int, _ threads: Int,
    _ shouldStop: @escaping () -> Bool, _ report: (Event) -> Void
  ) throws {
    if !trainer.resumes, FileManager.default.fileExists(atPath: folder.trainerFolder.path) {
      try FileManager.default.removeItem(at: folder.trainerFolder)
    }
    try createFolder(folder.trainerFolder)
    let log = try command.log.map { try TrainerLog(URL(fileURLWithPath: $0), to: folder) }
    try process("trainer.command", threads, shouldStop).run(command.training) {
      let earlier = log?.last?.step
      try log?.copy()
      if let line = log?.last, line.step != earlier {
        report(.step(Progress(line, steps: max(steps, line.step))))
      }
    }
    if let log, log.unreadable > 0 {
      report(
        .note(
          "lines of the trainer's log that are left out, as they have no step: \(log.unreadable)"))
    }
  }

  /// Measures samples, with the numbers of the program's own.
  private func measure(
    _ samples: [Float], of command: TrainerCommand, _ data: Dataset, _ record: TrialRecord,
    _ threads: Int, _ shouldStop: @escaping () -> Bool, _ report: @escaping (Event) -> Void
  ) throws {
    let scores = try command.scores.map { try ForeignScores(reading: URL(fileURLWithPath: $0)) }
    let sheet = try samples.prefix(Self.sheetCount * experiment.example.sizes.reduce(1, *))
    try SampleFiles(experiment).writeSheet(Array(sheet)) {
      folder.samples(step: record.step, fileExtension: $0)
    }
    let model = ForeignModel(samples: samples, scores: scores, step: record.step)
    let validating = try Measuring(model, of: experiment, data, threads: threads)
    let isOfTest = data.test != nil && experiment.metrics.set == .test
    let measuring =
      isOfTest
      ? try Measuring(model, of: experiment, data.measured, threads: threads) : validating
    (validating.shouldStop, measuring.shouldStop) = (shouldStop, shouldStop)
    try measuring.write(
      to: folder, validation: data.test == nil ? nil : validating, madeBy: record.madeBy
    ) { report(.measuring($0)) }
  }
}
