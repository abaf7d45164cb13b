import Experiments
import Foundation
import Records
import Scores
import Testing

/// Checks that `Formats.md` names every key that is written.
@Suite struct FormatsTests {
  private static let provenance = Provenance(
    versions: [:],
    machine: .init(processor: "a", isa: "avx2", threads: 2, system: "Debian"))
  private static let time = Date(timeIntervalSince1970: 1e9)
  private static let score = Score(1, spread: 0.1, extra: ["p": 0.5], warning: "few")

  private var metrics: MetricsDocument {
    var sizes = MetricsDocument.Sizes()
    (sizes.train, sizes.holdout, sizes.generated, sizes.trainDuplicates) = (1, 2, 3, 4)
    (sizes.dimension, sizes.distinctGenerated, sizes.distinctTrain) = (5, 6, 7)
    (sizes.distinctOf, sizes.collapsed, sizes.measured, sizes.classes) = (8, true, 9, 10)
    sizes.holdoutInTrain = 11
    let metric = MetricRecord(
      aspect: .memorization, better: .lower, value: Self.score,
      controls: [.null: Self.score, .copies: Self.score, .planted: Self.score], word: "copies",
      isInformative: true, reason: "none")
    return MetricsDocument(
      sizes: sizes, features: "pixels", set: MetricsDocument.testSet, values: ["ct": metric],
      validation: ["ct": metric], learnedRates: ["site": 0.5])
  }

  private var status: TrialStatus {
    TrialStatus(
      state: .finished, reason: "done", step: 1, steps: 1, started: Self.time, updated: Self.time,
      finished: Self.time, seconds: 2, measuringSeconds: 1, peakMemoryMegabytes: 80,
      madeBy: Self.provenance, earlier: [.init(lastStep: 1, madeBy: Self.provenance)],
      data: [:], measured: "0a")
  }

  private var measuring: MeasuringRecord {
    var record = MeasuringRecord(
      identity: "a", progress: .init(done: 1, total: 2, next: "ct", secondsLeft: 1))
    let measured = MetricMeasurement("ct", .null, .success(Self.score), examples: 3, seconds: 1)
    let reason = MetricMeasurement("ct", .null, .failure(Unavailable("few")))
    record.ofSamples = [measured, reason]
    record.parts = [
      "probes": [.init(key: "ct", aspect: .memorization, better: .lower, measurements: [measured])]
    ]
    return record
  }

  private var plan: SweepRecord {
    let arm = SweepRecord.Arm(
      name: "a", placement: "generator", sites: ["*"], type: "bernoulli", rate: 0.5, baseline: "b",
      grid: [.init(key: "data.limit", value: "1")], control: "none", overrides: [],
      goal: .init(steps: 1, measured: "0a"))
    var plan = SweepRecord(
      name: "a", folder: ".", primary: [.init(question: "diversity", metric: "recall")],
      arms: [arm], trials: [.init(arm: "a", seed: 0, folder: "a-s0-0123456789")])
    plan.tuning = .init(
      by: "recall", seeds: 3,
      candidates: [.init(of: "a", settings: [.init(key: "rate", value: "0.1")], arm: arm)])
    plan.tuning?.choices = [.init(arm: "a", candidate: "a-0.1")]
    plan.looks = [
      .init(seeds: 6, closed: [.init(arm: "a", metric: "recall", verdict: "better")])
    ]
    return plan
  }

  private var figures: StepFigures {
    var figures = StepFigures(
      medianMilliseconds: 1, leastMilliseconds: 1, firstStepSeconds: 1, peakMemoryMegabytes: 1)
    (figures.experiment, figures.threads, figures.steps) = ("a", 1, 1)
    (figures.samplesPerSecond, figures.flopsPerStep) = (1, 1)
    (figures.contractionShare, figures.residentGrowthMegabytes) = (1, 1)
    figures.madeBy = Provenance(
      versions: ["lethe": "1"],
      machine: .init(processor: "p", isa: "avx2", threads: 1, system: "s"))
    return figures
  }

  /// Keys that are names of metrics, sites and the like, and not part of the format.
  private static let names: Set = [
    "values.ct", "validation.ct", "parts.probes", "learned_rates.site", "extra.p",
  ]

  @Test func everyKeyIsNamed() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/lethe/lethe.docc/Formats.md").standardizedFileURL
    let text = try String(contentsOf: path, encoding: .utf8)
    let documents: [any Encodable] = [metrics, status, measuring, plan, figures]
    var count = 0
    for document in documents {
      let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(document))
      for key in keys(of: json, in: "") {
        #expect(text.contains("`\(key)`"), "\(type(of: document)): \(key)")
        count += 1
      }
    }
    #expect(count > 80)
    for name in LogName.losses + ["step"] { #expect(text.contains("`\(name)`")) }
    for aspect in MetricAspect.allCases { #expect(text.contains("`\(aspect.rawValue)`")) }
    for state in TrialState.allCases { #expect(text.contains("`\(state.rawValue)`")) }
  }

  private func keys(of json: Any, in parent: String) -> [String] {
    if let list = json as? [Any] { return list.flatMap { keys(of: $0, in: parent) } }
    guard let object = json as? [String: Any] else { return [] }
    return object.flatMap { key, value in
      (Self.names.contains("\(parent).\(key)") ? [] : [key]) + keys(of: value, in: key)
    }
  }
}
