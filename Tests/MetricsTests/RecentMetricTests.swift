import Foundation
import Metrics
import Scores
import Testing

/// Compares the metrics since 2023 with values of NumPy and SciPy; see `Fixtures/recent.py`.
@Suite struct RecentMetricTests {
  private struct Expected: Decodable {
    let value: Double
    let thresholds: [String: Double]?
    let unclipped, covered, bandwidth, frequency, dimension, low, high, auc: Double?
  }

  private static let expected: [String: [String: Expected]] =
    (try? decodeFixture("recent")) ?? [:]

  private func close(_ found: Double?, _ expected: Double?, _ what: String) {
    guard let expected else { return }
    #expect(
      found.map { abs($0 - expected) <= 1e-9 + 1e-6 * abs(expected) } == true,
      "\(what): \(String(describing: found)), expected \(expected)")
  }

  @Test(arguments: ReferenceSets.names)
  func values(_ name: String) throws {
    let sets = try ReferenceTests.Reference(name).sets
    let expected = try #require(Self.expected[name])
    for key in [
      "memorized_share", "clipped_density", "clipped_coverage", "kernel_audio_distance",
      "local_copying",
    ] {
      guard let own = expected[key] else { continue }
      let metric = try #require(MetricCatalogue.all.first { $0.key == key })
      let score = try metric.score(sets)
      close(score.value, own.value, "\(name) \(key)")
      for (extra, number) in [
        ("unclipped", own.unclipped), ("covered", own.covered), ("bandwidth", own.bandwidth),
        ("dimension", own.dimension),
      ] {
        close(score.extra[extra], number, "\(name) \(key) \(extra)")
      }
      if let curve = own.thresholds {
        #expect(score.extraTables["thresholds"] == curve, "\(name)")
      }
    }
  }

  @Test(arguments: ReferenceSets.names)
  func noveltyIsOfAllRowsWhereTheyAreFew(_ name: String) throws {
    guard let expected = Self.expected[name]?["novelty"] else { return }
    let sets = try ReferenceTests.Reference(name).sets
    let width = try PairQuantile(sets.training.features, threads: 2).distance(at: 0.5)
    let found = try Novelty.score(
      sets.generated.features, beside: sets.training.features, width: width)
    close(found.value, expected.value, name)
    close(found.extra["frequency"], expected.frequency, name)
  }

  @Test(arguments: ReferenceSets.names)
  func membership(_ name: String) throws {
    let expected = try #require(Self.expected[name]?["membership"])
    let sets = try ReferenceTests.Reference(name).sets
    let holdout = try sets.requireHoldout()
    let count = min(sets.training.count, holdout.count)
    let distances = try [sets.training, holdout].map { set in
      try NearestNeighbors(
        of: set.features.rows(Array(0..<count)), in: sets.generated.features, k: 1, threads: 2
      ).nearestSquares.map { -$0 }
    }
    let found = MembershipAttack(members: distances[0], others: distances[1]).score
    close(found.value, expected.value, name)
    for (extra, number) in [
      ("low", expected.low), ("high", expected.high), ("auc", expected.auc),
    ] {
      close(found.extra[extra], number, "\(name) \(extra)")
    }
  }

  private func rows(_ count: Int, _ dimension: Int, seed: UInt64) -> FeatureMatrix {
    var stream = UniformStream(seed: seed)
    return try! FeatureMatrix(
      (0..<count * dimension).map { _ in stream.next() }, dimension: dimension)
  }

  /// Copies of a few training rows among honest ones are found in their balls, where the mean over all hides them.
  @Test func theCopyingOfAFewRowsIsFound() throws {
    let training = rows(400, 4, seed: 1)
    let honest = rows(400, 4, seed: 2)
    // Every tenth generated row is one of four training rows, moved by a little.
    let made = (0..<400).flatMap { row -> [Double] in
      let source = row % 10 == 0 ? training.rows([row / 10 % 4]) : honest.rows([row])
      return source.values.map { $0 + (row % 10 == 0 ? 1e-3 * Double(row % 7) / 7 : 0) }
    }
    func share(_ generated: FeatureMatrix) throws -> Double {
      try LocalCopying().score(
        Comparison(
          training: MeasuredSet(ExampleSet(training)), holdout: nil,
          generated: MeasuredSet(ExampleSet(generated)), threads: 2)
      ).value
    }
    let found = try share(try FeatureMatrix(made, dimension: 4))
    let null = try share(honest)
    #expect(null < 0.1 && found > null + 0.09, "\(found) beside \(null)")
  }

  /// Few training rows have no second nearest; the reason says how many are needed.
  @Test func memorizedShareNeedsTrainingRows() throws {
    let results = try MetricResults(
      training: ExampleSet(rows(2, 3, seed: 1)), holdout: nil,
      generated: ExampleSet(rows(30, 3, seed: 2)),
      metrics: MetricCatalogue.all.filter { $0.key == "memorized_share" }, controls: [], threads: 1)
    #expect(results.entries[0].value == nil)
    #expect(results.entries[0].reason == "needs at least 20 training examples, found 2")
  }

  /// A kind of examples that the training set lacks is novel, and as frequent as it is.
  @Test func aNewModeIsNovel() throws {
    let training = rows(200, 3, seed: 1)
    let near = rows(200, 3, seed: 2)
    let far = near.values.enumerated().map { $0 / 3 % 5 == 0 ? $1 + 50 : $1 }
    func score(_ generated: FeatureMatrix) throws -> Score {
      try Novelty.score(generated, beside: training, width: 1)
    }
    let same = try score(near)
    let new = try score(try FeatureMatrix(far, dimension: 3))
    let frequency = try #require(new.extra["frequency"])
    #expect(frequency > 0.19 && frequency < 0.3 && new.value > 2 * same.value)
  }
}
