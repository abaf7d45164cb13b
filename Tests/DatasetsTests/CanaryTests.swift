import DataSupport
import Datasets
import Foundation
import Media
import Randomness
import Testing

/// Examples that are planted among those that a model is trained on.
@Suite struct CanaryTests {
  private func random(_ number: Int, _ count: Int) -> [Float] {
    RandomStream("data/canaries", seed: 0).uniform(count, step: UInt64(number))
  }

  /// A picture of 4 × 4 pixels is its knots; twice as large, a pixel lies a quarter of the way between two.
  @Test func noiseIsInterpolatedBetweenKnots() {
    let canaries = Canaries(count: 2, repeats: [1])
    #expect(canaries.values(7..<8, shape: [4, 4, 3]) == random(7, 48))
    let knots = random(5, 16)
    let picture = canaries.values(5..<6, shape: [8, 8, 1])
    #expect(picture[0] == knots[0] && picture[63] == knots[15])
    let upper = 0.75 * knots[1] + 0.25 * knots[2], lower = 0.75 * knots[5] + 0.25 * knots[6]
    // Row 2 lies at knot 0.75, column 3 at knot 1.25.
    #expect(abs(picture[2 * 8 + 3] - (0.25 * upper + 0.75 * lower)) < 1e-6)
    #expect(picture.allSatisfy { $0 > 0 && $0 < 1 })
  }

  @Test func tonesAreThreePartialsUnderAnEnvelope() {
    let (rate, length) = (8000, 400)
    let sound = Canaries(count: 1, repeats: [1], sampleRateHz: rate)
      .values(3..<4, shape: [length, 1])
    let r = random(3, 11).map(Double.init)
    let levels = [0, 3, 6].map { 0.2 + 0.8 * r[$0] }
    for (index, value) in sound.enumerated() {
      let wave = (0..<3).reduce(0.0) { sum, partial in
        let frequency = 100 * pow(32, r[3 * partial + 1])
        let angle = frequency * Double(index) / Double(rate) + r[3 * partial + 2]
        return sum + 0.8 * levels[partial] / levels.reduce(0, +) * sin(2 * Double.pi * angle)
      }
      let (time, peak) = ((Double(index) + 0.5) / Double(length), 0.05 + 0.9 * r[9])
      let line = min(time / peak, (1 - time) / (1 - peak))
      let expected = wave * ((1 - r[10]) * line + r[10] * line * line)
      #expect(abs(Double(value) - expected) < 1e-5, "\(index)")
    }
  }

  @Test func aCanaryDependsOnItsNumberAlone() {
    let few = Canaries(count: 1, repeats: [2]), many = Canaries(count: 9, repeats: [1, 4])
    let shape = [5, 5, 1]
    #expect(few.values(3..<6, shape: shape) == many.values(3..<6, shape: shape))
    let all = (0..<200).map { few.values($0..<$0 + 1, shape: shape) }
    #expect(Set(all).count == 200)
    #expect(many.planted == 18 && many.rows == 45)
  }

  /// Each canary is among what is trained on as often as it is repeated, and in no other set.
  private func expectPlanted(_ canaries: Canaries, in data: Dataset, tolerance: Float) throws {
    let planted = try data.planting(canaries)
    let shape = data.training.shape
    func rows(_ examples: Examples) -> [[Float]] {
      (0..<examples.count).map {
        examples.pixels($0, range: canaries.sampleRateHz == nil ? .unit : .symmetric)
      }
    }
    #expect(planted.trained.count == data.training.count + 8)
    #expect(planted.trained.isEightBit == data.training.isEightBit)
    let trained = rows(planted.trained)
    #expect(Array(trained.prefix(data.training.count)) == rows(data.training))
    #expect(rows(planted.training) == rows(data.training))
    for number in 0..<4 {
      let canary = canaries.values(number..<number + 1, shape: shape)
      let found = trained.count { row in
        zip(row, canary).allSatisfy { abs($0 - $1) <= tolerance }
      }
      #expect(found == (number < 2 ? 1 : 3))
    }
    #expect(planted.measured.trained.count == planted.trained.count)
    #expect(planted.measured.canaries == canaries)
    #expect(planted.text == data.text + ", 4 canaries planted in 8 more rows")
    #expect(planted.fingerprints.filter { $0.set != "canaries" } == data.fingerprints)
    #expect(planted.fingerprints.count == data.fingerprints.count + 1)
    let others = Canaries(count: 2, repeats: [1, 4], sampleRateHz: canaries.sampleRateHz)
    #expect(try data.planting(others).fingerprints != planted.fingerprints)
    let part = try planted.trainingOnly(data.training.part([0, 1]))
    #expect(part.trained.count == 10 && part.training.count == 2 && part.holdout.count == 0)
  }

  @Test func canariesArePlantedInEightBits() throws {
    var request = ImageRequest(
      source: .builtIn, size: 8, channels: 1, holdout: 0.3, shapesCount: 60)
    request.sets.test = .share(0.2)
    let data = try Dataset.load(request)
    #expect(data.training.isEightBit && data.test != nil)
    try expectPlanted(Canaries(count: 2, repeats: [1, 3]), in: data, tolerance: 0.5 / 255 + 1e-6)
  }

  @Test func canariesArePlantedAmongSounds() throws {
    var request = SoundRequest(
      source: .builtIn, sampleRateHz: 8000, length: 200, holdout: 0.3, tonesCount: 60)
    request.sets.test = .share(0.2)
    try expectPlanted(
      Canaries(count: 2, repeats: [1, 3], sampleRateHz: 8000), in: Dataset.load(request),
      tolerance: 0)
  }
}
