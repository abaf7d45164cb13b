import CPU
import Foundation
import Testing

/// `--backend` and `--forms` from the command line: the same experiment on the slow back end that checks the fast one, and
/// with convolutions computed otherwise.
@Suite struct BackendTests {
  let workspace = try! Workspace()

  /// The numbers in a trial's log, step by step, without times.
  private func losses(in results: String) throws -> [[Double]] {
    let log = try workspace.data(workspace.trial(in: results) + "/log.jsonl")
    return try String(decoding: log, as: UTF8.self).split(separator: "\n").map { line in
      let values = try workspace.json(String(line))
      return values.keys.sorted().filter { !["seconds", "steps_per_second"].contains($0) }
        .compactMap { values[$0] as? Double }
    }
  }

  private static let small = [
    "--set", "model={family: gan, backbone: conv, latent: 4, width: 4}",
    "--set", "train={steps: 6, batch: 8, sample_every: 6, checkpoint_every: 3}",
    "--set", "dropout=[{type: bernoulli, at: \"*.post_act\", rate: 0.3}]",
  ]

  /// The forms of convolutions and the reference differ by rounding, and a trial says what made its numbers.
  @Test(arguments: [
    (["--backend", "reference"], "reference back end"),
    (["--forms", "direct"], "direct convolutions"),
    (["--forms", "winograd"], "winograd convolutions"),
  ])
  func lossesAndNamesAreThoseOfTheProcessor(_ options: [String], _ remark: String) throws {
    for (results, options) in [("cpu", ["--backend", "cpu"]), ("other", options)] {
      let outcome = try workspace.lethe(
        ["train", "tiny.yaml", "--out", results, "--threads", "1"] + options + Self.small)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let (found, expected) = (try losses(in: "other"), try losses(in: "cpu"))
    #expect(!expected.isEmpty && found.count == expected.count)
    for (line, other) in zip(found, expected) {
      #expect(line.count == other.count && !line.isEmpty)
      for (x, y) in zip(line, other) {
        #expect(abs(x - y) <= 1e-3 * (1 + abs(y)), "\(x), not \(y)")
      }
    }
    let trials = ["cpu", "other"].map { workspace.names(in: "\($0)/trials") }
    #expect(trials[0] == trials[1] && trials[0].count == 1)
    let status = try ["cpu", "other"].map {
      try String(decoding: workspace.data(workspace.trial(in: $0) + "/status.json"), as: UTF8.self)
    }
    #expect(!status[0].contains(remark) && status[1].contains(remark))
  }

  /// A checkpoint belongs to a trial, not to a back end: either back end reads it.
  @Test func checkpointsAreReadByBoth() throws {
    for backend in ["cpu", "reference"] {
      let first = try workspace.lethe(
        ["train", "tiny.yaml", "--out", backend, "--backend", backend] + Self.small)
      #expect(first.status == 0, "\(first.errors)")
      let checkpoint = try workspace.trial(in: backend) + "/checkpoint.safetensors"
      let other = backend == "cpu" ? "reference" : "cpu"
      for maker in [backend, other] {
        let made = try workspace.lethe(
          "generate", checkpoint, "--count", "3", "--npy", "\(backend)-\(maker).npy", "--backend",
          maker)
        #expect(made.status == 0, "\(made.errors)")
      }
      let samples = try [backend, other].map { maker in
        try workspace.data("\(backend)-\(maker).npy").suffix(3 * 64 * 4)
      }
      let values = samples.map { bytes in
        bytes.withUnsafeBytes { raw in
          (0..<3 * 64).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
      }
      #expect(zip(values[0], values[1]).allSatisfy { abs($0 - $1) < 1e-4 })
      #expect(Set(values[0]).count > 10)
      let longer = try workspace.lethe(
        ["train", "tiny.yaml", "--out", backend, "--backend", other] + Self.small
          + ["--set", "train.steps=8"])
      #expect(longer.status == 0, "\(longer.errors)")
    }
  }

  @Test func benchTimesBoth() throws {
    let outcome = try workspace.lethe(
      "bench", "tiny.yaml", "--steps", "5", "--backend", "reference", "--profile")
    #expect(outcome.status == 0 && outcome.output.contains("median"), "\(outcome.errors)")
    #expect(outcome.errors.contains("0: kernel"), "\(outcome.errors)")
  }

  /// The table has every convolution that has a form besides the direct one, and a form by the sizes for each.
  @Test func benchComparesForms() throws {
    let arguments =
      ["bench", "tiny.yaml", "--seconds", "0", "--set"] + [
        "model={family: gan, backbone: conv, latent: 4, width: 4}", "--forms",
      ]
    let table = try workspace.lethe(arguments)
    #expect(table.status == 0 && table.output.contains("by the sizes"), "\(table)")
    #expect(table.output.contains("all of a step"), "\(table)")
    let json = try workspace.json(workspace.lethe(arguments + ["--json"]).output)
    let convolutions = try #require(json["convolutions"] as? [[String: Any]])
    #expect(!convolutions.isEmpty)
    for convolution in convolutions {
      let forms = try #require(convolution["forms"] as? [[String: Any]])
      let names = forms.compactMap { $0["name"] as? String }
      #expect(names.first == "direct" && names.count == forms.count && Set(names).count > 1)
      #expect(forms.allSatisfy { ($0["ms"] as? Double ?? 0) > 0 })
      let chosen = try #require(convolution["chosen"] as? [String: Any])
      #expect(names.contains(chosen["name"] as? String ?? ""))
    }
    let none = try workspace.lethe("bench", "tiny.yaml", "--forms")
    #expect(none.output.contains("no convolution has a form but the direct one"))
    for (more, message) in [
      (["--steps", "5"], "--forms: expected a name"), (["--profile"], "--forms: expected a name"),
      (["--backend", "reference"], "--forms: expected --backend cpu"),
    ] {
      let refused = try workspace.lethe(arguments + more)
      #expect(refused.status == 2 && refused.errors.contains(message), "\(refused)")
    }
  }

  private func record(_ file: String) throws -> [String: Any] {
    try workspace.json(String(decoding: workspace.data(file), as: UTF8.self))
  }

  /// The form of each convolution that a file records.
  private func forms(_ file: String) throws -> [String: String] {
    try #require(try record(file)["forms"] as? [String: String])
  }

  /// A trial takes the table of its folder, which is made before it begins and found again in the cache.
  @Test func formsAreMeasuredOnce() throws {
    workspace.environment["XDG_CACHE_HOME"] = workspace.url("cache").path
    for results in ["first", "second"] {
      let outcome = try workspace.lethe(
        ["train", "tiny.yaml", "--out", results, "--forms", "measured"] + Self.small)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let table = try forms("first/forms.json")
    #expect(table.count > 2)
    #expect(workspace.names(in: "cache/lethe").count { $0.hasPrefix("forms-") } == 1)
    #expect(try forms("second/forms.json") == table)
    let recorded = try forms(workspace.trial(in: "first") + "/status.json")
    #expect(table.allSatisfy { recorded[$0] == $1 })
    let bench = try workspace.lethe(
      ["bench", "tiny.yaml", "--forms", "measured", "--seconds", "0"] + Self.small)
    #expect(bench.status == 0 && bench.output.contains("median"), "\(bench)")
  }

  /// A table of a run stands for all of its trials, however they are started, and against other choices.
  @Test func trialsFollowTheTable() throws {
    let ablation = [
      "--set", "ablation={placements: {none: null, all: \"*.post_act\"}, rates: [0.3], seeds: 1}",
    ]
    let run = try workspace.lethe(
      ["run", "tiny.yaml", "--out", "run", "--forms", "winograd"] + Self.small.dropLast(2)
        + ablation)
    #expect(run.status == 0, "\(run.errors)")
    let table = try forms("run/forms.json")
    #expect(table.values.contains { $0.hasPrefix("F(") })
    for trial in workspace.names(in: "run/trials") {
      let recorded = try forms("run/trials/\(trial)/status.json")
      #expect(table.allSatisfy { recorded[$0] == $1 })
    }
    let other = try workspace.lethe(
      ["run", "tiny.yaml", "--out", "run", "--forms", "direct"] + Self.small.dropLast(2) + ablation)
    #expect(
      other.status == 2
        && other.errors.contains(
          "expected the forms that its trials have (--forms winograd, or none), found --forms direct"
        ),
      "\(other)")
  }

  /// A trial that goes on keeps the forms of its first steps; a name that is none is refused.
  @Test func formsStayWithATrial() throws {
    let train = ["train", "tiny.yaml", "--out", "stay"] + Self.small
    #expect(try workspace.lethe(train).status == 0)
    let status = try workspace.trial(in: "stay") + "/status.json"
    var record = try record(status)
    var forms = try forms(status)
    let convolution = try #require(forms.keys.sorted().first { $0.contains("x [8, ") })
    #expect(forms[convolution] == "direct")
    for (name, isKnown) in [("F(9, 9)", false), ("F(2, 2) × F(2, 2)", true)] {
      forms[convolution] = name
      record["forms"] = forms
      try JSONSerialization.data(withJSONObject: record).write(to: workspace.url(status))
      let outcome = try workspace.lethe(train + ["--set", "train.steps=9"])
      #expect((outcome.status == 0) == isKnown, "\(outcome)")
      if isKnown {
        #expect(try self.forms(status)[convolution] == name)
      } else {
        #expect(outcome.errors.contains("expected direct or F("), "\(outcome)")
        #expect(outcome.errors.contains("found F(9, 9)"), "\(outcome)")
      }
    }
  }

  /// Products of bfloat16 need instructions of the processor, and samples are of single precision.
  @Test func precisionIsRefusedWhereItIsNotNative() throws {
    let reduced = ["train", "tiny.yaml", "--set", "train.precision=bfloat16"]
    let reference = try workspace.lethe(reduced + ["--backend", "reference"])
    #expect(
      reference.status == 2
        && reference.errors.contains(
          "train.precision: expected float32, as the reference back end multiplies no others, found bfloat16"
        ),
      "\(reference)")
    let measured = try workspace.lethe(reduced + ["--forms", "measured"])
    #expect(
      measured.status == 2 && measured.errors.contains("--forms: expected another choice"),
      "\(measured)")
    if InstructionSet.multipliesBfloat16 {
      let outcome = try workspace.lethe(reduced)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(
        String(decoding: try workspace.data(workspace.trial() + "/config.yaml"), as: UTF8.self)
          .contains("precision: bfloat16"))
    }
    workspace.environment["ONEDNN_MAX_CPU_ISA"] = "SSE41"
    let other = try workspace.lethe(reduced + ["--out", "other"])
    #expect(
      other.status == 2
        && other.errors.contains("train.precision: expected float32, as this machine")
        && other.errors.contains("found bfloat16"), "\(other)")
  }

  @Test func othersAreRefused() throws {
    let outcome = try workspace.lethe("train", "tiny.yaml", "--backend", "gpu")
    #expect(
      outcome.status == 2 && outcome.errors.contains("expected cpu or reference, found gpu"),
      "\(outcome)")
    let form = try workspace.lethe("train", "tiny.yaml", "--forms", "fft")
    #expect(
      form.status == 2
        && form.errors.contains("expected fastest or direct or winograd or measured, found fft"),
      "\(form)")
    let both = try workspace.lethe(
      "train", "tiny.yaml", "--backend", "reference", "--forms", "direct")
    #expect(
      both.status == 2 && both.errors.contains("--forms: expected --backend cpu, found reference"),
      "\(both)")
  }
}
