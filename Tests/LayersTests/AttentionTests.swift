import Specification
import Autodiff
import Foundation
import Layers
import TestSupport
import Testing

/// Weights of attention, and dropout on them and on keys.
@Suite struct AttentionTests {
  // MARK: Softmax

  @Test func softmaxOfKnownNumbers() throws {
    let y = try Graph().input("x", shape: [3, 2]).softmax()
    // The last row would be 0/0 without the largest element taken away first.
    let found = evaluate([y], ["x": [0, 0, 1, 3, -1e4, 1e4]])[0]
    let second = 1 / (1 + 0.1353352832366127)
    #expect(difference(found, [0.5, 0.5, 1 - second, second, 0, 1]) < 1e-12)
  }

  /// Logits up to ±1e4: values and gradients of first and second order on both back ends.
  @Test(arguments: [1.0, 1e4]) func softmaxOfLargeNumbers(_ size: Double) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [2, 3, 7])
    let w = try graph.input("w", shape: [2, 3, 7])
    let y = try (x * Float(size)).softmax()
    let slope = try graph.gradients(of: (y * w).sum(), by: [x])[0]
    let curvature = try graph.gradients(of: slope.squared().sum(), by: [x, w])
    #expect(try compare([y, slope] + curvature) < 1)
  }

  /// The largest element counts as a constant, and gradients of both orders are right all the same, also with
  /// ties and far from 0.
  @Test(arguments: [0, 1e4, -1e4] as [Float]) func gradientsOfSoftmax(_ shift: Float) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [2, 3, 5])
    let w = try graph.input("w", shape: [2, 3, 5])
    let tied = try Tensor.concatenate([x, x.slice(axis: 2, 0..<2)], axis: 2)
    let weights = try (tied * 3 + shift).softmax().slice(axis: 2, 0..<5)
    let y = try (weights * w).sum()
    #expect(try projectionError(y, by: [x, w]) < 1e-5)
    let slope = try graph.gradients(of: y, by: [x])[0]
    #expect(try projectionError(slope.squared().sum(), by: [x, w]) < 1e-5)
  }

  /// A penalty on the gradient that goes through an attention, as R1 has it.
  @Test func penaltyThroughAnAttention() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [2, 4, 3])
    let (q, k) = try (graph.input("q", shape: [3, 2]), graph.input("k", shape: [3, 2]))
    func rows(_ w: Tensor) throws -> Tensor {
      try x.reshape([8, 3]).matmul(w).reshape([2, 4, 2])
    }
    let weights = try rows(q).matmul(rows(k), transposeOther: true).softmax()
    let score = try weights.matmul(x).tanh().sum()
    let penalty = try graph.gradients(of: score, by: [x])[0].squared().sum()
    #expect(try projectionError(penalty, by: [x, q, k]) < 1e-5)
    #expect(try compare([penalty] + graph.gradients(of: penalty, by: [x, q, k])) < 1)
  }

  // MARK: Dropout

  /// Two examples of given logits, three queries and three keys.
  static func logits(_ type: String, share: [Axis] = []) -> DropoutCase {
    DropoutCase(type, [2, 3, 3]) { x, forward in
      try forward.attentionWeights(x, of: "net.block1")
    }.with { $0.share = share }
  }

  static func softmax(_ x: [Double], kept: [Bool]) -> [Double] {
    // A query without keys attends to all alike.
    guard kept.contains(true) else { return x.map { _ in 1 / Double(x.count) } }
    let largest = zip(x, kept).reduce(-Double.infinity) { $1.1 ? max($0, $1.0) : $0 }
    let powers = zip(x, kept).map { $1 ? exp($0 - largest) : 0 }
    return powers.map { $0 / powers.reduce(0, +) }
  }

  /// Every mask of one query's keys, that without any key included.
  @Test(arguments: [1.0, 1e4]) func dropKeyIsASoftmaxOverTheKeptKeys(_ size: Double) throws {
    let y = try Self.logits("drop_key").build(rate: 0.4).y
    let stream = try #require(y.graph.exposeRandomNumbers().first)
    #expect(stream.name == "dropout/net.block1.attention" && stream.count == 18)
    let x = fixtureValues("x", [2, 3, 3]).map { Double($0) * size }
    for (mask, _) in allMasks(3, rate: 0.4) {
      let found = evaluate([y], ["x": x, stream.name: (0..<6).flatMap { _ in mask }])[0]
      for query in 0..<6 {
        let row = query * 3..<query * 3 + 3
        let expected = Self.softmax(Array(x[row]), kept: mask.map { $0 == 1 })
        #expect(difference(Array(found[row]), expected) < 1e-12)
      }
    }
  }

  /// Dropping all keys gives no NaN, neither as a value nor in a gradient.
  @Test func aQueryWithoutKeys() throws {
    let (y, _) = try Self.logits("drop_key").build(rate: 0.9999)
    let x = Tensor(graph: y.graph, id: 0)
    let slope = try y.graph.gradients(of: y.squared().sum(), by: [x])[0]
    let second = try y.graph.gradients(of: slope.squared().sum(), by: [x])[0]
    #expect(try compare([y, slope, second]) < 1)
    let found = evaluate([y, slope, second])
    #expect(difference(found[0], [Double](repeating: 1 / 3.0, count: 18)) < 1e-6)
    #expect(found[1].allSatisfy { $0 == 0 } && found[2].allSatisfy { $0 == 0 })
  }

  /// One mask for all queries drops whole keys of an example.
  @Test func wholeKeys() throws {
    let (y, forward) = try Self.logits("drop_key", share: [.queries]).build(rate: 0.5)
    #expect(y.graph.streams == ["dropout/net.block1.attention": [2, 1, 3]])
    let stream = try #require(y.graph.exposeRandomNumbers().first)
    let found = evaluate([y], [stream.name: [1, 0, 1, 0, 1, 0]])[0]
    for query in 0..<3 {
      #expect(found[query * 3 + 1] == 0 && found[query * 3] > 0 && found[query * 3 + 2] > 0)
      #expect(Array(found[9 + query * 3..<12 + query * 3]) == [0, 1, 0])
    }
    #expect(forward.sites.map(\.axes) == [[.batch, .queries, .keys]])
  }

  /// Ordinary variants drop weights after the softmax, and scale what they keep.
  @Test func ordinaryVariantsDropWeights() throws {
    let y = try Self.logits("bernoulli").build(rate: 0.5).y
    let stream = try #require(y.graph.exposeRandomNumbers().first)
    let x = fixtureValues("x", [2, 3, 3]).map(Double.init)
    let mask = (0..<18).map { Double($0 % 2) }
    let found = evaluate([y], [stream.name: mask])[0]
    for query in 0..<6 {
      let row = query * 3..<query * 3 + 3
      let whole = Self.softmax(Array(x[row]), kept: [true, true, true])
      let expected = zip(whole, mask[row]).map { $0 * $1 * 2 }
      #expect(difference(Array(found[row]), expected) < 1e-6)
    }
  }

  @Test(arguments: ["drop_key", "bernoulli"]) func samplingDropsNothing(_ type: String) throws {
    let (y, forward) = try Self.logits(type).build(rate: 0.5, mode: .sampling(dropout: .off))
    let plain = try Graph().input("x", shape: [2, 3, 3]).softmax()
    #expect(difference(evaluate([y])[0], evaluate([plain])[0]) < 1e-12)
    #expect(forward.draws.isEmpty)
    let drawn = try Self.logits(type).build(rate: 0.5, mode: .sampling(dropout: .stochastic))
    #expect(difference(evaluate([drawn.y])[0], evaluate([plain])[0]) > 1e-3)
  }

  @Test func maskShapesAreOfQueriesAndKeys() throws {
    let site = DropoutSite(
      .attention, of: "generator.attention", axes: [.batch, .queries, .keys], example: [64, 64],
      kind: .attention)
    func shape(_ share: [Axis]) throws -> Shape {
      let entry = DropoutEntry(type: "drop_key", at: ["*"], rate: 0.1, share: share)
      return try DropoutPlan([entry], sites: [site]).placements[0].maskShape(batch: 8)
    }
    #expect(try shape([]) == [8, 64, 64])
    #expect(try shape([.queries]) == [8, 1, 64])
    #expect(try shape([.batch, .queries]) == [1, 1, 64])
    #expect {
      try shape([.height])
    } throws: {
      "\($0)" == "dropout.0.share: expected axes of the mask at generator.attention.attention: "
        + "batch, queries, keys, found height"
    }
  }
}
