import Scores
import Metrics
import Testing

@Suite struct CopyRateShiftedTests {
  private let metric: any Metric

  init() throws {
    metric = try #require(MetricCatalogue.all.first { $0.key == "copy_rate_shifted" })
  }

  private func set(_ raw: RawExamples?, count: Int) -> MeasuredSet {
    MeasuredSet(
      ExampleSet(try! FeatureMatrix((0..<count).map(Double.init), dimension: 1), raw: raw))
  }

  private func score(
    _ generated: RawExamples, _ training: RawExamples, by key: String = "copy_rate_shifted"
  ) throws -> Score {
    let metric = try #require(MetricCatalogue.all.first { $0.key == key })
    return try metric.score(
      Comparison(
        training: set(training, count: training.count), holdout: nil,
        generated: set(generated, count: generated.count)))
  }

  @Test(arguments: ["copy_rate_shifted", "memorized_share_shifted"])
  func shiftedCopiesAreCounted(_ key: String) throws {
    let training = randomExamples(500, shape: [16, 16, 1], seed: 1)
    let fresh = randomExamples(7, shape: [16, 16, 1], seed: 2)
    // Copies are moved down by one row; the last row comes in at the top.
    let copies = [5, 250, 499].flatMap { row -> [Float] in
      let image = training.values[row * 256..<(row + 1) * 256]
      return Array(image.suffix(16) + image.dropLast(16))
    }
    let generated = try! RawExamples(fresh.values + copies, shape: [16, 16, 1])
    let score = try score(generated, training, by: key)
    #expect(score.value == 0.3)
    let smoothed = 4.0 / 12
    let spread = (smoothed * (1 - smoothed) / 10).squareRoot()
    #expect(score.spread.map { abs($0 - spread) < 1e-12 } == true)
  }

  /// Of many generated examples, only a random sample of the requested size is searched; the rate is that
  /// of the sample.
  @Test func aSampleIsSearched() throws {
    let training = randomExamples(500, shape: [8, 8, 1], seed: 1)
    let fresh = randomExamples(60, shape: [8, 8, 1], seed: 2)
    let generated = try RawExamples(
      fresh.values + training.values.prefix(60 * 64), shape: [8, 8, 1])
    func score(_ searched: Int?, seed: UInt64 = 0) throws -> Score {
      try metric.score(
        Comparison(
          training: set(training, count: 500), holdout: nil, generated: set(generated, count: 120),
          seed: seed, searched: searched))
    }
    let all = try score(nil)
    #expect(all.value == 0.5 && all.extra["searched"] == 120 && all.warning == nil)
    #expect(try score(120) == all && score(1000) == all)
    let part = try score(40)
    #expect(part.extra["searched"] == 40 && part.warning == "of 40 random examples of 120")
    #expect(abs(part.value - 0.5) < 0.25)
    #expect(part.value * 40 == (part.value * 40).rounded())
    #expect(try score(40) == part)
    // Other seeds give other samples.
    #expect(try Set((0..<20).map { try score(40, seed: $0).value }).count > 3)
  }

  @Test func constantExamplesAreNoCopies() throws {
    let training = try! RawExamples([Float](repeating: 0.5, count: 500 * 4), shape: [2, 2, 1])
    #expect(try score(training.rows([0]), training).value == 0)
    let silence = try! RawExamples([Float](repeating: 0, count: 500 * 40), shape: [40, 1])
    #expect(try score(silence.rows([0]), silence).value == 0)
  }

  @Test func saysWhyThereIsNoValue() {
    func reason(_ generated: RawExamples?, _ training: RawExamples?) -> String? {
      do {
        _ = try metric.score(
          Comparison(
            training: set(training, count: training?.count ?? 500), holdout: nil,
            generated: set(generated, count: generated?.count ?? 2)))
        return nil
      } catch {
        return "\(error)"
      }
    }
    let sounds = try! RawExamples([Float](repeating: 0, count: 499), shape: [1, 1])
    let images = try! RawExamples([0, 1], shape: [1, 1, 1])
    #expect(reason(nil, sounds) == "needs images or sounds, not features alone")
    #expect(reason(sounds, nil) == "needs images or sounds, not features alone")
    #expect(reason(images, sounds) == "needs examples of one shape, found [1, 1, 1] and [1, 1]")
    #expect(reason(sounds, sounds) == "needs at least 500 training examples, found 499")
  }
}
