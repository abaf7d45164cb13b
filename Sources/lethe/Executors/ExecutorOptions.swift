internal import ArgumentParser
internal import Records
internal import Sweeps

/// An executor on the command line: its name, its own options, and how it is made from them.
///
/// To add one, write a file with a type that conforms to this protocol and makes the `Executor`, add the type
/// to `Executors`, and add its name to the tests' `ExecutorTests`.
protocol ExecutorOptions: ParsableArguments {
  /// The executor's name as a value of `--executor`.
  static var name: String { get }
  /// Names of its own options, for the error when they are given with another executor; nil for
  /// an executor without options.
  static var optionNames: String? { get }
  /// True if any of its own options was given.
  var isGiven: Bool { get }
  /// True if trials may still run or wait when the executor has returned, as they do in a scheduler's queue.
  var leavesTrialsRunning: Bool { get }
  /// Refuses options of the training that mean nothing to this executor, such as `--threads` with Slurm.
  func check(_ training: TrialOptions) throws
  /// Makes the executor of a run's trials.
  ///
  /// - Throws: Errors that keep trials from being run at all.
  func executor(for runner: TrialRunner) throws -> any Executor
  /// The last submission of a results folder's trials to a scheduler; nil where there is none.
  static func submission(of results: ResultsFolder) throws -> (any Submission)?
}

extension ExecutorOptions {
  /// Nil, for an executor without options.
  static var optionNames: String? { nil }
  /// False, as there are no options.
  var isGiven: Bool { false }
  /// False, as all trials have ended when the executor returns.
  var leavesTrialsRunning: Bool { false }
  /// Accepts all options of the training.
  func check(_ training: TrialOptions) throws {}
  /// Nil, as the executor runs the trials itself.
  static func submission(of results: ResultsFolder) throws -> (any Submission)? { nil }
}
