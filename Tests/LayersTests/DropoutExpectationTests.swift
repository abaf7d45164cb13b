import Specification
import Autodiff
import Foundation
import Layers
import TestSupport
import Testing

/// Compares means and variances over all masks with their formulas.
@Suite struct DropoutExpectationTests {
  // MARK: Softmax

  /// Weight scaling gives the renormalised geometric mean of a softmax layer's outputs over all masks of
  /// its inputs or weights.
  @Test(arguments: ["bernoulli", "spatial", "dropconnect"], [DropoutScaling.inverted, .testTime])
  func softmaxLayer(_ type: String, _ scaling: DropoutScaling) throws {
    let rate = 0.3
    let shape = ["spatial": [1, 2, 10], "bernoulli": [1, 12], "dropconnect": [1, 4]][type] ?? []
    let size = shape.dropFirst().reduce(1, *)
    let test = DropoutCase(type, shape) { x, forward in
      let y =
        type == "dropconnect"
        ? x : try forward.site(.input, of: "net", x, DropoutCase.axes(of: shape))
      let linear = Linear("net.block1.linear", inputs: size, outputs: 3)
      return try linear(y.reshape([1, size]), forward)
    }.with { $0.scaling = scaling }
    let scaled = evaluate([try test.build(rate: rate, mode: .sampling(dropout: .off)).y])[0]
    let dropped = try test.build(rate: rate).y
    #expect(difference(Self.softmax(evaluate([dropped])[0]), Self.softmax(scaled)) > 1e-3)
    // The geometric mean of softmax outputs is that of e^logit, up to a factor for all classes.
    let logits = expectationOverMasks(dropped, rate: Double(Float(rate)))
    #expect(difference(Self.softmax(logits), Self.softmax(scaled)) < 1e-12)
  }

  static func softmax(_ logits: [Double]) -> [Double] {
    let exponentials = logits.map { exp($0) }
    return exponentials.map { $0 / exponentials.reduce(0, +) }
  }

  // MARK: Linear regression

  /// The loss ‖target − dropout(x)·β‖² for x of shape [N, n], or [N, T, C] flattened.
  static func regression(_ type: String, _ shape: Shape, rate: Double) throws -> Tensor {
    let flat = [shape[0], shape.dropFirst().reduce(1, *)]
    let test = DropoutCase(type, shape) { x, forward in
      let linear = Linear("net.block1.linear", inputs: flat[1], outputs: 1, bias: false)
      let isWeight = type == "dropconnect"
      let y = isWeight ? x : try forward.site(.input, of: "net", x, DropoutCase.axes(of: shape))
      return try linear(y.reshape(flat), forward)
    }
    let y = try test.build(rate: rate).y
    return try (y.graph.input("target", shape: [flat[0], 1]) - y).squared().sum()
  }

  /// The formula ‖target − xβ‖² + variance·Σ (sums of the βx that share a random number)².
  static func regressionFormula(_ shape: Shape, variance: Double, groups: Int?) -> Double {
    let n = shape.dropFirst().reduce(1, *)
    let x = fixtureValues("x", shape).map(Double.init)
    let beta = fixtureValues("net.block1.linear.weight", [1, n]).map(Double.init)
    let target = fixtureValues("target", [shape[0], 1]).map(Double.init)
    var result = 0.0
    for row in 0..<shape[0] {
      let products = (0..<n).map { x[row * n + $0] * beta[$0] }
      let residual = target[row] - products.reduce(0, +)
      var sums = [Double](repeating: 0, count: groups ?? n)
      for (j, product) in products.enumerated() { sums[j % sums.count] += product }
      result += residual * residual + variance * sums.reduce(0) { $0 + $1 * $1 }
    }
    return result
  }

  static let maskCases: [(type: String, shape: Shape, groups: Int?)] = [
    ("bernoulli", [2, 4], nil), ("spatial", [2, 3, 4], 4), ("dropconnect", [2, 4], nil),
  ]

  @Test(arguments: maskCases.indices, [0.1, 0.5, 0.7])
  func regressionOverMasks(_ index: Int, _ rate: Double) throws {
    let (type, shape, groups) = Self.maskCases[index]
    let loss = try Self.regression(type, shape, rate: rate)
    let rate = Double(Float(rate))
    let expected = Self.regressionFormula(shape, variance: rate / (1 - rate), groups: groups)
    #expect(difference(expectationOverMasks(loss, rate: rate), [expected]) < 1e-12)
  }

  /// The loss is quadratic in each random number, so two numbers with the noise's mean and variance give
  /// the expectation; `noiseOverAllNumbers` compares the variance itself.
  @Test(arguments: ["gaussian", "uniform"]) func regressionOverNoise(_ type: String) throws {
    let loss = try Self.regression(type, [2, 4], rate: 0.4)
    let stream = try #require(loss.graph.exposeRandomNumbers().first)
    let expectation = (0..<1 << stream.count).reduce(0.0) { sum, bits in
      let numbers = (0..<stream.count).map { bits >> $0 & 1 == 0 ? 0.2 : 0.8 }
      return sum + evaluate([loss], [stream.name: numbers])[0][0] / Double(1 << stream.count)
    }
    let deviation = try Self.factors(type, rate: 0.4, numbers: [0.2, 0.8]).map { $0 - 1 }
    #expect(abs(deviation[0] + deviation[1]) < 1e-6)
    let expected = Self.regressionFormula(
      [2, 4], variance: deviation[0] * deviation[0], groups: nil)
    #expect(abs(expectation - expected) < 1e-6 * expected)
  }

  // MARK: Noise

  /// The factors dropout(1) for given random numbers.
  static func factors(_ type: String, rate: Double, numbers: [Double]) throws -> [Double] {
    let y = try DropoutCase(type, [numbers.count, 1]).build(rate: rate).y
    let stream = try #require(y.graph.exposeRandomNumbers().first)
    return evaluate(
      [y], ["x": numbers.map { _ in 1 }, stream.name: numbers])[0]
  }

  /// Every number that the 16-bit lanes can give.
  static let lattice = (0..<65536).map { (Double($0) + 0.5) / 65536 }

  static func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
  }

  @Test(arguments: ["gaussian", "uniform"], [0.1, 0.5, 0.8])
  func noiseOverAllNumbers(_ type: String, _ rate: Double) throws {
    let (mean, variance) = Self.moments(
      try Self.factors(type, rate: rate, numbers: Self.lattice))
    let expected = type == "gaussian" ? rate / (1 - rate) : rate * rate / 3
    #expect(abs(mean - 1) < 1e-7)
    #expect(abs(variance / expected - 1) < 5e-5)
  }

  /// Gaussian noise maps uniform numbers to quantiles of the normal distribution.
  @Test func normalNumbersAreQuantiles() throws {
    let found = try Self.factors("gaussian", rate: 0.5, numbers: Self.lattice).map { $0 - 1 }
    for (z, u) in zip(found, Self.lattice) {
      let distribution = erfc(-z / 2.0.squareRoot()) / 2
      let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      #expect(abs(distribution - u) < 1e-5 * density)
    }
    let fourth = found.reduce(0) { $0 + $1 * $1 * $1 * $1 } / 65536
    #expect(abs(fourth - 3) < 2e-3)
    #expect(abs(found[0] + 4.3249) < 1e-4)
  }

  /// The inputs −1 and 1 stand in for a standard normal input: mean 0 and variance 1 are kept.
  @Test(arguments: [0.1, 0.5, 0.8]) func alphaKeepsMeanAndVariance(_ rate: Double) throws {
    let y = try DropoutCase("alpha", [1, 2]).build(rate: rate).y
    let stream = try #require(y.graph.exposeRandomNumbers().first)
    let rate = Double(Float(rate))
    var (mean, square) = (0.0, 0.0)
    for (mask, probability) in allMasks(2, rate: rate) {
      for value in evaluate([y], ["x": [-1, 1], stream.name: mask])[0] {
        mean += probability * value / 2
        square += probability * value * value / 2
      }
    }
    #expect(abs(mean) < 1e-6 && abs(square - 1) < 1e-6)
    // A dropped value becomes SELU's limit before the affine map: a·α' + b.
    let saturation = -1.7580993408473766
    let a = 1 / ((1 - rate) * (1 + rate * saturation * saturation)).squareRoot()
    let both = evaluate([y], ["x": [7, 7], stream.name: [0, 1]])[0]
    #expect(difference(both, [a * saturation * (1 - rate), a * (7 - rate * saturation)]) < 1e-6)
  }

  // MARK: Counters

  @Test(arguments: ["bernoulli", "spatial"], DropoutScaling.allCases)
  func momentsOverCounters(_ type: String, _ scaling: DropoutScaling) throws {
    let (rate, q, count) = (0.3, 0.7, 40_000.0)
    let test = DropoutCase(type, [400, 1, 1, 100]).with { $0.scaling = scaling }
    let (mean, variance) = Self.moments(
      evaluate(
        [try test.build(rate: rate).y], ["x": [Double](repeating: 1, count: Int(count))])[0])
    let expectedVariance = scaling == .inverted ? rate / q : rate * q
    #expect(
      abs(mean - (scaling == .inverted ? 1 : q)) < 5 * (expectedVariance / count).squareRoot())
    #expect(abs(variance / expectedVariance - 1) < 5 * (2 / count).squareRoot())
  }

  /// Variants whose pass without dropping equals the mean over masks, with the `x` of one example.
  static let unbiased: [DropoutCase] = [
    DropoutCase("bernoulli", [1, 6]),
    DropoutCase("bernoulli", [1, 6]).with { $0.scaling = .testTime },
    DropoutCase("gaussian", [1, 6]), DropoutCase("uniform", [1, 6]),
    DropoutCase("spatial", [1, 2, 2, 3]), DropoutCase("drop_path", [1, 2, 2, 2], .branch),
    DropoutCase("drop_path", [1, 2, 2, 2], .branch).with { $0.scaling = .testTime },
    DropoutCase("max_pool", [1, 2, 4, 2], .pooling(.max)),
    DropoutCase("stochastic_pool", [1, 4, 4, 2], .pooling(.max)),
    DropoutCase("stochastic_pool", [1, 8, 2], .pooling(.average)),
    DropoutCase("standout", [1, 4], .preActivation),
    DropoutCase("variational_gaussian", [1, 6]),
    DropoutCase("dropconnect", [1, 4]) { x, forward in
      try Linear("net.block1.linear", inputs: 4, outputs: 3)(x, forward)
    },
  ]

  /// The mean over k masks approaches weight scaling as 1/√k (Srivastava et al. 2014, §7.5).
  @Test(arguments: unbiased) func meanOverMasksApproachesWeightScaling(_ test: DropoutCase) throws {
    let rows = 2048
    let many = test.with { $0.shape[0] = rows }
    let one = fixtureValues("x", Array(test.shape)).map(Double.init)
    let x = (0..<rows).flatMap { _ in one }
    let y = evaluate([try many.build().y], ["x": x])[0]
    let scaled = evaluate([try test.build(mode: .sampling(dropout: .off)).y], ["x": one])[0]
    let size = scaled.count
    func error(_ k: Int) -> Double {
      let squares = (0..<rows / k).flatMap { group in
        (0..<size).map { element in
          let sum = (group * k..<(group + 1) * k).reduce(0) { $0 + y[$1 * size + element] }
          return (sum / Double(k) - scaled[element]) * (sum / Double(k) - scaled[element])
        }
      }
      return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }
    let single = error(1)
    #expect(single > 0.01)
    for k in [4, 16, 32] {
      #expect(abs(error(k) * Double(k).squareRoot() / single - 1) < 0.35, "k = \(k)")
    }
    #expect(error(rows) < 4 * single / Double(rows).squareRoot())
  }
}
