import Foundation
import Testing

/// A test set from the experiment file to the report, and a pilot.
@Suite struct TestSetTests {
  let workspace = try! Workspace()

  private static let ablation = """
    name: sets
    data: {source: shapes, size: 8, channels: 1, limit: 64, holdout: 0.1, test: 0.05}
    model: {family: gan, backbone: mlp, latent: 4, hidden: [8], norm: none, minibatch_stddev: false}
    train: {steps: 20, batch: 8, sample_every: 0, checkpoint_every: 10}
    metrics: {samples: 60, features: pixels, every: 10}
    ablation: {placements: {none: null, generator: "generator.*.post_act"}, seeds: 2}

    """

  @Test func theEndIsOfTheTestSet() throws {
    try workspace.write(Self.ablation, to: "sets.yaml")
    let checked = try workspace.lethe("check", "sets.yaml")
    let counts = try #require(
      checked.output.firstMatch(
        of: /sets: 64 training examples, ([0-9]+) held out, ([0-9]+) in the test set/))
    #expect(counts.1 != counts.2)
    #expect(try workspace.lethe("run", "sets.yaml", "--out", "s").status == 0)
    let trial = "s/trials/\(try #require(workspace.names(in: "s/trials").min()))"
    let metrics = try workspace.json(
      String(decoding: workspace.data("\(trial)/metrics.json"), as: UTF8.self))
    #expect(metrics["set"] as? String == "test")
    #expect((metrics["sizes"] as? [String: Any])?["holdout"] as? Int == Int(counts.2))
    let status = try workspace.json(
      String(decoding: workspace.data("\(trial)/status.json"), as: UTF8.self))
    #expect((status["data"] as? [String: String])?["test"]?.count == 32)
    let page = String(decoding: try workspace.data("s/report.html"), as: UTF8.self)
    #expect(page.contains("Metrics are of the test set, which nothing was chosen by."))
    // Measuring again, and going on, keep to it.
    #expect(try workspace.lethe("measure", "s").status == 0)
    let again = String(decoding: try workspace.data("\(trial)/metrics.json"), as: UTF8.self)
    #expect(again.contains("\"set\" : \"test\""))
    let other = try workspace.lethe("check", "sets.yaml", "--set", "data.test=null")
    #expect(other.output.contains("held out\n"))
  }

  @Test func aPilotTellsTheSmallestEffect() throws {
    try workspace.write(Self.ablation, to: "sets.yaml")
    #expect(try workspace.lethe("run", "sets.yaml", "--out", "p").status == 0)
    let planned = ["check", "sets.yaml", "--seeds", "8", "--pilot"]
    let checked = try workspace.lethe(planned + ["p"])
    #expect(
      checked.output.contains(
        /\n[a-z_]+: that is a mean difference of [0-9.]+, as a seed's difference varies by [0-9.]+ in the pilot/
      ),
      "\(checked.output)")
    let none = try workspace.lethe(planned + ["elsewhere"])
    #expect(none.status == 2 && none.errors.contains("elsewhere"), "\(none.errors)")
    #expect(try workspace.lethe("run", "tiny.yaml", "--out", "t").status == 0)
    let single = try workspace.lethe(planned + ["t"])
    #expect(
      single.status == 2 && single.errors.contains("found nothing to compare"), "\(single.errors)")
  }

  /// Beside a claim, a pilot tells what its criteria can show, and the plan warns of those that hardly can.
  @Test func aPilotTellsWhatAClaimCanShow() throws {
    let claim = """
      claim:
        says: a
        source: b
        reproduced_if:
          - {metric: recall, contrast: {generator-bernoulli-0.5: 1, none: -1}, above: 0, published: 100}
          - {metric: vendi, contrast: {generator-bernoulli-0.5: 1, none: -1}, below: 0, smallest: 1e-9}

      """
    try workspace.write(Self.ablation + claim, to: "sets.yaml")
    #expect(try workspace.lethe("run", "sets.yaml", "--out", "p").status == 0)
    let planned = ["check", "sets.yaml", "--seeds", "8", "--pilot", "p"]
    let text = try workspace.lethe(planned).output
    #expect(text.contains("in the pilot); the published +100 in 100%\n"), "\(text)")
    #expect(
      text.contains(
        /\nwarning: claim: vendi: [^:]+: 8 seeds find the smallest of interest, −1e-09, in [0-9]+% of cases/
      ),
      "\(text)")
    let json = try workspace.json(workspace.lethe(planned + ["--json"]).output)
    let ablation = try #require(json["ablation"] as? [String: Any])
    let criteria = try #require(ablation["criteria"] as? [[String: Any]])
    #expect(criteria.count == 2 && criteria[0]["power_published"] as? Double == 1)
    let formats = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/lethe/lethe.docc/Formats.md").standardizedFileURL
    let named = try String(contentsOf: formats, encoding: .utf8)
    for key in Set(criteria.flatMap(\.keys)).union(ablation.keys) {
      #expect(named.contains("`\(key)`"), "\(key)")
    }
    #expect(!(try workspace.lethe("check", "sets.yaml").output.contains("in the pilot")))
  }

  /// A plan warns of named metrics that the examples of some arms are too few for.
  @Test func aPlanTellsWhichMetricsHaveNoValue() throws {
    let text = Self.ablation.replacing("seeds: 2", with: "grid: {data.limit: [64, 100]}, seeds: 2")
      .replacing(", limit: 64, holdout: 0.1, test: 0.05", with: ", holdout: 0.2")
      .replacing(", every: 10}", with: ", every: 10, primary: {diversity: vendi}}")
    let claim = """
      claim:
        says: a
        source: b
        valid_if: [{metric: copy_rate, arm: none-limit-64, above: 0}]
        reproduced_if:
          - {metric: membership_discriminator, contrast: {generator-bernoulli-0.5-limit-64: 1, none-limit-64: -1}, above: 0}
          - {metric: membership_discriminator, contrast: {generator-bernoulli-0.5-limit-100: 1, none-limit-100: -1}, above: 0}

      """
    try workspace.write(text + claim, to: "few.yaml")
    func warnings(_ more: String...) throws -> [String] {
      try workspace.lethe(["check", "few.yaml"] + more).output.split(separator: "\n").map(
        String.init
      )
      .filter { $0.hasPrefix("warning: ") && $0.contains("has no value") }
    }
    func few(_ criterion: Int, _ found: Int, _ limit: Int) -> String {
      "warning: claim.reproduced_if.\(criterion): membership_discriminator has no value: needs at least 100 "
        + "training and as many held-out examples, found \(found) "
        + "(arms none-limit-\(limit), generator-bernoulli-0.5-limit-\(limit))"
    }
    let copyRate =
      "warning: claim.valid_if.0: copy_rate has no value: needs at least 500 training examples, found 64 "
      + "(arm none-limit-64)"
    #expect(try warnings() == [few(0, 60, 64), copyRate, few(1, 60, 100)])
    #expect(try warnings("--set", "metrics.samples=100") == [few(0, 64, 64), copyRate])
    // A further number of a metric is missing where the metric is.
    try workspace.write(
      (text + claim).replacing("membership_discriminator,", with: "membership_discriminator.auc,"),
      to: "few.yaml")
    #expect(try warnings("--set", "metrics.samples=100") == [few(0, 64, 64), copyRate])
  }

  /// The plan of a single trial tells it too, in its JSON as well.
  @Test func aSingleTrialTellsWhichMetricsHaveNoValue() throws {
    let one = """
      name: one
      data: {source: shapes, size: 8, channels: 1, limit: 64, holdout: 0.5}
      model: {family: gan, backbone: mlp, latent: 4, hidden: [8], norm: none, minibatch_stddev: false}
      train: {steps: 20, batch: 8, sample_every: 0, checkpoint_every: 10}
      metrics:
        samples: 200
        features: pixels
        membership_calibrated: {references: 1}
        primary: {diversity: vendi, memorization: membership_calibrated}

      """
    try workspace.write(one, to: "one.yaml")
    let expected =
      "metrics.primary.memorization: membership_calibrated has no value: needs at least 100 training and as many "
      + "held-out examples, found 64"
    #expect(try workspace.lethe("check", "one.yaml").output.hasSuffix("warning: \(expected)\n"))
    let json = try workspace.json(workspace.lethe("check", "one.yaml", "--json").output)
    #expect(json["warnings"] as? [String] == [expected])
  }
}
