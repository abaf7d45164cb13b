internal import Foundation
internal import Records

/// The results as Markdown tables.
enum Table {
  static func speeds(
    _ ours: [String: StepFigures], _ theirs: [String: StepFigures], sameSitting: Bool
  ) -> String {
    var lines = [
      "| workload | lethe, median ms | PyTorch, median ms | times faster | target | |",
      "|---|---|---|---|---|---|",
    ]
    for workload in Workload.all {
      guard let target = workload.target, let own = ours[workload.name],
        let best = workload.pytorch.compactMap({ theirs[$0]?.medianMilliseconds }).min()
      else { continue }
      let ratio = best / own.medianMilliseconds
      lines.append(
        "| \(workload.name) | \(text(own.medianMilliseconds, 2)) | \(text(best, 2)) | \(text(ratio, 2)) "
          + "| \(text(target, 1)) | \(verdict(ratio >= target)) |")
    }
    let sitting = sameSitting ? "in this sitting" : "as committed, from another sitting"
    return lines.joined(separator: "\n") + "\n\nPyTorch's figures are \(sitting), in its faster "
      + "memory format.\n"
  }

  static func others(_ ours: [String: StepFigures], residentGrowth: Double) -> String {
    var lines = ["| | measured | target | |", "|---|---|---|---|"]
    func row(_ name: String, _ value: String, _ target: String, _ isMet: Bool) {
      lines.append("| \(name) | \(value) | \(target) | \(verdict(isMet)) |")
    }
    if let with = ours["dcgan32"], let without = ours["dcgan32 without dropout"] {
      let more = with.medianMilliseconds / without.medianMilliseconds - 1
      row(
        "dropout at every site of dcgan32", percent(more) + " more time", "at most 5%", more <= 0.05
      )
      let outside = 1 - (with.contractionShare ?? 0)
      row("time outside contractions, dcgan32", percent(outside), "at most 25%", outside <= 0.25)
    }
    if let vae = ours["mlp-vae"] {
      row(
        "process start to end of first step, mlp-vae", "\(text(vae.firstStepSeconds, 2)) s",
        "under 0.3 s", vae.firstStepSeconds < 0.3)
      row(
        "peak memory, mlp-vae", "\(text(vae.peakMemoryMegabytes, 0)) MB", "under 80 MB",
        vae.peakMemoryMegabytes < 80)
    }
    row(
      "resident growth over \(Runner.growthSteps) steps", "\(text(residentGrowth, 2)) MB", "none",
      residentGrowth < 0.1)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func verdict(_ isMet: Bool) -> String { isMet ? "met" : "missed" }
  private static func percent(_ share: Double) -> String { text(share * 100, 1) + "%" }
  private static func text(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }
}
