internal import ArgumentParser
internal import Records
internal import Sweeps

/// An executor as the command line offers it: what it is called, the options of its own, and how it is made of them.
///
/// A new one is a file with a type that conforms to this protocol (and the `Executor` that it makes), a word in
/// `Executors` and its name in the tests' `ExecutorTests`.
protocol ExecutorOptions: ParsableArguments {
  /// What `--executor` calls it.
  static var name: String { get }
  /// Its own options as an error names them when they are given to another executor; nil for one without options.
  static var optionNames: String? { get }
  /// Whether any of its own options was given.
  var isGiven: Bool { get }
  /// Whether trials may still be running or waiting when the executor has returned, as those in a queue are.
  var leavesTrialsRunning: Bool { get }
  /// Refuses options of every trial that mean nothing to it.
  func check(_ training: TrialOptions) throws
  /// Makes the executor of a run's trials.
  ///
  /// - Throws: What keeps any trial from being run.
  func executor(for runner: TrialRunner) throws -> any Executor
  /// The trials of a results folder that it has last handed to a scheduler; nil where there is none.
  static func submission(of results: ResultsFolder) throws -> (any Submission)?
}

extension ExecutorOptions {
  /// None.
  static var optionNames: String? { nil }
  /// Nothing.
  var isGiven: Bool { false }
  /// Trials have ended when it returns.
  var leavesTrialsRunning: Bool { false }
  /// All of them mean something.
  func check(_ training: TrialOptions) throws {}
  /// It runs them itself.
  static func submission(of results: ResultsFolder) throws -> (any Submission)? { nil }
}
