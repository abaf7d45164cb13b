internal import Complaints
internal import Evaluation
internal import Experiments
internal import Foundation
internal import Records
internal import Scores
internal import Training

/// The rule of `train.until`: which model is the best so far, and whether training is over.
///
/// Its state follows from the log, so that a training that is continued ends where it would have ended anyway.
struct BestModel {
  /// What is measured.
  let criterion: Criterion
  /// Step and value of the best model; nil before the first measurement.
  private(set) var best: (step: Int, value: Double)?
  private var measurementsSince = 0
  private let patience: Int

  /// Starts the rule of an experiment; nil where it has none.
  ///
  /// - Parameters:
  ///   - log: The log of a training that is continued.
  ///   - step: The last step of the log that counts.
  /// - Throws: `FileError`.
  init?(_ experiment: Experiment, _ criterion: Criterion?, log: URL, upTo step: Int) throws {
    guard let until = experiment.train.until, let criterion else { return nil }
    (self.criterion, patience) = (criterion, until.patience)
    for line in try LogLines.values(of: logName, in: log) where line.step <= step {
      note(line.value, at: line.step)
    }
  }

  /// The name of the measurements in the log.
  var logName: String { LogName.criterion(criterion.key) }

  /// True when training is to end.
  var isOver: Bool { measurementsSince >= patience }

  /// Notes a measurement. A model that is as good as the best takes its place, as it was trained for longer, but gives
  /// no more time.
  ///
  /// - Returns: True if it is the best now.
  @discardableResult mutating func note(_ value: Double, at step: Int) -> Bool {
    let old = best?.value
    let isBetter = old.map { criterion.better == .higher ? value > $0 : value < $0 } ?? true
    measurementsSince = isBetter ? 0 : measurementsSince + 1
    guard isBetter || value == old else { return false }
    best = (step, value)
    return true
  }

  /// Checks that the checkpoint of the best model is there. One of a later step is from steps that were lost, and will be
  /// made again.
  ///
  /// - Throws: `InputError` when it is missing, damaged or of another step.
  func check(_ file: URL) throws {
    guard let best else { return }
    let step = FileManager.default.fileExists(atPath: file.path) ? try Checkpoint(file).step : nil
    guard let step, step >= best.step else {
      throw InputError(
        SourcePlace(file: file.path), expected: "the model of step \(best.step)",
        found: step.map { "that of step \($0)" } ?? "no file")
    }
  }
}
