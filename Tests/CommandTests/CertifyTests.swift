import Foundation
import Testing

/// Runs `lethe certify` as users do.
@Suite struct CertifyTests {
  let workspace = try! Workspace()

  private func rows(_ count: Int, _ dimension: Int, seed: UInt64) -> [Double] {
    var state = seed
    return (0..<count * dimension).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
  }

  private func write(_ count: Int, to name: String, seed: UInt64) throws {
    try workspace.write(
      NumpyArray.data(rows(count, 3, seed: seed), shape: [count, 3]), to: name)
  }

  private static let data = ["certify", "--train", "t.npy", "--holdout", "p.npy", "--draws", "3"]

  @Test func mixtures() throws {
    let outcome = try workspace.lethe(
      "certify", "--only", "precision,memorized_share", "--draws", "3")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines[0] == "mixtures of Gaussians; 3 draws")
    #expect(lines.contains { $0.hasPrefix("precision  ") && $0.hasSuffix("not trusted") })
    // Precision takes what lies within a sphere for what lies on it.
    #expect(
      lines.contains { $0.hasPrefix("precision: sphere surface: expected worse at every step") })
    #expect(
      lines.contains { $0.hasPrefix("1 outliers, ") } && !outcome.output.contains("diversity  "))
    #expect(
      lines.contains { $0.hasPrefix("memorized_share: 2% copies found: 100 rows, 2 features: ") })
  }

  @Test func dataOfAUser() throws {
    try write(150, to: "t.npy", seed: 1)
    try write(120, to: "p.npy", seed: 2)
    let options = Self.data + ["--only", "prdc,memorized_share", "--json"]
    let one = try workspace.lethe(options + ["--threads", "1"])
    let two = try workspace.lethe(options + ["--threads", "2"])
    #expect(one.status == 0 && one.output == two.output, "\(one.errors)")
    let json = try workspace.json(one.output)
    #expect(Set(json.keys) == ["data", "draws", "rows", "trust"])
    #expect(
      json["data"] as? String
        == "150 training and 120 held-out rows, 3 features: arrays as they are")
    let found = try #require(json["rows"] as? [[String: Any]])
    let outliers = found.filter { $0["check"] as? String == "outliers" }
    #expect(outliers.count == 5 && outliers[0]["outcome"] as? String == "passed")
    #expect(!found.contains { $0["check"] as? String == "ball and torus" })
    let sampled = try workspace.lethe(
      Self.data + ["--only", "precision", "--sample", "110", "--seed", "4"])
    #expect(sampled.errors.contains("110 random examples of 120 held-out ones are used"))
    #expect(sampled.output.hasPrefix("110 training and 110 held-out rows"))
  }

  @Test func badInput() throws {
    try write(150, to: "t.npy", seed: 1)
    try write(99, to: "few.npy", seed: 2)
    try workspace.write(
      NumpyArray.data([Double](repeating: 2, count: 300), shape: [100, 3]), to: "equal.npy")
    try workspace.write(
      NumpyArray.data([Double](repeating: 2, count: 200), shape: [100, 2]), to: "narrow.npy")
    try workspace.write(
      NumpyArray.data(rows(100, 3, seed: 1).dropLast() + [.nan], shape: [100, 3]), to: "nan.npy")
    let cases: [([String], String)] = [
      (["--train", "t.npy"], "--holdout: expected a file or folder beside --train, found none"),
      (["--holdout", "t.npy"], "--train: expected a file or folder beside --holdout, found none"),
      (
        ["--features", "pixels"],
        "--features: expected --train and --holdout beside it, found neither"
      ),
      (["--seed", "1"], "--seed: expected --train and --holdout beside it, found neither"),
      (["--draws", "2"], "--draws: expected 3 to 10000, found 2"),
      (["--only", "recal"], "found recal; did you mean recall?"),
      (
        ["--train", "t.npy", "--holdout", "few.npy"],
        "error: few.npy: expected at least 100 examples, found 99"
      ),
      (
        ["--train", "equal.npy", "--holdout", "t.npy"],
        "error: equal.npy: expected examples that differ, found all equal"
      ),
      (
        ["--train", "t.npy", "--holdout", "narrow.npy"],
        "error: narrow.npy: expected 3 features as in t.npy, found 2"
      ),
      (
        ["--train", "t.npy", "--holdout", "nan.npy"],
        "error: nan.npy: row 99, column 2: expected a finite number, found nan"
      ),
      (
        ["--train", "t.npy", "--holdout", "t.npy", "--full"],
        "--full: expected no --train, found t.npy"
      ),
    ]
    for (options, expected) in cases {
      let outcome = try workspace.lethe(["certify"] + options)
      #expect(outcome.status == 2 && outcome.output.isEmpty)
      #expect(outcome.errors.contains(expected), "\(options): \(outcome.errors)")
    }
  }
}
