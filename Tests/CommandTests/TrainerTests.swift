import Foundation
import Testing

/// Experiments whose models another program trains; here a script that copies examples.
@Suite struct TrainerTests {
  let workspace: Workspace

  private static let experiment = """
    name: mine
    data: {source: shapes, size: 8, channels: 1, holdout: 0.5, limit: 100}
    trainer:
      command: [sh, train.sh, "{data.train}", "{data.holdout}", "{kind}", "{seed}", "{out}"]
      samples: "{out}/samples.npy"
      scores: "{out}/scores.json"
      log: "{out}/log.jsonl"
    ablation:
      arms: {fresh: {kind: fresh}, copies: {kind: copies}}
      seeds: 6
    metrics: {samples: 60, searched: 1, features: pixels, primary: {diversity: vendi, memorization: memorized_share}}

    """

  /// Leaves training or held-out examples as its samples, says how it went, and prints how often it was started.
  private static let script = """
    echo "seed $4"
    echo start >>"$5/starts"
    if [ "$3" = copies ]; then cp "$1" "$5/samples.npy"; else cp "$2" "$5/samples.npy"; fi
    echo '{"step": 10, "d_loss": 0.5}' >"$5/log.jsonl"
    echo 'no line of the log' >>"$5/log.jsonl"
    echo '{"step": 20, "d_loss": 0.25}' >>"$5/log.jsonl"
    echo '{"d_train": [2, 3, 4], "d_holdout": [1, 2, 3], "fid": {"value": 7.5, "better": "lower"}, "other": 1}' \\
      >"$5/scores.json"

    """

  init() throws {
    workspace = try Workspace()
    try workspace.write(Self.experiment, to: "mine.yaml")
    try workspace.write(Self.script, to: "train.sh")
  }

  /// Runs one trial with another script or other settings.
  private func train(_ script: String = Self.script, _ settings: String...) throws -> Outcome {
    try workspace.write(script, to: "train.sh")
    let given = ["trainer.values.kind=copies"] + settings
    return try workspace.lethe(
      ["train", "mine.yaml", "--out", "t"] + given.flatMap { ["--set", $0] })
  }

  @Test func armsAreSweptMeasuredAndCompared() throws {
    let plan = try workspace.lethe("check", "mine.yaml")
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains("trainer.values.kind=copies  fresh"), "\(plan.output)")
    let run = try workspace.lethe("run", "mine.yaml", "--out", "r")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("copies: memorized_share worse: "), "\(run.output)")
    let trials = workspace.names(in: "r/trials").map { "r/trials/\($0)" }
    #expect(trials.count == 12)
    let first = try #require(trials.first { $0.contains("copies-s0") })
    let log = try String(decoding: workspace.data("\(first)/log.jsonl"), as: UTF8.self)
    #expect(log == "{\"step\":10,\"d_loss\":0.5}\n{\"step\":20,\"d_loss\":0.25}\n")
    let output = try String(decoding: workspace.data("\(first)/output.log"), as: UTF8.self)
    #expect(output.contains("seed 0\n"))
    #expect(
      output.contains(
        "note: lines of the trainer's log that are left out, as they have no step: 1\n"),
      "\(output)")
    let report = try workspace.json(
      String(decoding: workspace.data("r/report.json"), as: UTF8.self))
    let arms = try #require(report["arms"] as? [[String: Any]])
    let metrics = try #require(arms[1]["metrics"] as? [String: [String: Any]])
    #expect(metrics["own_fid"]?["mean"] as? Double == 7.5)
    #expect(metrics["own_d_gap"]?["mean"] as? Double == 1)
    #expect(metrics["own_other"] != nil)
    let page = try String(decoding: workspace.data("r/report.html"), as: UTF8.self)
    #expect(page.contains(">fresh</text>") && !page.contains("no dropout"))
    #expect(page.contains(">Samples</h2>"))
    // The sets are written once for all trials, and all samples come from them.
    #expect(workspace.names(in: "r/data").count == 1)
    let again = try workspace.lethe("run", "mine.yaml", "--out", "r")
    #expect(again.status == 0 && again.errors.contains("nothing to do"))
    let measured = try workspace.lethe("measure", "r", "--set", "metrics.samples=50")
    #expect(measured.status == 0, "\(measured.errors)")
    #expect(try workspace.data("\(first)/trainer/starts") == Data("start\n".utf8))

    // A script that has changed is noticed.
    try workspace.write(Self.script + "# changed\n", to: "train.sh")
    let changed = try workspace.lethe("run", "mine.yaml", "--out", "r", "--set", "ablation.seeds=7")
    #expect(changed.status == 2 && changed.errors.contains("trainer train.sh changed"))
  }

  /// Samples may be made of a checkpoint by a command of their own.
  @Test func samplesOfACheckpoint() throws {
    let sampling = """
      {checkpoint: "{out}/model", command: [cp, "{checkpoint}", "{samples}"], path: "{out}/made.npy"}
      """
    let outcome = try train(
      "cp \"$1\" \"$5/model\"\n", "trainer.samples=\(sampling)", "trainer.scores=null",
      "trainer.log=null")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let trial = try workspace.trial(in: "t")
    #expect(workspace.names(in: "\(trial)/trainer") == ["made.npy", "model"])
  }

  /// Sets are handed over as arrays and as folders, of pictures and of sounds, and samples may be either.
  @Test(arguments: [
    "images, source: shapes, size: 8, channels: 3",
    "audio, source: tones, sample_rate: 8000, length: 400",
  ])
  func setsAndSamplesOfBothForms(_ data: String) throws {
    for (set, samples) in [("data.train", "s.npy"), ("data.train_folder", "s")] {
      try workspace.write(
        """
        name: forms
        data: {kind: \(data), holdout: 0.5, limit: 60}
        trainer: {command: [cp, -r, "{\(set)}", "{out}/\(samples)"], samples: "{out}/\(samples)"}
        metrics: {samples: 50, searched: 1, features: pixels}
        """, to: "forms.yaml")
      let outcome = try workspace.lethe("train", "forms.yaml", "--out", samples)
      #expect(outcome.status == 0, "\(outcome.errors)")
      // Copies of the training examples are seen to be copies.
      let trial = try workspace.trial(in: samples)
      let metrics = try workspace.json(
        String(decoding: workspace.data("\(trial)/metrics.json"), as: UTF8.self))
      let values = try #require(metrics["values"] as? [String: [String: Any]])
      #expect(values["memorized_share"]?["value"] as? Double == 1, "\(outcome.output)")
    }
  }

  /// What is stopped is started again, in the same folder where it can go on.
  @Test(arguments: [true, false]) func ctrlCStopsIt(_ resumes: Bool) throws {
    let script = """
      echo start >>"$5/starts"
      trap 'echo told >>"$5/starts"; exit 0' TERM
      if [ -e "$5/stopped" ] || [ -e stopped ]; then
        cp "$1" "$5/samples.npy"; exit
      fi
      touch "$5/stopped" stopped
      while true; do sleep 0.1; done
      """
    try workspace.write(script, to: "train.sh")
    let arguments = [
      "train", "mine.yaml", "--out", "t", "--set", "trainer.values.kind=copies", "--set",
      "trainer.resume=\(resumes)", "--set", "trainer.scores=null",
    ]
    let running = try workspace.start(arguments)
    workspace.wait { workspace.names().contains("stopped") }
    running.send(SIGINT)
    let stopped = try running.wait()
    #expect(
      stopped.status == 1 && stopped.errors.contains("stopped after step 0"), "\(stopped.errors)")
    let whole = try workspace.lethe(arguments)
    #expect(whole.status == 0, "\(whole.errors)")
    let starts = try String(
      decoding: workspace.data("\(workspace.trial(in: "t"))/trainer/starts"), as: UTF8.self)
    #expect(starts == (resumes ? "start\ntold\nstart\n" : "start\n"))
  }

  /// A trial whose samples could not be used is trained again, by another script if it is one.
  @Test func aFailedTrialIsTrainedAgain() throws {
    try workspace.write("true\n", to: "train.sh")
    let arguments = ["run", "mine.yaml", "--out", "r", "--seeds", "1"]
    #expect(try workspace.lethe(arguments).status == 1)
    try workspace.write(Self.script, to: "train.sh")
    let again = try workspace.lethe(arguments + ["--retry-failed"])
    #expect(again.status == 0, "\(again.errors)")
  }

  /// Nothing that a command has started goes on when it has ended, or when the program is killed.
  @Test(arguments: [false, true]) func nothingIsLeftRunning(_ isKilled: Bool) throws {
    let script = """
      sleep 987 & echo $! >pid
      \(isKilled ? "wait" : "cp \"$1\" \"$5/samples.npy\"")
      """
    try workspace.write(script, to: "train.sh")
    let running = try workspace.start(
      "train", "mine.yaml", "--out", "t", "--set", "trainer.values.kind=copies", "--set",
      "trainer.scores=null")
    workspace.wait { (try? workspace.data("pid").isEmpty) == false }
    let text = try String(decoding: workspace.data("pid"), as: UTF8.self)
    let child = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    if isKilled { running.send(SIGKILL) }
    let outcome = try running.wait()
    #expect(isKilled || outcome.status == 0, "\(outcome.errors)")
    workspace.wait { kill(child, 0) != 0 }
    #expect(kill(child, 0) != 0)
  }

  /// Of what is printed without end, the beginning and the end are kept.
  @Test func outputHasALimit() throws {
    let outcome = try train(
      "echo first; head -c 20000000 /dev/zero | tr '\\0' x; echo; echo last\n" + Self.script)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let output = try workspace.data("\(workspace.trial(in: "t"))/output.log")
    #expect(output.count < 5_000_000 && output.starts(with: Data("first\n".utf8)))
    let end = String(decoding: output.suffix(20), as: UTF8.self)
    #expect(end == "xx\nlast\nseed 0\n".suffix(20) || end.hasSuffix("last\nseed 0\n"), "\(end)")
    #expect(output.firstRange(of: Data(" bytes are left out]".utf8)) != nil)
  }

  @Test(arguments: [
    ("echo some words; exit 3", "trainer.command: the command ended with status 3: some words"),
    ("kill -9 $$", "trainer.command: the command was killed by signal 9"),
    ("true", "samples.npy: "),
    ("head -c 10 \"$1\" >\"$5/samples.npy\"", "samples.npy: "),
    (
      script.replacing("\"d_train\": [2, 3, 4]", with: "\"d_train\": [2, NaN, 4]"),
      "scores.json: expected a JSON object of finite numbers by name"
    ),
    (script.replacing("d_train", with: "d_other"), "scores.json: expected lists in pairs"),
  ]) func commandsThatFail(_ script: String, _ problem: String) throws {
    let outcome = try train(script)
    #expect(outcome.status == 1 || outcome.status == 2)
    #expect(outcome.errors.contains(problem), "\(outcome.errors)")
    let status = try workspace.json(
      String(decoding: workspace.data("\(workspace.trial(in: "t"))/status.json"), as: UTF8.self))
    #expect(status["state"] as? String == "failed")
  }

  @Test(arguments: [
    (["metrics.samples=101"], "expected 101 samples (metrics.samples), found 100"),
    (
      ["trainer.samples=other.npy", "data.size=8"],
      "expected samples of shape [8, 8, 1], as the data have, found [4, 4, 1]"
    ),
    (["trainer.command=[\"./nowhere\", \"{kind}\"]"], "error: ./nowhere: "),
  ]) func samplesThatDoNotFit(_ settings: [String], _ problem: String) throws {
    try workspace.write(
      NumpyArray.data([Double](repeating: 0, count: 60 * 16), shape: [60, 4, 4, 1]), to: "other.npy"
    )
    let given = ["trainer.values.kind=copies"] + settings
    let outcome = try workspace.lethe(
      ["train", "mine.yaml", "--out", "t"] + given.flatMap { ["--set", $0] })
    #expect(outcome.status == 1 || outcome.status == 2)
    #expect(outcome.errors.contains(problem), "\(outcome.errors)")
  }

  @Test(arguments: [
    ("{kind}", "{knd}", "trainer.command: expected one of {data.train}, "),
    ("{out}/log", "{data.train}/log", "trainer.log: expected one of {out}, {seed}, "),
    ("\"{kind}\"", "\"{kind\"", "trainer.command: expected a list of words"),
    ("[sh, train.sh, ", "\"sh train.sh\" # ", "trainer.command: expected a list of words"),
    ("fresh: {kind: fresh}", "fresh: {}", "trainer.command: expected one of {data.train}, "),
    ("kind: fresh", "seed: 1", "trainer.values.seed: expected a name of letters"),
    ("kind: fresh", "kind: [a]", "trainer.values.kind: expected a text or a number"),
    ("ablation:", "dropout: []\nablation:", "dropout: would have no effect"),
    ("ablation:", "train: {steps: 5}\nablation:", "train: would have no effect"),
    ("arms:", "placements: {none: null}\n  arms:", "ablation.placements: would have no effect"),
    ("metrics: {", "metrics: {every: 5, ", "metrics.every: would have no effect"),
    ("memorization: memorized_share", "memorization: own", "metrics.primary.memorization: "),
    (
      "  log: \"{out}/log.jsonl\"", "  steps: 5",
      "trainer.steps: would have no effect: it is for a log"
    ),
    (
      "{source: shapes, size: 8, channels: 1,",
      "{kind: audio, source: tones, representation: waveform,",
      "data.representation: would have no effect"
    ),
    ("trainer:\n", "model: {family: external}\ntrainer:\n", "model: would have no effect"),
  ]) func badExperiments(_ text: String, _ other: String, _ problem: String) throws {
    try workspace.write(
      Self.experiment.replacing(text, with: other, maxReplacements: 1), to: "bad.yaml")
    let outcome = try workspace.lethe("check", "bad.yaml")
    #expect(outcome.status == 2 && outcome.errors.contains(problem), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
  }

  /// Commands that need a model which was trained here say so.
  @Test func whatNeedsAModel() throws {
    let single = Self.experiment.replacing(
      /ablation:\n  arms.*\n  seeds: 6\n/, with: ""
    ).replacing("\"{kind}\"", with: "copies")
    try workspace.write(single, to: "single.yaml")
    let bench = try workspace.lethe("bench", "single.yaml")
    #expect(
      bench.status == 2 && bench.errors.contains("trainer: expected a model that is trained here"))
    let reference = try workspace.lethe("train", "single.yaml", "--backend", "reference")
    #expect(
      reference.status == 2
        && reference.errors.contains("--backend or --forms: expected neither"))
    let plan = try workspace.lethe("check", "single.yaml", "--json")
    #expect(try workspace.json(plan.output)["data"] != nil)
  }
}
