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

  @Test func othersAreRefused() throws {
    let outcome = try workspace.lethe("train", "tiny.yaml", "--backend", "gpu")
    #expect(
      outcome.status == 2 && outcome.errors.contains("expected cpu or reference, found gpu"),
      "\(outcome)")
    let form = try workspace.lethe("train", "tiny.yaml", "--forms", "fft")
    #expect(
      form.status == 2
        && form.errors.contains("expected fastest or direct or winograd, found fft"), "\(form)")
    let both = try workspace.lethe(
      "train", "tiny.yaml", "--backend", "reference", "--forms", "direct")
    #expect(
      both.status == 2 && both.errors.contains("--forms: expected --backend cpu, found reference"),
      "\(both)")
  }
}
