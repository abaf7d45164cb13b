import Foundation
import Testing

/// Behaviour required of every executor.
@Suite(.serialized) struct ExecutorTests {
  private static let names = ["local", "in-process", "slurm"]

  static var executors: [String] { names.filter { $0 != "slurm" || SlurmCluster.isInstalled } }

  @Test func everyExecutorOfTheCommandLineIsTested() throws {
    let help = try Workspace().lethe("run", "--help").output
    let values = help.firstMatch(of: /How trials are run: (.+?)\./.dotMatchesNewlines())
    #expect(values.map { $0.1.split(separator: ", ").map(String.init) } == Self.names)
  }

  /// A workspace and, for Slurm, the cluster that runs its trials.
  private struct Place {
    let workspace: Workspace
    let cluster: SlurmCluster?
    let executor: String

    init(_ executor: String, _ experiment: String = RunTests.ablation) throws {
      self.executor = executor
      workspace = try Workspace()
      try workspace.write(experiment, to: "sweep.yaml")
      cluster = executor == "slurm" ? try SlurmCluster() : nil
      workspace.environment = cluster?.environment ?? [:]
    }

    func arguments(_ more: [String]) -> [String] {
      ["run", "sweep.yaml", "--out", "r", "--executor", executor] + more
        + (cluster == nil ? [] : ["--wait"])
    }

    func run(_ more: String...) throws -> Outcome { try workspace.lethe(arguments(more)) }
  }

  @Test(arguments: executors) func allTrialsEndWithTheNumbersOfAnyOther(_ executor: String) throws {
    let place = try Place(executor)
    let run = try place.run("--only", "none*")
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      try place.workspace.lethe("run", "sweep.yaml", "--out", "local", "--only", "none*").status
        == 0)
    let numbers = try place.workspace.numbers(in: "r")
    #expect(numbers.count == 4 * 5)
    #expect(try place.workspace.numbers(in: "local") == numbers)
    #expect(place.workspace.names(in: "r").contains("report.html"))
    let again = try place.run("--only", "none*")
    #expect(again.errors.contains("4 of 16 trials are finished"))
    #expect(try place.workspace.numbers(in: "r") == numbers)
  }

  @Test(arguments: executors) func aFailureIsRecordedAndTheOthersGoOn(_ executor: String) throws {
    let wild = "wild: {optimizer.learning_rate: 1e30}"
    let place = try Place(
      executor, RunTests.ablation.replacing("l2: {loss.l2: 1e-4}", with: wild))
    let run = try place.run("--seeds", "1", "--set", "ablation.grid=null")
    #expect(run.status == 1)
    #expect(run.errors.contains("failed: wild seed 0: step "), "\(run.errors)")
    #expect(run.output.contains("4 trials: 3 finished, 1 failed"), "\(run.output)")
    let status = try place.workspace.lethe("status", "r")
    #expect(status.output.contains("wild seed 0 failed: step "))
  }

  @Test(arguments: executors) func aStoppedRunGoesOnToTheSameNumbers(_ executor: String) throws {
    let place = try Place(
      executor,
      RunTests.ablation.replacing(
        "steps: 60, batch: 8, sample_every: 20, checkpoint_every: 10",
        with: "steps: 150000, batch: 8, sample_every: 0, checkpoint_every: 1000"))
    let workspace = place.workspace
    let only = ["--only", "none-limit-100", "--seeds", "1"]
    let run = try workspace.start(place.arguments(only))
    workspace.wait { isTraining(workspace) }
    #expect(try workspace.lethe("cancel", "r").status == 0)
    #expect(try run.wait().status == 1)
    let counts = try workspace.json(workspace.lethe("status", "r", "--json").output)
    #expect(counts["interrupted"] as? Int ?? 0 > 0, "\(counts)")
    #expect(counts["running"] as? Int == 0)
    #expect(try workspace.lethe(place.arguments(only)).status == 0)
    #expect(
      try workspace.lethe(["run", "sweep.yaml", "--out", "whole"] + only).status == 0)
    #expect(try workspace.numbers(in: "r") == workspace.numbers(in: "whole"))
  }

  /// Returns true once a trial has written some lines of its log.
  private func isTraining(_ workspace: Workspace) -> Bool {
    workspace.names(in: "r/trials").contains { trial in
      ((try? workspace.data("r/trials/\(trial)/log.jsonl"))?.count ?? 0) > 500
    }
  }
}

/// Behaviour of Slurm alone: time limits, queues, arrays and rejected jobs.
@Suite(.serialized, .enabled(if: SlurmCluster.isInstalled)) struct SlurmTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(
      RunTests.ablation.replacing(
        "steps: 60, batch: 8, sample_every: 20, checkpoint_every: 10",
        with: "steps: 1000000000, batch: 8, sample_every: 0, checkpoint_every: 1000"),
      to: "long.yaml")
    try workspace.write(RunTests.ablation, to: "sweep.yaml")
  }

  private func submit(_ file: String, _ more: String...) throws -> Outcome {
    try workspace.lethe(["run", file, "--out", "r", "--executor", "slurm"] + more)
  }

  /// A task is told to stop shortly before its time limit: it writes a checkpoint and queues again.
  ///
  /// Slurm may warn earlier than it is asked to (sbatch(1), `--signal`): a warning of 20 seconds leaves the first task of 60
  /// some time to train, and the second task has half an hour.
  @Test func aTimeLimitLeadsToACheckpointAndTheQueue() throws {
    let cluster = try SlurmCluster()
    workspace.environment = cluster.environment
    let submitted = try submit(
      "long.yaml", "--only", "none-limit-100", "--seeds", "1", "--slurm-time", "00:01:00", "--set",
      "slurm.warning=20")
    #expect(submitted.status == 0, "\(submitted.errors)")
    #expect(submitted.errors.contains("1 trials are job "))
    let second = try submit("long.yaml")
    #expect(second.status == 1)
    #expect(second.errors.contains("its trials are in the queue as job "))
    var queue = ""
    try workspace.wait(atMost: 120) {
      queue = try cluster.command("squeue", "-h", "-o", "%T %r")
      return queue.contains("BeginTime")
    }
    #expect(queue.contains("PENDING BeginTime"), "\(queue)")
    let status = try workspace.lethe("status", "r").output
    #expect(status.contains("1 interrupted") && status.contains("tasks 1 pending"), "\(status)")
    let trial = try workspace.trial(in: "r")
    #expect(workspace.names(in: trial).contains("checkpoint.safetensors"))
    // The queued task goes on, and a cancelled one does not queue a third time. A node refuses a task that starts in
    // the second in which it ended ("credential revoked").
    let before = try step(trial)
    try cluster.command(
      "scontrol", "update", "JobId=\(try job())_0", "TimeLimit=30", "StartTime=now+5")
    try workspace.wait(atMost: 120) { try step(trial) > before }
    let waiting = try cluster.command("squeue", "-h", "-o", "%i %T %r")
    #expect(try step(trial) > before, "\(waiting)")
    let cancelled = try workspace.lethe("cancel", "r")
    #expect(cancelled.output.contains("was told to stop"), "\(cancelled)")
    try workspace.wait {
      queue = try cluster.command("squeue", "-h", "-o", "%T %r")
      return queue.isEmpty
    }
    #expect(queue.isEmpty, "\(queue)")
  }

  private func step(_ trial: String) throws -> Int {
    let status = try workspace.json(
      String(decoding: workspace.data("\(trial)/status.json"), as: UTF8.self))
    return status["step"] as? Int ?? 0
  }

  private func job() throws -> String {
    let job = try workspace.json(
      String(decoding: workspace.data("r/slurm/job.json"), as: UTF8.self))
    return try #require(job["array"] as? String)
  }

  /// Runs more trials than the cluster's arrays may have tasks: each task runs several.
  @Test func moreTrialsThanTasks() throws {
    let cluster = try SlurmCluster()
    workspace.environment = cluster.environment
    let run = try submit(
      "sweep.yaml", "--only", "none-limit-100", "--seeds", "16", "--wait", "--set", "train.steps=2"
    )
    #expect(run.status == 0, "\(run.errors)")
    #expect(workspace.names(in: "r/trials").count == 16)
  }

  @Test func aRejectedJobLeavesNothingInTheQueue() throws {
    let cluster = try SlurmCluster()
    workspace.environment = cluster.environment
    let run = try submit("sweep.yaml", "--slurm-partition", "nowhere")
    #expect(run.status == 1)
    #expect(
      run.errors.contains("error: sbatch: ") && run.errors.contains("invalid partition"),
      "\(run.errors)")
    #expect(!workspace.names(in: "r/slurm").contains("job.json"))
    #expect(try cluster.command("squeue", "-h").isEmpty)
  }

  @Test func slurmThatIsNotThere() throws {
    workspace.environment = ["PATH": "/nowhere"]
    let run = try submit("sweep.yaml")
    #expect(run.status == 1)
    #expect(run.errors.contains("error: scontrol: expected Slurm's command in PATH, found none"))
  }

  @Test func slurmThatIsDown() throws {
    try workspace.write(
      "ClusterName=down\nSlurmctldHost=localhost(127.0.0.1)\nSlurmctldPort=9\nMessageTimeout=2\nNodeName=localhost\n",
      to: "slurm.conf")
    workspace.environment = ["SLURM_CONF": workspace.url("slurm.conf").path]
    let run = try submit("sweep.yaml")
    #expect(run.status == 1)
    #expect(run.errors.contains("error: scontrol: "), "\(run.errors)")
    #expect(run.errors.contains("contact slurm controller"), "\(run.errors)")
  }
}
