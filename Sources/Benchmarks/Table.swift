internal import Foundation
internal import Records

/// The results as Markdown tables.
enum Table {
  /// What the numbers were made on and with.
  static func heading(_ sitting: Sitting, threads: String) -> String {
    guard let maker = sitting.madeBy, let machine = maker.machine else { return "" }
    let version = sitting.pytorch.values.first?.madeBy?.versions["PyTorch"]
    let other = version.map { ", PyTorch \($0) in its faster memory format" } ?? ""
    let speed =
      sitting.productSpeed.map {
        " A product of matrices of 1,536 rows and columns runs at \(text($0, 0)) gigaflops in PyTorch."
      } ?? ""
    return """
      # \(sitting.isa)

      \(threads) threads of \(machine.processor); \(machine.isa); oneDNN \(maker.versions["oneDNN"] ?? "unknown")\(other). \
      Medians over the rounds of one sitting. Sizes chosen at random are those of seed \(sitting.seed).\(speed)


      """
  }

  /// A set of workloads beside PyTorch, with the geometric mean.
  static func speeds(_ workloads: [Workload], _ sitting: Sitting) -> String {
    var lines = [
      "| workload | lethe, ms | PyTorch, ms | times faster | target | time over that of its products |",
      "|---|---|---|---|---|---|",
    ]
    var ratios: [Double] = []
    for workload in workloads where workload.isCompared {
      guard let own = sitting.lethe[workload.name] else { continue }
      let theirs = sitting.pytorch[workload.name]?.medianMilliseconds
      if let theirs { ratios.append(theirs / own.medianMilliseconds) }
      let target = workload.target.map { target in
        text(target, 1)
          + (theirs.map { ", " + verdict($0 / own.medianMilliseconds >= target) } ?? "")
      }
      let cells = [
        workload.name, text(own.medianMilliseconds, 2), theirs.map { text($0, 2) } ?? "",
        theirs.map { text($0 / own.medianMilliseconds, 2) } ?? "", target ?? "",
        workload.threads == nil ? floor(own, sitting) : "",
      ]
      lines.append("| " + cells.joined(separator: " | ") + " |")
    }
    if !ratios.isEmpty {
      let mean = exp(ratios.reduce(0) { $0 + log($1) } / Double(ratios.count))
      lines.append("| geometric mean | | | \(text(mean, 2)) | | |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The named workloads in bfloat16, beside PyTorch's autocast and our own single precision.
  static func reduced(_ sitting: Sitting) -> String {
    var lines = [
      "| workload in bfloat16 | lethe, ms | PyTorch with autocast, ms | times faster | times faster than lethe in float32 |",
      "|---|---|---|---|---|",
    ]
    for (workload, plain) in zip(Workload.reduced, Workload.named) {
      guard let own = sitting.lethe[workload.name], let full = sitting.lethe[plain.name] else {
        continue
      }
      let theirs = sitting.pytorch[workload.name]?.medianMilliseconds
      let cells = [
        plain.name, text(own.medianMilliseconds, 2), theirs.map { text($0, 2) } ?? "",
        theirs.map { text($0 / own.medianMilliseconds, 2) } ?? "",
        text(full.medianMilliseconds / own.medianMilliseconds, 2),
      ]
      lines.append("| " + cells.joined(separator: " | ") + " |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The time of a step over what its multiplications would take at the speed of a large product.
  private static func floor(_ own: StepFigures, _ sitting: Sitting) -> String {
    guard let flops = own.flopsPerStep, let speed = sitting.productSpeed else { return "" }
    return text(own.medianMilliseconds / (flops / speed / 1e6), 2)
  }

  static func others(_ sitting: Sitting, residentGrowth: Double) -> String {
    let ours = sitting.lethe
    var lines = ["| | measured | target | |", "|---|---|---|---|"]
    func row(_ name: String, _ value: String, _ target: String, _ isMet: Bool) {
      lines.append("| \(name) | \(value) | \(target) | \(verdict(isMet)) |")
    }
    if let with = ours["dcgan32"], let without = ours[Workload.withoutDropout.name] {
      let more = with.leastMilliseconds / without.leastMilliseconds - 1
      row(
        "dropout at every site of dcgan32, by the fastest steps", percent(more) + " more time",
        "at most 5%", more <= 0.05)
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
