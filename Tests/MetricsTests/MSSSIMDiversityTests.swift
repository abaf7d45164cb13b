import Scores
import Metrics
import Testing

/// A pair of images and torchmetrics' value for it; see `Fixtures/ms_ssim.py`.
private struct Pair: Decodable, Sendable {
  let seed: UInt64
  let height: Int
  let width: Int
  let channels: Int
  let share: Double
  let value: Double

  var images: RawExamples {
    var stream = UniformStream(seed: seed)
    let first = image(&stream)
    let own = image(&stream)
    let second = zip(first, own).map { share < 0 ? 1 - $0 : share * $0 + (1 - share) * $1 }
    return try! RawExamples((first + second).map(Float.init), shape: [height, width, channels])
  }

  private func image(_ stream: inout UniformStream) -> [Double] {
    let across = (width + 7) / 8
    let blocks = (0..<(height + 7) / 8 * across * channels).map { _ in stream.next() }
    return (0..<height * width * channels).map { index in
      let (pixel, channel) = index.quotientAndRemainder(dividingBy: channels)
      let block = pixel / width / 8 * across + pixel % width / 8
      return 0.75 * blocks[block * channels + channel] + 0.25 * stream.next()
    }
  }
}

/// Sets with the given generated examples.
private func sets(_ raw: RawExamples?, count: Int, threads: Threads = 1) -> Comparison {
  let features = try! FeatureMatrix((0..<count).map(Double.init), dimension: 1)
  return Comparison(
    training: MeasuredSet(ExampleSet(features)), holdout: nil,
    generated: MeasuredSet(ExampleSet(features, raw: raw)), threads: threads)
}

@Suite struct MSSSIMDiversityTests {
  private let metric: any Metric

  init() throws {
    metric = try #require(MetricCatalogue.all.first { $0.key == "ms_ssim_diversity" })
  }

  @Test func agreesWithTorchmetrics() throws {
    let pairs: [Pair] = try decodeFixture("ms_ssim")
    for pair in pairs {
      let found = try metric.score(sets(pair.images, count: 2)).value
      let error = abs(found - (1 - pair.value))
      #expect(error < 1e-12, "\(pair.height)×\(pair.width)×\(pair.channels): \(error)")
    }
  }

  @Test(arguments: [[1, 1, 1], [2, 7, 3], [8, 8, 1], [10, 40, 3]])
  func tinyImagesHaveOneScale(_ shape: [Int]) throws {
    var stream = UniformStream(seed: 1)
    let size = shape.reduce(1, *)
    let image = (0..<size).map { _ in Float(stream.next()) }
    let equal = try metric.score(sets(RawExamples(image + image, shape: shape), count: 2))
    #expect(abs(equal.value) < 1e-12)
    let other = image.map { $0 < 0.5 ? $0 + 0.5 : $0 - 0.5 }
    let different = try metric.score(sets(RawExamples(image + other, shape: shape), count: 2))
    #expect(different.value > 0.01 && different.value <= 1)
  }

  @Test func everyPairOfFewAndRandomPairsOfMany() throws {
    // Black and white images alternate: equal pairs have similarity 1, others about 0.
    let images = (0..<60).map { [Float](repeating: $0 % 2 == 0 ? 0 : 1, count: 144) }
    func score(_ count: Int, threads: Threads = 1) throws -> Score {
      let raw = try! RawExamples(Array(images.prefix(count).joined()), shape: [12, 12, 1])
      return try metric.score(sets(raw, count: count, threads: threads))
    }
    // Of the 6 pairs of 4 images, 4 differ.
    #expect(abs(try score(4).value - 4.0 / 6 * (1 - 0.0001 / 1.0001)) < 1e-9)
    let many = try score(60)
    #expect(abs(many.value - 0.5) < 0.06)
    #expect(abs(try #require(many.spread) - 0.5 / 1000.0.squareRoot()) < 1e-3)
    #expect(try score(60, threads: 3) == many)
  }

  @Test func saysWhyThereIsNoValue() {
    func reason(_ raw: RawExamples?, _ count: Int) -> String? {
      do {
        _ = try metric.score(sets(raw, count: count))
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(reason(nil, 2) == "needs images, not features alone")
    #expect(reason(try! RawExamples([0, 0], shape: [1, 1]), 2) == "is of images, not of sounds")
    #expect(
      reason(try! RawExamples([0], shape: [1, 1, 1]), 1)
        == "needs at least 2 generated examples, found 1")
  }
}
