import Scores
import Foundation
import Metrics
import Testing

@Suite struct FeatureMatrixTests {
  @Test func rowsAreTakenInTheOrderGiven() throws {
    let matrix = try FeatureMatrix([1, 2, 3, 4, 5, 6], dimension: 2)
    #expect(matrix.rows([2, 0]).values == [5, 6, 1, 2])
  }

  @Test(arguments: [
    (Double.nan, "expected a finite number, found nan"),
    (-.infinity, "expected a finite number, found -inf"),
    (1e300, "expected a number of at most 1e15 in size, found 1e+300"),
    (-2e15, "expected a number of at most 1e15 in size, found -2000000000000000.0"),
  ])
  func numbersThatCannotBeUsedAreNamed(_ value: Double, _ problem: String) {
    #expect {
      try FeatureMatrix([1, 2, 3, value, 5, 6], dimension: 3)
    } throws: { error in
      "\(error)" == "row 1, column 0: \(problem)"
    }
    guard !Float(value).isInfinite || value.isInfinite else { return }
    #expect(throws: UnusableNumber.self) {
      try RawExamples([0, 1, Float(value), 0], shape: [2, 1])
    }
  }

  /// Rows at the largest and at the smallest allowed magnitudes.
  @Test(arguments: [1e15, 1e-300, .leastNonzeroMagnitude])
  func metricsOfExtremeNumbersAreFiniteOrReasons(_ size: Double) throws {
    var stream = UniformStream(seed: 4)
    func rows(_ count: Int) throws -> ExampleSet {
      ExampleSet(
        try FeatureMatrix((0..<4 * count).map { _ in (2 * stream.next() - 1) * size }, dimension: 4)
      )
    }
    let results = try MetricResults(
      training: rows(520), holdout: rows(100), generated: rows(100), threads: 2)
    for entry in results.entries {
      #expect((entry.value == nil) == (entry.reason != nil), "\(entry.key)")
      let scores = [entry.value].compactMap(\.self) + entry.controls.values
      let numbers = scores.flatMap { score in
        [score.value, score.spread ?? 0] + score.extra.values
          + score.extraTables.values.flatMap(\.values)
      }
      #expect(numbers.allSatisfy { $0.isFinite }, "\(entry.key)")
    }
  }

  @Test func aFeatureThatHardlyVariesIsSaid() throws {
    var stream = UniformStream(seed: 5)
    func rows(_ scale: Double) throws -> MeasuredSet {
      MeasuredSet(
        ExampleSet(
          try FeatureMatrix(
            (0..<400).map { $0 % 2 == 0 ? stream.next() : stream.next() * scale }, dimension: 2)))
    }
    let sets = Comparison(
      training: try rows(1e10), holdout: try rows(1e-10), generated: try rows(1))
    let metric = try #require(MetricCatalogue.all.first { $0.key == "fld" })
    #expect {
      try metric.score(sets)
    } throws: { error in
      "\(error)".hasPrefix("feature 1 hardly varies among held-out rows, and elsewhere by")
    }
  }
}

@Suite struct MetricMeasurementTests {
  @Test func aValueThatIsNotFiniteBecomesAReason() throws {
    let plain = MetricMeasurement("m", nil, .success(Score(.infinity)))
    #expect(plain.score == nil && plain.reason == "the value is not a finite number: inf")
    let explained = MetricMeasurement("m", nil, .success(Score(.nan, warning: "there is no bound")))
    #expect(explained.score == nil && explained.reason == "there is no bound")
  }

  @Test func furtherNumbersThatAreNotFiniteAreLeftOut() throws {
    let score = Score(
      1, spread: .nan, extra: ["a": .infinity, "b": 2], extraTables: ["t": ["x": .nan, "y": 3]])
    let found = try #require(MetricMeasurement("m", .null, .success(score)).score)
    #expect(found == Score(1, extra: ["b": 2], extraTables: ["t": ["y": 3]]))
    let entry = MetricEntry(
      key: "m", aspect: .fidelity, better: .lower, value: .success(score),
      null: Score(-.infinity))
    #expect(entry.controls.isEmpty && entry.word == "no control")
  }
}
