internal import Foundation
internal import Records

/// Times the trials of an ablation, a core each, metrics and samples included, beside a loop of the same steps in
/// PyTorch, a process a core, which does nothing else.
struct SweepBench {
  private static let experiment = "experiments/digits-gan-placement.yaml"
  private static let arm = "none-limit-2000"
  private static let steps = 3_000
  /// The function of `pytorch_steps.py` that makes the same step.
  private static let function = "digits-gan"
  private static let target = 4.0

  let runner: Runner

  /// The results as a Markdown table.
  func table() throws -> String {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "lethe-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let seconds = try runner.sweep(
      Self.experiment, arm: Self.arm, steps: Self.steps, into: folder.path)
    let ours = rate(seconds)
    var lines = [
      "| \(Self.experiment), \(runner.threads) trials side by side | trials an hour |", "|---|---|",
      "| `lethe run` | \(String(format: "%.0f", ours)) |",
    ]
    if let step = try runner.pytorchSideBySide(Self.function) {
      let theirs = rate(step.firstStepSeconds + step.medianMilliseconds / 1e3 * Double(Self.steps))
      let verdict = ours >= Self.target * theirs ? "met" : "missed"
      lines += [
        "| the steps alone, in PyTorch | \(String(format: "%.0f", theirs)) |",
        "| times faster | \(String(format: "%.2f", ours / theirs)) (target \(Self.target), \(verdict)) |",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func rate(_ seconds: Double) -> Double { 3600 * Double(runner.threads) / seconds }
}
