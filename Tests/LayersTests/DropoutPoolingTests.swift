import Specification
import Autodiff
import Layers
import TestSupport
import Testing

/// Variants inside the windows of a pooling.
@Suite struct DropoutPoolingTests {
  static let window: [Double] = [0.5, -1, 2, 0.25]

  static func pool(_ type: String, _ pooling: Pooling = .max, _ shape: Shape = [1, 2, 2, 1])
    -> DropoutCase
  { DropoutCase(type, shape, .pooling(pooling)) }

  /// A dropped element does not count; a window without a kept element gives 0.
  @Test func maximumOfWhatIsKept() throws {
    let y = try Self.pool("max_pool").build().y
    let stream = try #require(y.graph.exposeRandomNumbers().first)
    for (mask, _) in allMasks(4, rate: 0.4) {
      let kept = zip(Self.window, mask).filter { $0.1 == 1 }.map(\.0)
      #expect(evaluate([y], ["x": Self.window, stream.name: mask])[0] == [kept.max() ?? 0])
    }
  }

  /// Probability-weighted pooling equals the mean over all masks, even where values are equal.
  @Test(
    arguments: [[0.5, -1, 2, 0.25], [1, 1, 0.5, 0.5], [-3, -1, -2, -1], [0, 0, 0, 0]],
    [0.1, 0.4, 0.9])
  func probabilityWeightedPooling(_ values: [Double], _ rate: Double) throws {
    let test = Self.pool("max_pool", .max, [1, 2, 2, 1])
    let mean = try {
      let y = try test.build(rate: rate).y
      let stream = try #require(y.graph.exposeRandomNumbers().first)
      return allMasks(4, rate: Double(Float(rate))).reduce(0.0) {
        $0 + $1.probability * evaluate([y], ["x": values, stream.name: $1.mask])[0][0]
      }
    }()
    let weighted = try test.build(rate: rate, mode: .sampling(dropout: .off)).y
    #expect(difference(evaluate([weighted], ["x": values])[0], [mean]) < 1e-9)
  }

  /// Value aᵢ is picked for a share max(aᵢ, 0)/Σ of all random numbers; eighths are represented exactly.
  @Test func picksInProportion() throws {
    let values = [1.0, 2, -3, 5]
    #expect(try Self.picks(values) == [1, 2, 2, 5, 5, 5, 5, 5])
    #expect(try Self.picks([-4, -3, -2, -1]) == [-4, -4, -3, -3, -2, -2, -1, -1])
    #expect(try Self.picks([0, 0, 7, 0]) == [Double](repeating: 7, count: 8))
  }

  static func picks(_ values: [Double]) throws -> [Double] {
    let y = try pool("stochastic_pool").build().y
    let names = y.graph.exposeRandomNumbers().map(\.name)
    let pick = try #require(names.first { $0.hasSuffix("/pick") })
    let share = try #require(names.first { !$0.hasSuffix("/pick") })
    return (0..<8).map {
      evaluate([y], ["x": values, pick: [(Double($0) + 0.5) / 8], share: [0]])[0][0]
    }
  }

  /// Windows outside the share are pooled in the layer's own way; sampling takes the mean of both ways.
  @Test(arguments: Pooling.allCases) func shareOfWindows(_ pooling: Pooling) throws {
    let test = Self.pool("stochastic_pool", pooling)
    let values = [1.0, 2, -3, 5]
    let plain = pooling == .max ? 5 : 1.25
    let y = try test.build(rate: 0.25).y
    let names = y.graph.exposeRandomNumbers().map(\.name)
    let numbers = Dictionary(
      uniqueKeysWithValues: names.map { ($0, [$0.hasSuffix("/pick") ? 0.01 : 0.25]) })
    #expect(evaluate([y], numbers.merging(["x": values]) { a, _ in a })[0] == [plain])
    let sampled = try test.build(rate: 0.25, mode: .sampling(dropout: .off)).y
    let expected = 0.25 * (1 + 4 + 25) / 8 + 0.75 * plain
    #expect(difference(evaluate([sampled], ["x": values])[0], [expected]) < 1e-12)
  }

  @Test func gradientGoesToThePickedValue() throws {
    let y = try Self.pool("stochastic_pool").build().y
    let gradient = try y.graph.gradients(of: y.sum(), by: [Tensor(graph: y.graph, id: 0)])
    let names = y.graph.exposeRandomNumbers().map(\.name)
    let numbers = Dictionary(
      uniqueKeysWithValues: names.map { ($0, [$0.hasSuffix("/pick") ? 0.2 : 0]) })
    let values = numbers.merging(["x": [1.0, 2, -3, 5]]) { a, _ in a }
    #expect(evaluate(gradient, values)[0] == [0, 1, 0, 0])
  }

  @Test func wrongPooling() {
    #expect {
      try Self.pool("max_pool", .average).build()
    } throws: {
      "\($0)" == "dropout.0.at: expected a pooling of kind max for max_pool, "
        + "found net.block1.post_pool, which is of kind average"
    }
  }

  @Test func masks() throws {
    func shapes(_ type: String) throws -> [String: Shape] {
      try Self.pool(type, .max, [2, 4, 6, 3]).build().forward.graph.streams
    }
    let name = "dropout/net.block1.post_pool"
    #expect(try shapes("max_pool") == [name: [2, 2, 2, 3, 2, 3]])
    #expect(
      try shapes("stochastic_pool") == [name: [2, 2, 3, 3], name + "/pick": [2, 2, 3, 3]])
  }
}
