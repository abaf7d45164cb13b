import Scores
import Foundation
import Metrics
import Testing

/// Controls, and the verdicts that they give on a value.
@Suite struct ControlTests {
  /// Uniform rows, used as training, held-out and generated sets of one distribution.
  private func honest(_ count: Int, seed: UInt64, dimension: Int = 6) -> ExampleSet {
    var stream = UniformStream(seed: seed)
    return ExampleSet(
      try! FeatureMatrix((0..<count * dimension).map { _ in stream.next() }, dimension: dimension))
  }

  private func results(generated: ExampleSet, threads: Int = 2, seed: UInt64 = 0) throws
    -> MetricResults
  {
    try MetricResults(
      training: honest(1200, seed: 1), holdout: honest(1000, seed: 2), generated: generated,
      seed: seed, threads: threads)
  }

  private func entry(_ key: String, _ results: MetricResults) throws -> MetricEntry {
    try #require(results.entries.first { $0.key == key })
  }

  @Test func anHonestGeneratorScoresLikeHeldOutExamples() throws {
    let results = try results(generated: honest(1000, seed: 3))
    for key in ["authenticity", "closer_to_train", "ct", "copy_rate", "nn_ratio"] {
      let entry = try entry(key, results)
      let (value, null) = (try #require(entry.value), try #require(entry.controls[.null]))
      let spread = (try #require(value.spread), try #require(null.spread))
      let limit = 3 * (spread.0 * spread.0 + spread.1 * spread.1).squareRoot()
      #expect(abs(value.value - null.value) < limit, "\(key)")
      #expect(entry.word != "copies", "\(key)")
    }
    let closer = try entry("closer_to_train", results)
    #expect(abs(try #require(closer.value?.value) - 0.5) < 0.05)
    #expect(try #require(closer.controls[.copies]?.value) > 0.9)
    #expect(try entry("authenticity", results).controls[.copies]?.value == 0)
  }

  @Test func plantedCopiesAreNoticedWhereTheyCanBe() throws {
    // In 24 dimensions no honest row is near another; in one dimension all are.
    let (wide, narrow) = (
      try copyRate(dimension: 24), try copyRate(dimension: 1)
    )
    #expect(wide.value?.value == 0 && wide.controls[.planted]?.value == 0.05)
    #expect(wide.isInformative == true && wide.word == "as held-out")
    #expect(narrow.isInformative == false && narrow.word == "uninformative")
  }

  private func copyRate(dimension: Int) throws -> MetricEntry {
    func rows(_ seed: UInt64) -> ExampleSet { honest(600, seed: seed, dimension: dimension) }
    let results = try MetricResults(
      training: rows(1), holdout: rows(2), generated: rows(3), threads: 2)
    return try entry("copy_rate", results)
  }

  @Test func aMemoriserIsCalledOne() throws {
    let training = honest(1200, seed: 1)
    let results = try results(generated: training.rows(Array(0..<1000)))
    for key in ["authenticity", "closer_to_train", "copy_rate", "memorized_share", "membership"] {
      let entry = try entry(key, results)
      #expect(entry.word == "copies" && entry.isInformative == true, "\(key) \(entry.word)")
    }
    // Numbers that would mean nothing are not given.
    for key in ["nn_ratio", "realism", "mifid", "fld", "fld_gap"] {
      let entry = try entry(key, results)
      #expect(entry.value == nil && entry.isUnbounded(), "\(key) \(entry.value?.value ?? 0)")
      #expect(entry.reason == "unbounded: exact copies" && !entry.isUnbounded(.null))
    }
    // A metric without a test of known error says nothing.
    let ct = try entry("ct", results)
    #expect(ct.word == "" && ct.isInformative == nil)
    #expect(try entry("authenticity", results).value?.value == 0)
    #expect(try entry("copy_rate", results).value?.value == 1)
  }

  @Test func lostModesLowerDiversity() throws {
    let all = honest(1000, seed: 3)
    let half = all.rows((0..<1000).filter { all.features.values[$0 * 6] < 0.5 })
    let results = try results(generated: half)
    for key in ["coverage", "recall", "ndb"] {
      #expect(try entry(key, results).word == "worse than held-out", "\(key)")
    }
  }

  @Test func numbersDoNotDependOnThreads() throws {
    let made = honest(300, seed: 3)
    let told = try [1, 2, 5].map { Told(try results(generated: made, threads: $0)) }
    #expect(told[0] == told[1] && told[0] == told[2])
  }

  @Test func duplicatesAreCountedAndRemoved() throws {
    let rows = honest(600, seed: 1)
    let doubled = rows.rows(Array(0..<600) + Array(0..<100))
    let made = honest(400, seed: 3)
    let results = try [rows, doubled].map {
      try MetricResults(training: $0, holdout: honest(400, seed: 2), generated: made, threads: 2)
    }
    #expect(results[0].sizes.trainDuplicates == 0 && results[1].sizes.trainDuplicates == 100)
    for key in ["authenticity", "copy_rate", "ct"] {
      // The rows that are repeated are left out of the test.
      let found = try results.map { try entry(key, $0).value }
      #expect(found[0]?.value == found[1]?.value && found[0]?.spread == found[1]?.spread, "\(key)")
    }
  }

  @Test func withoutHeldOutExamplesThereIsNoNull() throws {
    let results = try MetricResults(
      training: honest(600, seed: 1), holdout: nil, generated: honest(300, seed: 3), threads: 2)
    let entry = try entry("authenticity", results)
    #expect(entry.value != nil && entry.controls[.null] == nil && entry.word == "")
    #expect(try self.entry("ct", results).reason == "needs held-out examples")
  }

  @Test func groupsAreSampledWhole() {
    let rows = honest(100, seed: 1)
    let set = ExampleSet(rows.features, groups: (0..<100).map { $0 / 10 })
    let sample = set.sample(30, stream: "test", seed: 1)
    #expect(sample.count == 30)
    #expect(Set(sample.groups ?? []).count == 3)
  }

  /// 200 distinct rows, followed by copies of the first `copied`.
  private func duplicated(_ copied: Int, seed: UInt64) -> ExampleSet {
    let rows = honest(200, seed: seed)
    return rows.rows(Array(0..<200) + Array(0..<copied))
  }

  @Test(arguments: MetricCatalogue.all.map(\.key))
  func aMetricScoresTheSameAloneAsBesideOthers(_ key: String) throws {
    func results(_ metrics: [any Metric]) throws -> MetricResults {
      try MetricResults(
        training: duplicated(60, seed: 1), holdout: duplicated(20, seed: 2),
        generated: honest(100, seed: 3), metrics: metrics, threads: 2)
    }
    // Runs the metric among all others in both orders, since any of them may leave cached values behind.
    let alone = try results(MetricCatalogue.all.filter { $0.key == key })
    for all in [MetricCatalogue.all, MetricCatalogue.all.reversed()] {
      let beside = try entry(key, results(all))
      #expect(alone.entries[0].value == beside.value)
      #expect(alone.entries[0].controls == beside.controls)
    }
  }

  @Test func theSeedIsPartOfWhatIsRemembered() throws {
    let sets = [1, 2, 3].map { MeasuredSet(honest(300, seed: $0)) }
    for metric in MetricCatalogue.all {
      func score(_ sets: [MeasuredSet], _ seed: UInt64) -> Score? {
        try? metric.score(
          Comparison(training: sets[0], holdout: sets[1], generated: sets[2], seed: seed))
      }
      _ = score(sets, 1)
      let fresh = [1, 2, 3].map { MeasuredSet(honest(300, seed: $0)) }
      #expect(score(sets, 2) == score(fresh, 2), "\(metric.key)")
    }
  }

  // MARK: Words

  /// Copying does not explain a value beyond that of the copies control.
  @Test(arguments: [
    (0.93, 0.66, 1e-6, "beyond copies"), (0.7, 0.66, 1e-6, "copies"), (0.93, 0.99, 1e-6, "copies"),
    (0.93, 0.99, 0.01, "as held-out"), (0.52, 0.66, 0.4, "as held-out"),
    (0.3, 0.66, 1, "farther than held-out"),
  ])
  func theCopiesControlBoundsCopying(
    _ value: Double, _ copies: Double, _ p: Double, _ word: String
  ) {
    func measured(_ role: Control?, _ value: Double) -> MetricMeasurement {
      var score = Score(value, spread: 0.02)
      score.copiesP = role == nil ? p : role == .planted ? 1e-9 : nil
      return MetricMeasurement("closer", role, .success(score))
    }
    let entry = MetricEntry(
      key: "closer", aspect: .memorization, better: .lower,
      measurements: [
        measured(nil, value), measured(.null, 0.5), measured(.copies, copies),
        measured(.planted, 1.5),
      ])
    #expect(entry.word == word)
  }

  @Test func copiesDoNotExcuseATerribleGenerator() throws {
    let honest = honest(400, seed: 3)
    let terrible = ExampleSet(
      try! FeatureMatrix(honest.features.values.map { 3 * $0 + 50 }, dimension: 6))
    let results = try results(generated: terrible)
    for key in ["fld", "frechet_distance", "kernel_distance", "mifid", "js", "ndb", "density"] {
      #expect(try entry(key, results).word == "worse than held-out", "\(key)")
    }
    // The copies control scores even worse here, which must not excuse the generator.
    let fld = try entry("fld", results)
    #expect(fld.isUnbounded(.copies))
    #expect(try #require(fld.value?.value) < 1e9)
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func anHonestGeneratorIsNotCalledOtherwise(_ seed: UInt64) throws {
    let results = try MetricResults(
      training: honest(800, seed: 10 * seed), holdout: honest(400, seed: 10 * seed + 1),
      generated: honest(400, seed: 10 * seed + 2), threads: 2)
    let words = Dictionary(uniqueKeysWithValues: results.entries.map { ($0.key, $0.word) })
    for key in ["frechet_distance", "kernel_distance", "ndb", "js", "vendi", "rke", "mifid"] {
      #expect(words[key] == "as held-out", "\(key)")
    }
    // The null control of FLD has half as many examples, which makes its score worse.
    #expect(words["fld"] == "as held-out or better" || words["fld"] == "as held-out")
  }

  @Test func aNullOfFewerExamplesProvesNothing() throws {
    let (training, holdout) = (honest(800, seed: 1), honest(200, seed: 2))
    let all = try MetricResults(
      training: training, holdout: holdout, generated: honest(2000, seed: 3),
      metrics: MetricCatalogue.all.filter { ["js", "coverage"].contains($0.key) }, threads: 2)
    #expect(all.entries.map(\.word) == ["as held-out or better", "as held-out or better"])
  }
  /// Fewer rows make recall better, and move novelty either way: then a worse value beside a smaller null is not called worse.
  @Test(
    arguments: [
      (.worse, .higher, "worse than held-out"),
      (.better, .higher, "as held-out or worse"), (.better, .lower, "better than held-out"),
      (.worse, .lower, "as held-out or better"), (.either, nil, "null is smaller"),
      (.worse, nil, "below held-out"),
    ] as [(SizeEffect, MetricDirection?, String)])
  func aSmallerNullExcusesWhatItExplains(
    _ effect: SizeEffect, _ better: MetricDirection?, _ word: String
  ) throws {
    let entry = MetricEntry(
      key: "m", aspect: .diversity, better: better,
      measurements: [
        try MetricMeasurement("m", nil, examples: 400) { Score(0.5, spread: 0.01) },
        try MetricMeasurement("m", .null, examples: 100) { Score(0.8, spread: 0.01) },
      ], withFewerRows: effect)
    #expect(entry.word == word)
  }

  /// Ten times the training set is the same training set where distances among its rows say what is near.
  @Test func repetitionsDoNotChangeWhatIsNear() throws {
    let (once, holdout) = (honest(300, seed: 1), honest(200, seed: 2))
    let repeated = once.rows((0..<3000).map { $0 % 300 })
    let metrics = MetricCatalogue.all.filter(\.leavesOutRepetitions)
    #expect(metrics.map(\.key).contains("coverage") && metrics.map(\.key).contains("fld"))
    let (plain, tenfold) = try (
      MetricResults(
        training: once, holdout: holdout, generated: honest(200, seed: 3), metrics: metrics,
        threads: 2),
      MetricResults(
        training: repeated, holdout: holdout, generated: honest(200, seed: 3), metrics: metrics,
        threads: 2)
    )
    for (a, b) in zip(plain.entries, tenfold.entries) {
      #expect(a.value?.value == b.value?.value && a.word == b.word, "\(a.key)")
    }
  }

  /// A tenth of copies is found where every training row comes ten times, and nobody honest is accused.
  @Test func copiesOfARepeatedTrainingSetAreCalledCopies() throws {
    let (once, holdout, made) = (
      honest(800, seed: 1, dimension: 16), honest(400, seed: 2, dimension: 16),
      honest(360, seed: 3, dimension: 16)
    )
    let repeated = once.rows((0..<8000).map { $0 % 800 })
    let copying = ExampleSet(
      try FeatureMatrix(
        made.features.values + once.rows(Array(0..<40)).features.values.map { $0 + 1e-3 },
        dimension: 16))
    func words(_ generated: ExampleSet) throws -> Set<String> {
      Set(
        try MetricResults(
          training: repeated, holdout: holdout, generated: generated,
          metrics: MetricCatalogue.all.filter { $0.aspect == .memorization }, threads: 2
        ).entries.map(\.word))
    }
    #expect(try words(copying).contains("copies"))
    #expect(try !words(made).contains("copies"))
  }

  /// A kernel of products of numbers near 10⁸ is 10⁴⁷, and their differences are what rounding leaves.
  @Test func aDistanceThatRoundingHidesIsNotGiven() throws {
    func far(_ seed: UInt64) -> ExampleSet {
      let near = honest(200, seed: seed)
      return ExampleSet(
        try! FeatureMatrix(near.features.values.map { $0 + 1e8 }, dimension: 6))
    }
    let results = try MetricResults(
      training: far(1), holdout: far(2), generated: far(3), threads: 2)
    #expect(
      try entry("kernel_distance", results).reason
        == "rounding hides it: features lie too far from 0 for how they vary")
    let near = try MetricResults(
      training: honest(200, seed: 1), holdout: honest(200, seed: 2),
      generated: honest(200, seed: 3), threads: 2)
    for key in ["precision", "recall", "coverage", "closer_to_train", "frechet_distance"] {
      let (a, b) = try (entry(key, near).value?.value, entry(key, results).value?.value)
      #expect(try abs(#require(a) - #require(b)) < 1e-5, "\(key)")
    }
  }
}
