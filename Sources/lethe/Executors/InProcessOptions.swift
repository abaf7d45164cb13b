internal import ArgumentParser
internal import BuildCommit
internal import Machine
internal import Records
internal import Sweeps
internal import Trials

/// `--executor in-process`: one trial after the other in this process.
struct InProcessOptions: ExecutorOptions {
  static let name = "in-process"

  func executor(for runner: TrialRunner) throws -> any Executor {
    try Memory.require(threads: runner.threads)
    let (run, training) = (runner.run, runner.training)
    return InProcessExecutor { trial in
      let (experiment, arm) = try run.plan.experiment(of: trial.folder, in: run.results)
      try TrialRunner.train(
        Trial(
          experiment, in: run.results, arm: arm, threads: training.threads, commit: builtCommit),
        experiment, isStrict: training.strict)
    }
  }
}
