import Specification
import Autodiff
import Foundation
import Layers
import TestSupport
import Testing

/// Variants that drop parts of feature maps: blocks, channels by their activation, whole branches.
@Suite struct DropoutMapTests {
  // MARK: DropBlock

  static func block(_ shape: Shape, _ block: Int) -> DropoutCase {
    DropoutCase("dropblock", shape).with { $0.options = ["block": .number(Double(block))] }
  }

  /// A map under given block seeds, as torchvision's `drop_block2d` computes it.
  static func reference(_ x: [Double], _ size: Int, _ block: Int, seeds: [Bool]) -> [Double] {
    let places = size - block + 1
    let kept = (0..<size * size).map { place -> Double in
      let (row, column) = (place / size, place % size)
      let isHit = seeds.indices.contains { seed in
        seeds[seed] && (0..<block).contains(row - seed / places)
          && (0..<block).contains(column - seed % places)
      }
      return isHit ? 0 : 1
    }
    let scale = Double(kept.count) / (1e-6 + kept.reduce(0, +))
    return zip(x, kept).map { $0 * $1 * scale }
  }

  @Test(arguments: [(4, 3), (4, 2), (3, 3), (3, 1)])
  func blocksOverAllSeeds(_ size: Int, _ block: Int) throws {
    let y = try Self.block([1, size, size, 1], block).build(rate: 0.4).y
    let stream = try #require(y.graph.exposeRandomNumbers().first)
    let places = size - block + 1
    #expect(stream.count == places * places)
    let share = Double(size * size) / Double(block * block * places * places)
    let gamma = Double(Float(0.4)) * share
    let x = fixtureValues("x", [1, size, size, 1]).map(Double.init)
    for (mask, _) in allMasks(stream.count, rate: gamma) {
      // Numbers just below γ make seeds, numbers just above do not.
      let numbers = mask.map { gamma + ($0 == 0 ? -1e-6 : 1e-6) }
      let found = evaluate([y], [stream.name: numbers])[0]
      let expected = Self.reference(x, size, block, seeds: mask.map { $0 == 0 })
      #expect(difference(found, expected) < 1e-5)
    }
  }

  /// A sound's blocks are stretches of time; γ = rate·T/(b(T − b + 1)).
  @Test func stretchesOfTime() throws {
    let y = try Self.block([1, 5, 1], 2).with { $0.scaling = DropoutScaling.none }.build(rate: 0.4)
      .y
    let stream = try #require(y.graph.exposeRandomNumbers().first)
    #expect(stream.count == 4)
    let gamma = 0.4 * 5 / (2 * 4)
    let numbers = [gamma + 1e-6, gamma - 1e-6, gamma + 1e-6, 0.9]
    let found = evaluate([y], ["x": [1, 2, 3, 4, 5], stream.name: numbers])[0]
    #expect(found == [1, 0, 0, 4, 5])
  }

  @Test func oneMaskAChannelUnlessShared() throws {
    let test = Self.block([2, 6, 5, 3], 3)
    func shapes(_ test: DropoutCase) throws -> [Shape] {
      Array(try test.build().forward.graph.streams.values)
    }
    #expect(try shapes(test) == [[2, 4, 3, 3]])
    #expect(try shapes(test.with { $0.share = [.channels] }) == [[2, 4, 3, 1]])
    #expect {
      try test.with { $0.share = [.height] }.build()
    } throws: {
      "\($0)" == "dropout.0.share: expected axes of the mask at net.block1.post_act: "
        + "batch, channels, found height"
    }
  }

  @Test func everythingDroppedIsZero() throws {
    let y = try Self.block([1, 2, 2, 1], 2).build(rate: 0.9).y
    let stream = try #require(y.graph.exposeRandomNumbers().first)
    #expect(evaluate([y], [stream.name: [0.1]])[0] == [0, 0, 0, 0])
  }

  @Test func blocksMustFit() {
    #expect {
      try Self.block([1, 5, 3, 1], 4).build()
    } throws: {
      "\($0)" == "dropout.0 at net.block1.post_act: expected 4 places or more along width "
        + "for a block, found 3"
    }
    for (value, found) in [(0.0, "0"), (64, "64"), (2.5, "2.5")] {
      let test = DropoutCase("dropblock").with { $0.options = ["block": .number(value)] }
      #expect {
        try test.build()
      } throws: {
        "\($0)" == "dropout.0.block: expected a whole number from 1 to 63, found \(found)"
      }
    }
  }

  // MARK: Drop path

  /// Branch 2 of 3 has two thirds of the rate, and its mean over masks is x + f(x).
  @Test func rateGrowsWithDepth() throws {
    let y = try DropoutCase("drop_path", [2, 1, 1, 1], .branch).build(rate: 0.6).y
    let stream = try #require(y.graph.exposeRandomNumbers().first)
    let rate = Double(Float(0.6) * (Float(2) / 3))
    let found = evaluate([y], ["x": [1, 10], stream.name: [rate - 1e-6, rate + 1e-6]])[0]
    #expect(difference(found, [1, 10 + 20 / (1 - rate)]) < 1e-6)
    let scaled = try DropoutCase("drop_path", [2, 1, 1, 1], .branch)
      .with { $0.scaling = .testTime }.build(rate: 0.6, mode: .sampling(dropout: .off)).y
    #expect(difference(evaluate([scaled], ["x": [1, 10]])[0], [2.2, 22]) < 1e-6)
  }

  @Test func oneNumberAnExampleOrABatch() throws {
    let test = DropoutCase("drop_path", [4, 2, 2, 3], .branch)
    func shapes(_ share: [Axis]) throws -> [Shape] {
      Array(try test.with { $0.share = share }.build().forward.graph.streams.values)
    }
    #expect(try shapes([]) == [[4, 1, 1, 1]])
    #expect(try shapes([.batch]) == [[1, 1, 1, 1]])
  }

  // MARK: Weighted channels

  static func channels(_ rows: Int, _ scores: [Double], rate: Double) throws -> [[Double]] {
    let test = DropoutCase("weighted_channel", [rows, 2, scores.count])
    let x = (0..<rows).flatMap { _ in scores.map { $0 - 0.5 } + scores.map { $0 + 0.5 } }
    let y = evaluate([try test.build(rate: rate).y], ["x": x])[0]
    let size = 2 * scores.count
    return (0..<rows).map { Array(y[$0 * size..<($0 + 1) * size]) }
  }

  /// M = round(q·C) channels are kept, scaled so that the sum of their means equals that of all.
  @Test(arguments: [(0.05, 5), (0.25, 4), (0.5, 3), (0.72, 1), (0.9, 1), (0.99, 1)])
  func countAndScale(_ rate: Double, _ count: Int) throws {
    let scores = [1.0, 2, 3, 4, 5]
    for row in try Self.channels(200, scores, rate: rate) {
      let kept = (0..<5).filter { row[$0] != 0 || row[5 + $0] != 0 }
      #expect(kept.count == count)
      let scale = 15 / kept.reduce(0) { $0 + scores[$1] }
      let expected = (0..<10).map { index -> Double in
        let score = scores[index % 5] + (index < 5 ? -0.5 : 0.5)
        return kept.contains(index % 5) ? score * scale : 0
      }
      #expect(difference(row, expected) < 1e-6)
    }
  }

  /// With one kept channel of two, each is drawn in proportion to its activation.
  @Test func drawnInProportionToActivation() throws {
    let count = 20_000
    let rows = try Self.channels(count, [1, 3], rate: 0.5)
    let share = Double(rows.filter { $0[1] != 0 }.count) / Double(count)
    #expect(abs(share - 0.75) < 5 * (0.75 * 0.25 / Double(count)).squareRoot())
  }

  /// A channel without activation is kept only when all others are; nothing is divided by zero.
  @Test func channelsWithoutActivation() throws {
    let test = DropoutCase("weighted_channel", [50, 1, 4])
    let y = try test.build(rate: 0.5).y
    let some = (0..<50).flatMap { _ -> [Double] in [-1, 2, -2, 3] }
    let found = evaluate([y], ["x": some])[0]
    #expect((0..<50).allSatisfy { Array(found[$0 * 4..<$0 * 4 + 4]) == [0, 2, 0, 3] })
    let negative = evaluate([y], ["x": [Double](repeating: -1, count: 200)])[0]
    #expect(negative.filter { $0 == -1 }.count == 100 && negative.filter { $0 == 0 }.count == 100)
  }

  /// Mask and scale count as constants in the gradient, which is y/x.
  @Test func gradientOfWeightedChannels() throws {
    let y = try DropoutCase("weighted_channel", [3, 2, 2, 6]).build().y
    let x = Tensor(graph: y.graph, id: 0)
    let gradient = try y.graph.gradients(of: y.sum(), by: [x])[0]
    let values = evaluate([x, y, gradient])
    #expect(difference(values[2], zip(values[1], values[0]).map { $0 / $1 }) < 1e-9)
  }
}
