import Specification
import Autodiff
import Foundation
import Layers
import TestSupport
import Testing

/// Variants that learn their drop rate.
@Suite struct DropoutLearnedTests {
  static let site = "net.block1.post_act"

  /// A variant before a linear layer without bias.
  static func layer(_ type: String, _ shape: Shape = [3, 5]) -> DropoutCase {
    DropoutCase(type, shape) { x, forward in
      let y = try forward.site(.postAct, of: "net.block1", x, DropoutCase.axes(of: x.shape))
      return try Linear("net.output.linear", inputs: 5, outputs: 2, bias: false)(y, forward)
    }
  }

  /// Result, penalty and gradients equal those of the papers' formulas in PyTorch.
  @Test(arguments: ["concrete", "variational_gaussian", "information"])
  func equalsThePapersCode(_ type: String) throws {
    let (result, forward) = try Self.layer(type).build()
    let graph = forward.graph
    let penalty = try #require(try forward.takePenalty(of: ["net"]))
    let loss = try (result * graph.input("cotangent", shape: [3, 2])).sum() + penalty * 1000
    let sources = graph.exposeVariables().filter { $0.name != "cotangent" }
    let stream = try #require(graph.exposeRandomNumbers().first)
    let gradients = try graph.gradients(of: loss, by: sources)
    var outputs = ["result": result, "penalty": penalty]
    for (source, gradient) in zip(sources, gradients) {
      outputs["grad/" + (source.name ?? "")] = gradient
    }
    let numbers = fixtureValues("u", [3, 5]).map { (Double($0) * 0.999 + 1) / 2 }
    let names = outputs.keys.sorted()
    let values = evaluate(names.compactMap { outputs[$0] }, [stream.name: numbers])
    let arrays = try Fixture("dropout-" + type, in: .module).arrays
    #expect(arrays.keys.sorted() == names)
    for (name, value) in zip(names, values) {
      #expect(difference(value, (arrays[name] ?? []).map(Double.init)) < 5e-5, "\(name)")
    }
  }

  /// Initial values give noise of the configured rate.
  @Test(arguments: [0.1, 0.3, 0.7]) func firstValues(_ rate: Double) throws {
    func values(_ type: String) throws -> [String: [Double]] {
      let forward = try Self.layer(type).build(rate: rate).forward
      var values: [String: [Double]] = [:]
      for parameter in forward.dropoutParameters(of: "net") {
        let count = parameter.shape.elementCount
        switch parameter.initializer {
        case .zeros: values[parameter.name] = [Double](repeating: 0, count: count)
        case .normal(let mean, 0):
          values[parameter.name] = [Double](repeating: Double(mean), count: count)
        default: Issue.record("\(parameter)")
        }
      }
      return values
    }
    let odds = log(rate / (1 - rate))
    let concrete = try values("concrete")
    #expect(Array(concrete.keys) == [Self.site + ".concrete.logit"])
    #expect(difference(concrete.values.first ?? [], [odds]) < 1e-6)
    let variational = try values("variational_gaussian")
    #expect(Array(variational.keys) == [Self.site + ".variational.log_alpha"])
    #expect(
      difference(variational.values.first ?? [], [Double](repeating: odds, count: 5)) < 1e-6)
    for type in ["concrete", "variational_gaussian", "information"] {
      let forward = try Self.layer(type).build(rate: rate).forward
      let learned = try #require(forward.learnedRates.first)
      #expect(learned.site == Self.site)
      #expect(abs(evaluate([learned.rate], try values(type))[0][0] - rate) < 1e-6)
    }
  }

  /// Log-normal noise of width a has mean exp(a²/2) and squared coefficient of variation exp(a²) − 1, which
  /// is rate/q at first; sampling uses its median.
  @Test func logNormalNoise() throws {
    let rate = 0.4
    let y = try DropoutCase("information", [65536, 1]).build(rate: rate).y
    let stream = try #require(y.graph.exposeRandomNumbers().first)
    let name = Self.site + ".information"
    let values = evaluate(
      [y],
      [
        "x": DropoutExpectationTests.lattice.map { _ in 1 }, name + ".weight": [0],
        name + ".bias": [0], stream.name: DropoutExpectationTests.lattice,
      ])[0]
    let (mean, variance) = DropoutExpectationTests.moments(values)
    #expect(abs(mean / exp(-log(1 - rate) / 2) - 1) < 2e-4)
    #expect(abs(variance / (mean * mean) / (rate / (1 - rate)) - 1) < 2e-3)
    let sampled = try DropoutCase("information").build(mode: .sampling(dropout: .off)).y
    #expect(sampled.id == 0)
  }

  /// The approximation is within 0.01 of −KL = ½ ln α − E ln|ε| + constant, where ε ~ N(1, α).
  @Test(arguments: [0.05, 0.2, 1, 5, 50]) func approximationOfTheDivergence(_ alpha: Double) throws
  {
    let forward = try DropoutCase("variational_gaussian", [1, 1]).build().forward
    let penalty = try #require(try forward.takePenalty(of: ["net"]))
    let logAlpha = Self.site + ".variational.log_alpha"
    let found = evaluate([penalty], [logAlpha: [log(alpha)]])[0][0] / 1e-3
    let step = 1e-4
    let logarithm =
      stride(from: -9 + step / 3, through: 9, by: step).reduce(0.0) {
        $0 + log(abs(1 + alpha.squareRoot() * $1)) * exp(-$1 * $1 / 2)
      } * step / (2 * Double.pi).squareRoot()
    // The constant is −E ln|n| of a standard normal n, so that the divergence vanishes for infinite α.
    #expect(abs(found - (logarithm - log(alpha) / 2 + 0.635_181_4)) < 0.01)
  }

  @Test func optionsScaleThePenalties() throws {
    func penalty(_ type: String, _ options: [String: Double]) throws -> Double {
      let test = Self.layer(type).with { $0.options = options.mapValues { .number($0) } }
      let forward = try test.build().forward
      return evaluate([try #require(try forward.takePenalty(of: ["net"]))])[0][0]
    }
    let entropy = try penalty("concrete", ["weight_regularizer": 0])
    let weights = try penalty("concrete", ["entropy_regularizer": 0])
    #expect(entropy < 0 && weights > 0)
    let both = try penalty(
      "concrete", ["weight_regularizer": 2e-6, "entropy_regularizer": 3e-5])
    #expect(abs(both - 2 * weights - 3 * entropy) < 1e-10)
    for (type, option) in [("variational_gaussian", "kl_weight"), ("information", "cost")] {
      let one = try penalty(type, [option: 1])
      let half = try penalty(type, [option: 0.5])
      #expect(abs(one - 2 * half) < 1e-6 && one > 0)
    }
  }

  /// The regulariser counts the channels of a convolution's input and the elements of a linear layer's.
  @Test func inputsOfConcreteDropout() throws {
    func entropy(_ network: DropoutCase) throws -> Double {
      let forward = try network.with {
        $0.options = ["weight_regularizer": .number(0)]
      }.build().forward
      let logit = [Self.site + ".concrete.logit": [0.0]]
      return evaluate([try #require(try forward.takePenalty(of: ["net"]))], logit)[0][0]
        / (-1e-5 * log(2))
    }
    let convolution = DropoutCase("concrete", [2, 4, 4, 3]) { x, forward in
      let y = try forward.site(.postAct, of: "net.block1", x, DropoutCase.axes(of: x.shape))
      return try DropoutCase("concrete", x.shape, .convolution).network(y, forward)
    }
    #expect(abs(try entropy(convolution) - 3) < 1e-5)
    #expect(abs(try entropy(DropoutCase("concrete", [2, 2, 3, 2], .contracted)) - 12) < 1e-5)
  }

  @Test func concreteDropoutNeedsAContraction() throws {
    let forward = try DropoutCase("concrete").build().forward
    #expect {
      try forward.checkDropout()
    } throws: {
      "\($0)" == "dropout.0.at: expected sites right before a linear layer or a convolution, "
        + "found net.block1.post_act"
    }
    try Self.layer("concrete").build().forward.checkDropout()
    // A rearrangement between the site and the layer is allowed.
    let flattened = DropoutCase("concrete", [3, 1, 5]) { x, forward in
      let y = try forward.site(.postAct, of: "net.block1", x, [.batch, .time, .features])
      let rows = try y.transpose([1, 0, 2]).reshape([3, 5])
      return try Linear("net.output.linear", inputs: 5, outputs: 2)(rows, forward)
    }
    try flattened.build().forward.checkDropout()
  }

  @Test func samplesHaveNoPenalty() throws {
    for type in ["concrete", "variational_gaussian", "information"] {
      let forward = try Self.layer(type).build(mode: .sampling(dropout: .stochastic)).forward
      #expect(try forward.takePenalty(of: ["net"]).map { _ in true } == nil)
      #expect(forward.learnedRates.isEmpty)
      #expect(!forward.graph.streams.isEmpty)
    }
  }

  /// The relaxed mask keeps less at higher rates for the same random numbers.
  @Test func concreteDropsMoreAtHigherRates() throws {
    let kept = try [-2.0, -0.5, 1].map { logit -> [Double] in
      let y = try Self.layer("concrete", [64, 5]).build().y
      let x = Tensor(graph: y.graph, id: 0)
      let site = try #require(y.graph.nodes.last { $0.operation.name == "matmul" }).inputs[0]
      let values = evaluate(
        [x, Tensor(graph: y.graph, id: site)], [Self.site + ".concrete.logit": [logit]])
      return zip(values[0], values[1]).map { $1 / $0 / (1 + exp(logit)) }
    }
    for (lower, higher) in zip(kept, kept.dropFirst()) {
      #expect(zip(lower, higher).allSatisfy { $0 >= $1 - 1e-12 })
    }
    #expect(kept[0].allSatisfy { $0 >= 0 && $0 <= 1 + 1e-12 })
  }
}
