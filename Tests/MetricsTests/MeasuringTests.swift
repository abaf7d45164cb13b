import Scores
import Complaints
import Foundation
import Metrics
import Testing

/// Progress of measuring, stopping it, and resuming it.
@Suite struct MeasuringTests {
  private static let size = 4

  private func rows(_ count: Int, seed: UInt64) -> ExampleSet {
    var stream = UniformStream(seed: seed)
    let values = (0..<count * Self.size * Self.size).map { _ in stream.next() }
    return ExampleSet(
      try! FeatureMatrix(values, dimension: Self.size * Self.size),
      raw: try! RawExamples(values.map(Float.init), shape: [Self.size, Self.size, 1]))
  }

  private func results(
    known: [MetricMeasurement] = [], shouldStop: () -> Bool = { false },
    progress: (MetricProgress) -> Void = { _ in }
  ) throws -> MetricResults {
    try MetricResults(
      training: rows(520, seed: 1), holdout: rows(200, seed: 2), generated: rows(120, seed: 3),
      threads: 2, known: known, shouldStop: shouldStop, progress: progress)
  }

  @Test func everyMeasurementIsAnnouncedOnce() throws {
    var seen: [MetricProgress] = []
    let results = try results(progress: { seen.append($0) })
    let total = MetricCatalogue.all.count * 4
    #expect(seen.map(\.done) == Array(0...total))
    #expect(seen.allSatisfy { $0.total == total })
    #expect(seen.first?.measured == nil && seen.first?.secondsLeft == nil)
    #expect(seen.last?.next == nil && seen.last?.secondsLeft == 0)
    // The announced next metric is the one measured next.
    #expect(seen.dropLast().map(\.next) == seen.dropFirst().map { $0.measured?.metric })
    #expect(results.entries.allSatisfy { $0.measurements.count == 4 })
  }

  @Test func whatWasMeasuredIsTakenUpAgain() throws {
    let whole = try results()
    var kept: [MetricMeasurement] = []
    #expect(throws: Stopped.self) {
      try results(
        shouldStop: { kept.count == 30 },
        progress: { progress in progress.measured.map { kept.append($0) } })
    }
    #expect(kept.count == 30)
    // Measurements as they are read back from a file.
    let known = try JSONDecoder().decode([MetricMeasurement].self, from: JSONEncoder().encode(kept))
    #expect(known == kept)
    var again: [MetricMeasurement] = []
    let resumed = try results(
      known: known, progress: { progress in progress.measured.map { again.append($0) } })
    #expect(again.count == MetricCatalogue.all.count * 4 - 30)
    #expect(Told(resumed) == Told(whole))
    // With all measurements known, nothing is measured.
    let all = whole.entries.flatMap(\.measurements)
    #expect(try Told(results(known: all)) == Told(whole))
    var steps = 0
    _ = try results(known: all, progress: { _ in steps += 1 })
    #expect(steps == 1)
  }

  /// The metric that images do not have.
  private static let ofSounds = "kernel_audio_distance"

  @Test(arguments: MetricCatalogue.all.map(\.key))
  func everyMetricCanBeStopped(_ key: String) throws {
    let metric = try #require(MetricCatalogue.all.first { $0.key == key })
    // Metrics that consist of a few LAPACK calls cannot be stopped midway.
    let isWhole = ["frechet_distance", "vendi"].contains(key)
    var asked = 0
    func sets(_ threads: Threads) throws -> Comparison {
      func set(_ count: Int, _ seed: UInt64) -> MeasuredSet {
        let rows = rows(count, seed: seed)
        return MeasuredSet(key == Self.ofSounds ? ExampleSet(rows.features) : rows)
      }
      return Comparison(
        training: set(520, 1), holdout: set(200, 2), generated: set(120, 3), threads: threads)
    }
    let counting = Threads(1) {
      asked += 1
      return false
    }
    let value = try? metric.score(sets(counting))
    guard asked > 0 else { return #expect(isWhole, "\(key) never asks") }
    // Wherever it is stopped, it throws `Stopped` and gives no value.
    for limit in Set([1, (asked + 1) / 2, asked]) {
      var left = limit
      let stopping = Threads(1) {
        left -= 1
        return left == 0
      }
      #expect(throws: Stopped.self, "\(key) at \(limit) of \(asked)") {
        try metric.score(sets(stopping))
      }
    }
    let again = try? metric.score(sets(2))
    #expect(again == value)
  }

  /// With too few examples in any set, a metric gives the number needed instead of a value.
  @Test func tooFewExamplesAreSaidWithTheNumberNeeded() throws {
    func reasons(_ training: Int, _ holdout: Int, _ generated: Int) throws -> [String: String] {
      let results = try MetricResults(
        training: rows(training, seed: 1), holdout: rows(holdout, seed: 2),
        generated: rows(generated, seed: 3))
      for entry in results.entries {
        #expect((entry.value == nil) == (entry.reason != nil), "\(entry.key)")
      }
      return Dictionary(
        results.entries.filter { $0.key != Self.ofSounds }
          .compactMap { entry in entry.reason.map { (entry.key, $0) } },
        uniquingKeysWith: { a, _ in a })
    }
    let keys = Set(MetricCatalogue.all.map(\.key)).subtracting([Self.ofSounds])
    let few = try reasons(600, 200, 5)
    #expect(Set(few.keys) == keys)
    #expect(few["recall"] == "needs at least 50 generated examples, found 5")
    for key in ["precision", "vendi", "closer_to_train", "copy_rate_shifted", "ms_ssim_diversity"] {
      #expect(few[key] == "needs at least 20 generated examples, found 5", "\(key)")
    }
    // Among few rows, no two may be near enough for `birthday_support`.
    #expect(try Set(reasons(600, 200, 49).keys).subtracting(["birthday_support"]) == ["recall"])
    #expect(try Set(reasons(600, 200, 50).keys).subtracting(["birthday_support"]).isEmpty)
    let training = try reasons(19, 200, 60)
    #expect(Set(training.keys) == keys.subtracting(["vendi", "ms_ssim_diversity"]))
    #expect(training["fld"] == "needs at least 20 training examples, found 19")
    #expect(
      try Set(reasons(49, 200, 60).keys).subtracting(["birthday_support"])
        == [
          "precision", "density", "clipped_density", "realism", "coverage", "clipped_coverage",
          "local_copying", "membership", "copy_rate", "copy_rate_shifted",
        ])
    let holdout = try reasons(600, 19, 60)
    #expect(
      Set(holdout.keys)
        == [
          "fld", "fld_gap", "closer_to_train", "ct", "membership", "nn_ratio", "birthday_support",
        ])
    #expect(holdout["ct"] == "needs at least 20 held-out examples, found 19")
  }

  /// A control with too few examples has no score.
  @Test func controlsNeedAsMany() throws {
    let results = try MetricResults(
      training: rows(600, seed: 1), holdout: rows(39, seed: 2), generated: rows(60, seed: 3))
    let entries = Dictionary(uniqueKeysWithValues: results.entries.map { ($0.key, $0) })
    // `ct` would have halves of the 39 held-out examples, and `recall` needs 50 for its neighbourhoods.
    for (key, word) in [("ct", ""), ("recall", "no control")] {
      #expect(entries[key]?.value != nil && entries[key]?.controls[.null] == nil, "\(key)")
      #expect(entries[key]?.word == word, "\(key)")
    }
    #expect(entries["vendi"]?.controls[.null] != nil)
  }
}
