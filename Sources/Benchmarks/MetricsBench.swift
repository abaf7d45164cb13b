internal import Media
internal import Datasets
internal import Foundation

/// Times `lethe metrics` on random arrays, all metrics with all controls, beside the package prdc.
struct MetricsBench {
  private static let rows = 10_000
  private static let dimension = 64

  let runner: Runner

  /// The results as a Markdown table.
  func table() throws -> String {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "lethe-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = try ["train", "holdout", "generated"].enumerated().map { index, name in
      try write(to: folder.appending(path: name + ".npy"), seed: UInt64(index + 1))
    }
    let all = try runner.metrics(paths, only: nil)
    let neighbors = try runner.metrics(paths, only: "precision,recall,density,coverage")
    var lines = [
      "| `lethe metrics`, three sets of \(Self.rows) × \(Self.dimension) | measured | target | |",
      "|---|---|---|---|",
    ]
    func row(_ name: String, _ value: String, _ target: String, _ isMet: Bool) {
      lines.append("| \(name) | \(value) | \(target) | \(isMet ? "met" : "missed") |")
    }
    row(
      "all metrics with controls", String(format: "%.1f s", all.seconds), "under 15 s",
      all.seconds < 15)
    if let others = all.ofFLD.map({ all.seconds - $0 }) {
      row("all but fld", String(format: "%.1f s", others), "under 6 s", others < 6)
    }
    row(
      "peak memory", String(format: "%.0f MB", all.megabytes), "under 600 MB", all.megabytes < 600)
    if let package = try runner.prdc(paths[0], paths[2]) {
      // The program scores the generated set and three controls in its place; the package scores one set.
      let ratio = package / (neighbors.seconds / 4)
      row(
        "precision to coverage, a set, times faster than prdc", String(format: "%.1f", ratio),
        "5", ratio >= 5)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Writes uniform rows and returns the path.
  private func write(to url: URL, seed: UInt64) throws -> String {
    var random = seed
    let values = (0..<Self.rows * Self.dimension).map { _ -> Float in
      // A linear congruential generator with Knuth's multiplier. Its upper bits are random enough for timing.
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(random >> 40) * 0x1p-24
    }
    try values.withUnsafeBufferPointer {
      try NumpyFile.write($0, shape: [Self.rows, Self.dimension], to: url.path)
    }
    return url.path
  }
}
