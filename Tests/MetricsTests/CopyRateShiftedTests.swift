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

  private func score(_ generated: RawExamples, _ training: RawExamples) throws -> Score {
    try metric.score(
      Comparison(
        training: set(training, count: training.count), holdout: nil,
        generated: set(generated, count: generated.count)))
  }

  @Test func shiftedCopiesAreCounted() throws {
    let training = randomExamples(500, shape: [16, 16, 1], seed: 1)
    let fresh = randomExamples(7, shape: [16, 16, 1], seed: 2)
    // Down by one row, in at the other side.
    let copies = [5, 250, 499].flatMap { row -> [Float] in
      let image = training.values[row * 256..<(row + 1) * 256]
      return Array(image.suffix(16) + image.dropLast(16))
    }
    let generated = try! RawExamples(fresh.values + copies, shape: [16, 16, 1])
    let score = try score(generated, training)
    #expect(score.value == 0.3)
    let smoothed = 4.0 / 12
    let spread = (smoothed * (1 - smoothed) / 10).squareRoot()
    #expect(score.spread.map { abs($0 - spread) < 1e-12 } == true)
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
