import DataSupport
import Media
import Datasets
import Foundation
import Testing

@Suite struct ShapesTests {
  private func shapes(side: Int, channels: Int, count: Int = 480) throws -> Examples {
    try Dataset.load(
      ImageRequest(source: .builtIn, size: side, channels: channels, shapesCount: count)
    ).training
  }

  private func recognize(
    _ pixels: [Float], side: Int, channels: Int, range: ValueRange = .unit
  ) -> ShapesMode? {
    pixels.withUnsafeBufferPointer {
      ShapesMode.recognize($0, side: side, channels: channels, range: range)
    }
  }

  @Test func modesAreNumbered() {
    #expect(ShapesMode.count == 48)
    #expect(ShapesMode.all.map(\.number) == Array(0..<48))
    #expect(Set(ShapesMode.all).count == 48)
    #expect(ShapesMode.ofExample(3) == ShapesMode.ofExample(51))
    let fifth = ShapesMode.ofExample(5)
    #expect((fifth.shape, fifth.color, fifth.size) == (.square, .green, .small))
  }

  @Test func defaultsAreColourImagesOf32() throws {
    let start = ContinuousClock.now
    let data = try Dataset.load(ImageRequest(source: .builtIn, holdout: 0.2))
    print("4000 shapes of 32×32×3: \(ContinuousClock.now - start)")
    #expect(data.training.shape == [32, 32, 3])
    #expect(data.training.count + data.holdout.count == 4000)
    let different = Set(data.training.all).count
    print("different shapes: \(different) of \(data.training.count)")
    #expect(different * 100 >= data.training.count * 99)
    #expect(data.training.isEightBit)
  }

  /// Every mode is recognised equally often, as it was drawn.
  @Test(arguments: [(16, 1), (16, 3), (28, 1), (32, 3), (33, 1), (48, 3)])
  func drawnImagesAreRecognised(side: Int, channels: Int) throws {
    let examples = try shapes(side: side, channels: channels)
    var counts = [Int](repeating: 0, count: ShapesMode.count)
    for index in 0..<examples.count {
      let mode = recognize(
        examples.pixels(index, range: .symmetric), side: side, channels: channels,
        range: .symmetric)
      if let mode { counts[mode.number] += 1 }
    }
    #expect(counts == [Int](repeating: 10, count: ShapesMode.count))
  }

  @Test(arguments: [(32, 3), (28, 1)]) func noisyImagesAreRecognised(side: Int, channels: Int)
    throws
  {
    let examples = try shapes(side: side, channels: channels)
    var wrong = 0
    for index in 0..<examples.count {
      let pixels = examples.pixels(index)
      let noisy = pixels.enumerated().map { position, value in
        let bits = UInt32(truncatingIfNeeded: (index * pixels.count + position) &* 2_654_435_761)
        return value + 0.1 * (Float(bits) / Float(UInt32.max) - 0.5)
      }
      let clean = recognize(pixels, side: side, channels: channels)
      if recognize(noisy, side: side, channels: channels) != clean { wrong += 1 }
    }
    print("noisy shapes not recognised: \(wrong) of \(examples.count)")
    #expect(wrong <= examples.count / 50)
  }

  @Test func otherImagesAreOfNoMode() throws {
    let count = 32 * 32 * 3
    let noise = (0..<count).map { Float(($0 &* 7919) % 256) / 255 }
    let examples = try shapes(side: 32, channels: 3)
    let two = zip(examples.pixels(0), examples.pixels(95)).map { ($0 + $1) / 2 }
    let others: [[Float]] = [
      [Float](repeating: 0, count: count), [Float](repeating: 1, count: count), noise, two,
      [Float](repeating: .nan, count: count),
    ]
    for (index, pixels) in others.enumerated() {
      #expect(recognize(pixels, side: 32, channels: 3) == nil, "image \(index)")
    }
  }

  @Test func figuresAreWhatTheyAreSaidToBe() throws {
    let examples = try shapes(side: 64, channels: 1, count: 96)
    // Areas in units of the side: circle, square, triangle, cross.
    let unitAreas: [Float] = [Float.pi, 1.7 * 1.7, 1.1 * 1.1 * 1.299_038, 4 * 0.6 - 0.6 * 0.6]
    var checked = 0
    for index in 0..<examples.count {
      let pixels = examples.pixels(index)
      guard let mode = recognize(pixels, side: 64, channels: 1) else { continue }
      let radius: Float = mode.size == .small ? 0.20 : 0.36
      let level = (250 - 32 * Float(mode.color.rawValue)) / 255
      let area = pixels.reduce(0, +) / level / (64 * 64)
      let expected = unitAreas[mode.shape.rawValue] * radius * radius
      #expect(abs(area - expected) <= 0.02 * expected, "\(mode)")
      #expect(abs((pixels.max() ?? 0) - level) < 0.001)
      checked += 1
    }
    #expect(checked == examples.count)
  }
}
