import Autodiff
import Layers
import TestSupport
import Testing

/// The exact tests every variant must pass, through a site of a `Forward`.
@Suite struct DropoutVariantTests {
  static let image: [Axis] = [.batch, .height, .width, .channels]
  static let vector: [Axis] = [.batch, .features]
  static let sound: [Axis] = [.batch, .time, .channels]

  /// y = dropout(x) at site `net.block1.post_act`.
  static func site(
    _ type: String, _ shape: Shape, _ axes: [Axis], rate: Double = 0.3,
    scaling: DropoutScaling = .inverted, schedule: DropoutSchedule = .constant,
    share: [Axis] = [], mode: Forward.Mode = .training
  ) throws -> (x: Tensor, y: Tensor) {
    let entry = DropoutEntry(
      type: type, at: ["*"], rate: rate, scaling: scaling, share: share, schedule: schedule)
    let place = DropoutSite(
      address: "net.block1.post_act", axes: axes, example: Array(shape.dropFirst()))
    let plan = try DropoutPlan([entry], sites: [place], steps: 10, hasPhases: false)
    let forward = Forward(Graph(), mode: mode, dropout: plan)
    let x = try forward.graph.input("x", shape: shape)
    return (x, try forward.site("post_act", of: "net.block1", x, axes))
  }

  /// Makes the random numbers of a graph inputs; returns their names and sizes.
  static func exposeRandomNumbers(_ graph: Graph) -> [(name: String, count: Int)] {
    var exposed = [(String, Int)]()
    for (id, node) in graph.nodes.enumerated() {
      guard case .random(let stream, _) = node.operation else { continue }
      graph.nodes[id].operation = .input(stream)
      exposed.append((stream, node.shape.elementCount))
    }
    return exposed
  }

  /// E[loss] over all masks; every random number takes 0 (drop) or 1 (keep).
  static func expectationOverMasks(_ loss: Tensor, rate: Double) throws -> Double {
    let exposed = exposeRandomNumbers(loss.graph)
    try #require(exposed.count == 1)
    var expectation = 0.0
    for bits in 0..<(1 << exposed[0].count) {
      let mask = (0..<exposed[0].count).map { Double(bits >> $0 & 1) }
      let kept = mask.reduce(0, +)
      let probability = power(1 - rate, kept) * power(rate, Double(mask.count) - kept)
      expectation += probability * evaluate(loss, [exposed[0].name: mask])
    }
    return expectation
  }

  /// E[loss] over Gaussian noise for a loss that is quadratic in each number and has no products
  /// of three: numbers −1 and 1 have the same first moments. Box–Muller turns radius e^(−1/2) and
  /// angle 0 or 1/2 into them.
  static func expectationOverNoise(_ loss: Tensor) throws -> Double {
    let exposed = exposeRandomNumbers(loss.graph)
    try #require(exposed.count == 2 && exposed[0].name.hasSuffix("/radius"))
    let radius = [Double](repeating: 0.6065306597126334, count: exposed[0].count)
    let all = 1 << exposed[1].count
    return (0..<all).reduce(0) { sum, bits in
      let angles = (0..<exposed[1].count).map { Double(bits >> $0 & 1) / 2 }
      let values = [exposed[0].name: radius, exposed[1].name: angles]
      return sum + evaluate(loss, values) / Double(all)
    }
  }

  static func power(_ base: Double, _ exponent: Double) -> Double {
    (0..<Int(exponent)).reduce(1) { product, _ in product * base }
  }

  static func evaluate(_ scalar: Tensor, _ values: [String: [Double]]) -> Double {
    var interpreter = ReferenceInterpreter()
    interpreter.values = values
    for node in scalar.graph.nodes {
      guard case .input(let name) = node.operation, values[name] == nil else { continue }
      interpreter.values[name] = fixtureValues(name, node.shape).map(Double.init)
    }
    return interpreter.evaluate([scalar])[0][0]
  }

  /// ‖target − dropout(x)·β‖² for x [N, n], or [N, T, C] flattened.
  static func regression(
    _ type: String, _ shape: Shape, _ axes: [Axis], rate: Double
  ) throws -> Tensor {
    let y = try site(type, shape, axes, rate: rate).y
    let flat = [shape[0], shape.dropFirst().reduce(1, *)]
    let beta = try y.graph.input("beta", shape: [flat[1], 1])
    let target = try y.graph.input("target", shape: [flat[0], 1])
    return try (target - y.reshape(flat).matmul(beta)).squared().sum()
  }

  /// ‖target − xβ‖² + rate/q · Σ (sums of βx that are dropped together)².
  static func regressionFormula(_ shape: Shape, rate: Double, channels: Int?) -> Double {
    let n = shape.dropFirst().reduce(1, *)
    let x = fixtureValues("x", shape).map(Double.init)
    let beta = fixtureValues("beta", [n, 1]).map(Double.init)
    let target = fixtureValues("target", [shape[0], 1]).map(Double.init)
    var result = 0.0
    for row in 0..<shape[0] {
      let products = (0..<n).map { x[row * n + $0] * beta[$0] }
      let residual = target[row] - products.reduce(0, +)
      var groups = [Double](repeating: 0, count: channels ?? n)
      for (j, product) in products.enumerated() { groups[j % groups.count] += product }
      result += residual * residual + rate / (1 - rate) * groups.reduce(0) { $0 + $1 * $1 }
    }
    return result
  }

  @Test(arguments: [0.1, 0.5, 0.7]) func bernoulliRegression(_ rate: Double) throws {
    let loss = try Self.regression("bernoulli", [2, 4], Self.vector, rate: rate)
    let found = try Self.expectationOverMasks(loss, rate: Double(Float(rate)))
    let expected = Self.regressionFormula([2, 4], rate: Double(Float(rate)), channels: nil)
    #expect(abs(found - expected) < 1e-12 * (1 + abs(expected)))
  }

  @Test(arguments: [0.1, 0.5, 0.7]) func gaussianRegression(_ rate: Double) throws {
    let loss = try Self.regression("gaussian", [2, 4], Self.vector, rate: rate)
    let found = try Self.expectationOverNoise(loss)
    let expected = Self.regressionFormula([2, 4], rate: Double(Float(rate)), channels: nil)
    // 2π of the Box–Muller transform is a float32 constant.
    #expect(abs(found - expected) < 1e-6 * (1 + abs(expected)))
  }

  @Test(arguments: [0.1, 0.5, 0.7]) func spatialRegression(_ rate: Double) throws {
    let loss = try Self.regression("spatial", [2, 3, 4], Self.sound, rate: rate)
    let found = try Self.expectationOverMasks(loss, rate: Double(Float(rate)))
    let expected = Self.regressionFormula([2, 3, 4], rate: Double(Float(rate)), channels: 4)
    #expect(abs(found - expected) < 1e-12 * (1 + abs(expected)))
  }

  /// Mean and variance of y at x = 1 over many counters, to five standard errors.
  @Test(
    arguments: ["bernoulli", "gaussian", "spatial"], [DropoutScaling.inverted, .testTime, .none])
  func momentsOverCounters(_ type: String, _ scaling: DropoutScaling) throws {
    if type == "gaussian" && scaling != .inverted { return }
    let (rate, q, count) = (0.3, 0.7, 40_000.0)
    let shape = type == "spatial" ? [400, 1, 1, 100] : [400, 100]
    let axes = type == "spatial" ? Self.image : Self.vector
    let y = try Self.site(type, shape, axes, rate: rate, scaling: scaling).y
    var interpreter = ReferenceInterpreter()
    interpreter.values["x"] = [Double](repeating: 1, count: Int(count))
    let values = interpreter.evaluate([y])[0]
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let expectedMean = scaling == .inverted ? 1 : q
    let expectedVariance = scaling == .inverted ? rate / q : rate * q
    #expect(abs(mean - expectedMean) < 5 * (expectedVariance / count).squareRoot())
    #expect(abs(variance / expectedVariance - 1) < 5 * (2 / count).squareRoot())
  }

  @Test(arguments: ["bernoulli", "spatial"]) func droppedAtALowerRateIsDroppedAtAHigher(
    _ type: String
  ) throws {
    let shape = [4, 3, 3, 16]
    let kept = try [0.1, 0.3, 0.5, 0.9].map { rate in
      let y = try Self.site(type, shape, Self.image, rate: rate).y
      var interpreter = ReferenceInterpreter()
      interpreter.values["x"] = [Double](repeating: 1, count: shape.elementCount)
      return interpreter.evaluate([y])[0].map { $0 != 0 }
    }
    for (lower, higher) in zip(kept, kept.dropFirst()) {
      #expect(zip(lower, higher).allSatisfy { $0 || !$1 })
      #expect(lower != higher)
    }
  }

  @Test func gaussianNoiseIsTheSameAtEveryRate() throws {
    let noise = try [0.3, 0.5].map { rate -> [Double] in
      let y = try Self.site("gaussian", [4, 8], Self.vector, rate: rate).y
      var interpreter = ReferenceInterpreter()
      interpreter.values["x"] = [Double](repeating: 1, count: 32)
      return interpreter.evaluate([y])[0].map { ($0 - 1) / (rate / (1 - rate)).squareRoot() }
    }
    #expect(zip(noise[0], noise[1]).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test(arguments: ["bernoulli", "gaussian", "spatial"]) func gradientByProjection(
    _ type: String
  ) throws {
    let (x, y) = try Self.site(type, [2, 3, 4, 5], Self.image, rate: 0.4)
    let error = try projectionError((y * y.tanh()).sum(), by: [x])
    #expect(error < 1e-6)
  }

  @Test(arguments: ["bernoulli", "gaussian", "spatial"]) func engineEqualsReference(
    _ type: String
  ) throws {
    let (x, y) = try Self.site(type, [3, 5, 7, 6], Self.image, rate: 0.4)
    let gradient = try y.graph.gradients(of: (y * y).sum(), by: [x])
    #expect(try compare([y] + gradient) < 1)
  }

  @Test func spatialDropsWholeChannelsAndShareWholeAxes() throws {
    func mask(_ type: String, share: [Axis] = []) throws -> [Shape] {
      let y = try Self.site(type, [2, 3, 4, 5], Self.image, share: share).y
      return y.graph.nodes.filter { $0.operation.name == "random" }.map(\.shape)
    }
    #expect(try mask("spatial") == [[2, 1, 1, 5]])
    #expect(try mask("bernoulli") == [[2, 3, 4, 5]])
    #expect(try mask("bernoulli", share: [.channels]) == [[2, 3, 4, 1]])
    #expect(try mask("spatial", share: [.batch]) == [[1, 1, 1, 5]])
  }

  @Test func droppedNotANumberBecomesZero() throws {
    let y = try Self.site("bernoulli", [40, 40], Self.vector, rate: 0.5).y
    var interpreter = ReferenceInterpreter()
    interpreter.values["x"] = [Double](repeating: .nan, count: 1600)
    let values = interpreter.evaluate([y])[0]
    let zeros = values.filter { $0 == 0 }.count
    #expect((600...1000).contains(zeros))
    #expect(values.allSatisfy { $0 == 0 || $0.isNaN })
  }
}
