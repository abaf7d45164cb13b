import Foundation
import Testing

@Suite struct RunTests {
  let workspace: Workspace

  /// An ablation of 2 × (1 + 2 + 1) arms: for each of two sizes, no dropout, one placement at two rates,
  /// and a baseline.
  static let ablation = """
    # What does dropout do to a tiny GAN?
    name: sweep
    data: {source: shapes, size: 8, channels: 1, holdout: 0.1, limit: 200}
    model: {family: gan, backbone: mlp, latent: 4, hidden: [8]}
    train: {steps: 60, batch: 8, sample_every: 20, checkpoint_every: 10}
    metrics: {samples: 50, features: pixels}
    ablation:
      placements: {none: null, generator: "generator.*.post_act"}
      rates: [0.1, 0.5]
      grid: {data.limit: [100, 200]}
      baselines: {l2: {loss.l2: 1e-4}}
      seeds: 2

    """

  init() throws {
    workspace = try Workspace()
    try workspace.write(Self.ablation, to: "sweep.yaml")
  }

  @Test func everyTrialIsRunOnceAndReported() throws {
    let first = try workspace.lethe("run", "sweep.yaml", "--out", "r")
    #expect(first.status == 0, "\(first.errors)")
    #expect(workspace.names(in: "r/trials").count == 16)
    let arms = Set(workspace.names(in: "r/trials").map { $0.prefix { $0 != "s" } })
    #expect(arms.contains("none-limit-100-") && arms.contains("l2-limit-200-"))
    for file in ["report.html", "report.json", "trials.csv", "experiment.yaml", "sweep.json"] {
      #expect(workspace.names(in: "r").contains(file))
    }
    #expect(first.output.contains("generator-bernoulli-0.5-limit-200: recall inconclusive"))
    let before = try workspace.numbers(in: "r")
    let second = try workspace.lethe("run", "sweep.yaml", "--out", "r")
    #expect(second.status == 0)
    #expect(second.errors.contains("all 16 trials are finished: nothing to do"))
    #expect(try workspace.numbers(in: "r") == before)
    let status = try workspace.lethe("status", "r", "--json")
    #expect(try workspace.json(status.output)["finished"] as? Int == 16)
  }

  /// Without placements, baselines may have dropout, and are compared with the file's own.
  @Test func aPlanTellsTheDropoutOfEveryArm() throws {
    let text = Self.ablation.replacing(
      "ablation:", with: "dropout: [{at: generator.latent, rate: 0.25}]\nablation:"
    )
    .replacing(
      "  placements: {none: null, generator: \"generator.*.post_act\"}\n  rates: [0.1, 0.5]\n",
      with: ""
    )
    .replacing(
      "{l2: {loss.l2: 1e-4}}",
      with: "{l2: {loss.l2: 1e-4}, more: {dropout: [{at: generator.latent, rate: 0.5}]}}")
    try workspace.write(text, to: "own.yaml")
    let plan = try workspace.lethe("check", "own.yaml").output
    let rows = plan.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    for row in [
      "as_given-limit-100 as in the file data.limit=100",
      "l2-limit-100 none data.limit=100, loss.l2=0.0001 as_given-limit-100",
      "more-limit-200 [{at: generator.latent, rate: 0.5}] data.limit=200 as_given-limit-200",
    ] { #expect(rows.contains(row), "\(plan)") }
    #expect(!plan.contains("no verdicts"), "\(plan)")
  }

  @Test func numbersDoNotDependOnJobs() throws {
    for jobs in ["1", "3"] {
      let outcome = try workspace.lethe("run", "sweep.yaml", "--out", jobs, "--jobs", jobs)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let numbers = try workspace.numbers(in: "1")
    #expect(numbers.count == 16 * 5)
    #expect(try workspace.numbers(in: "3") == numbers)
  }

  @Test func armsAndSeedsAreChosen() throws {
    let list = { (outcome: Outcome) in
      outcome.output.split(separator: "\n").filter { $0.contains("waiting") }.count
    }
    let only = ["run", "sweep.yaml", "--only", "generator-*-100", "--dry-run"]
    #expect(list(try workspace.lethe(only)) == 4)
    #expect(list(try workspace.lethe(only + ["--seeds", "3"])) == 6)
    #expect(workspace.names() == ["sweep.yaml", "tiny.yaml"])
    let none = try workspace.lethe("run", "sweep.yaml", "--only", "genrator-*")
    #expect(none.status == 2)
    #expect(none.errors.contains("--only: expected a glob of arms (none-limit-100, "))
    // Runs a part first, and then the rest.
    #expect(try workspace.lethe("run", "sweep.yaml", "--only", "l2*", "--seeds", "1").status == 0)
    #expect(workspace.names(in: "results/sweep/trials").count == 2)
    #expect(try workspace.lethe("run", "sweep.yaml").status == 0)
    #expect(workspace.names(in: "results/sweep/trials").count == 16)
  }

  /// A setting that would have no effect is an error.
  @Test(arguments: [
    (["--jobs", "0"], "--jobs: expected 1 to 1024, found 0"),
    (
      ["--executor", "in-process", "--jobs", "2"],
      "--jobs and --hang-after are for --executor local"
    ),
    (["--executor", "slurm", "--threads", "2"], "--slurm-cpus says it"),
    (["--slurm-cpus", "2"], "--wait and --slurm-… are for --executor slurm"),
    (
      ["--executor", "slurm", "--slurm-partition", "a b; touch x"],
      "--slurm-partition: expected the name of a partition, or several with commas between them, found a b; touch x"
    ),
    (["--hang-after", "0"], "--hang-after: expected minutes above 0"),
    (["--seeds", "0"], "--seeds: expected 1 to 10000, found 0"),
    (["--executor", "cluster"], "cluster"),
    (["--out", ""], "--out: expected a folder, found an empty name"),
  ])
  func optionsThatMeanNothing(_ options: [String], _ message: String) throws {
    let run = try workspace.lethe(["run", "sweep.yaml"] + options)
    #expect(run.status == 2)
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(!workspace.names().contains("results"))
  }

  @Test func aSingleExperimentIsOneTrialAsOfTrain() throws {
    #expect(try workspace.lethe("run", "tiny.yaml", "--threads", "1").status == 0)
    let trained = try workspace.lethe("train", "tiny.yaml", "--threads", "1")
    #expect(trained.status == 0)
    #expect(trained.errors.contains("nothing to do"))
    #expect(workspace.names(in: "results/tiny/trials").count == 1)
  }

  // MARK: Failures

  @Test func aDivergedTrialIsRecordedAndTheOthersGoOn() throws {
    try workspace.write(
      Self.ablation.replacing("l2: {loss.l2: 1e-4}", with: "wild: {optimizer.learning_rate: 1e30}"),
      to: "sweep.yaml")
    let run = try workspace.lethe("run", "sweep.yaml", "--out", "r", "--seeds", "1")
    #expect(run.status == 1)
    #expect(run.errors.contains("failed: wild-limit-100 seed 0: step "))
    #expect(run.errors.contains("  | error: step "))
    #expect(run.errors.contains("2 trials failed; --retry-failed runs them again"))
    #expect(run.output.contains("8 trials: 6 finished, 2 failed"))
    let again = try workspace.lethe("run", "sweep.yaml", "--out", "r", "--seeds", "1")
    #expect(again.status == 1)
    #expect(again.errors.contains("6 of 8 trials are finished, 2 failed (--retry-failed"))
    let retried = try workspace.lethe(
      "run", "sweep.yaml", "--out", "r", "--seeds", "1", "--retry-failed")
    #expect(retried.errors.contains("failed: wild-limit-200 seed 0"))
  }

  @Test func oneRunnerAtATime() throws {
    let first = try start("r", steps: 1_000_000)
    let second = try workspace.lethe("run", "sweep.yaml", "--out", "r")
    #expect(second.status == 1)
    #expect(second.errors.contains("is at work here"))
    first.send(SIGINT)
    #expect(try first.wait().status == 1)
  }

  @Test func anotherVersionsFolderIsLeftAlone() throws {
    try workspace.write("{\"version\": 99}", to: "r/sweep.json")
    let run = try workspace.lethe("run", "sweep.yaml", "--out", "r")
    #expect(run.status == 2)
    #expect(run.errors.contains("expected a results folder of version 3, found 99"))
    #expect(try workspace.data("r/sweep.json") == Data("{\"version\": 99}".utf8))
  }

  // MARK: Being stopped

  /// Starts a run of long trials, and waits until two of them are training.
  private func start(_ results: String, steps: Int) throws -> Running {
    let run = try workspace.start(
      "run", "sweep.yaml", "--out", results, "--set", "train.steps=\(steps)", "--set",
      "train.checkpoint_every=200", "--set", "train.sample_every=0", "--jobs", "2")
    workspace.wait { workspace.trialProcesses(in: results).count == 2 }
    #expect(workspace.trialProcesses(in: results).count == 2)
    return run
  }

  @Test func noTrialOutlivesAKilledRunner() throws {
    let run = try start("r", steps: 1_000_000)
    run.send(SIGKILL)
    #expect(try run.wait().status == -SIGKILL)
    workspace.wait(atMost: 5) { workspace.trialProcesses(in: "r").isEmpty }
    #expect(workspace.trialProcesses(in: "r").isEmpty)
    let status = try workspace.json(workspace.lethe("status", "r", "--json").output)
    #expect(status["running"] as? Int == 0)
  }

  @Test func ctrlCStopsWithACheckpointAndTheSameCommandGoesOn() throws {
    let whole = try workspace.lethe(
      "run", "sweep.yaml", "--out", "whole", "--set", "train.steps=15000", "--set",
      "train.checkpoint_every=500", "--set", "train.sample_every=0", "--only", "none*")
    #expect(whole.status == 0)
    let run = try workspace.start(
      "run", "sweep.yaml", "--out", "r", "--set", "train.steps=15000", "--set",
      "train.checkpoint_every=500", "--set", "train.sample_every=0", "--only", "none*")
    workspace.wait { !workspace.trialProcesses(in: "r").isEmpty }
    usleep(100_000)
    run.send(SIGINT)
    let stopped = try run.wait()
    #expect(stopped.status == 1)
    #expect(stopped.errors.contains("stopped; the same command goes on from here"))
    #expect(workspace.trialProcesses(in: "r").isEmpty)
    let rest = try workspace.lethe(
      "run", "sweep.yaml", "--out", "r", "--set", "train.steps=15000", "--set",
      "train.checkpoint_every=500", "--set", "train.sample_every=0", "--only", "none*")
    #expect(rest.status == 0)
    #expect(try workspace.numbers(in: "r") == workspace.numbers(in: "whole"))
  }

  /// A run that is stopped while it measures keeps its finished measurements and continues from them.
  @Test(arguments: ["run", "train"]) func ctrlCWhileMeasuring(_ command: String) throws {
    let arguments = [
      command, "sweep.yaml", "--set", "ablation=null", "--set", "metrics.samples=2000", "--set",
      "data.limit=1500", "--set", "data.size=16",
    ]
    let running = try workspace.start(arguments + ["--out", "r"])
    workspace.wait(atMost: 60) { measured("r") > 3 }
    running.send(SIGINT)
    let stopped = try running.wait()
    #expect(stopped.status == 1, "\(stopped.errors)")
    #expect(measured("r") > 3)
    let status = try workspace.json(workspace.lethe("status", "r", "--json").output)
    #expect(status["interrupted"] as? Int == 1)
    #expect(try workspace.lethe(arguments + ["--out", "r"]).status == 0)
    #expect(measured("r") == 0)
    #expect(try workspace.lethe(arguments + ["--out", "whole"]).status == 0)
    #expect(try workspace.numbers(in: "r") == workspace.numbers(in: "whole"))
  }

  /// Number of measurements kept for the only trial.
  private func measured(_ results: String) -> Int {
    guard let trial = workspace.names(in: results + "/trials").first,
      let data = try? workspace.data("\(results)/trials/\(trial)/measuring.json"),
      let document = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return 0 }
    return (document["progress"] as? [String: Any])?["done"] as? Int ?? 0
  }

  @Test func aKilledTrialGoesOn() throws {
    let run = try start("r", steps: 10_000)
    for process in workspace.trialProcesses(in: "r") { kill(process, SIGKILL) }
    let outcome = try run.wait()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(workspace.names(in: "r/trials").count == 16)
  }
}
