import Specification
import Autodiff
import Foundation
import Layers
import TestSupport
import Testing

/// Variants that drop weights.
@Suite struct DropoutWeightTests {
  static let weightName = "net.block1.linear.weight"

  static func linear(_ type: String, _ inputs: Int, _ outputs: Int, rows: Int = 1) -> DropoutCase {
    DropoutCase(type, [rows, inputs]) { x, forward in
      try Linear("net.block1.linear", inputs: inputs, outputs: outputs)(x, forward)
    }
  }

  // MARK: DropConnect

  @Test func oneMaskAnExampleWhereAffordable() throws {
    func mask(_ test: DropoutCase) throws -> [Shape] {
      Array(try test.build().forward.graph.streams.values)
    }
    #expect(try mask(Self.linear("dropconnect", 4, 3, rows: 5)) == [[5, 3, 4]])
    #expect(try mask(Self.linear("dropconnect", 4, 3, rows: 1)) == [[3, 4]])
    let limit = Self.linear("dropconnect", 64, 128, rows: 32)
    #expect(try mask(limit) == [[32, 128, 64]])
    #expect(try mask(limit.with { $0.shape[0] = 33 }) == [[128, 64]])
    #expect(
      try mask(DropoutCase("dropconnect", [2, 4, 4, 3], .convolution)) == [[5, 3, 3, 3]])
    #expect(
      try mask(Self.linear("dropconnect", 4, 3, rows: 5).with { $0.share = [.batch] }) == [
        [3, 4]
      ])
  }

  /// Compares with y[n, o] = Σᵢ M[n, o, i]·W[o, i]·x[n, i]/q, computed by hand.
  @Test(arguments: [[], [Axis.batch]]) func droppedProducts(_ share: [Axis]) throws {
    let test = Self.linear("dropconnect", 2, 2, rows: 2).with { $0.share = share }
    let y = try test.build(rate: 0.5).y
    let stream = try #require(y.graph.exposeRandomNumbers().first)
    let masks = share.isEmpty ? [1, 0, 0, 1, 1, 1, 0, 0] : [1.0, 0, 0, 1]
    #expect(stream.count == masks.count)
    let found = evaluate(
      [y],
      [
        "x": [1, 2, 3, 4], Self.weightName: [1, 10, 100, 1000],
        "net.block1.linear.bias": [0.5, 0.25], stream.name: masks,
      ])[0]
    let products = share.isEmpty ? [2.0, 4000, 86, 0] : [2, 4000, 6, 8000]
    #expect(difference(found, zip(products, [0.5, 0.25, 0.5, 0.25]).map(+)) < 1e-12)
  }

  /// Before a ReLU, sampling averages over a normal distribution with the mean and variance over all masks.
  @Test(arguments: [DropoutScaling.inverted, .testTime])
  func momentMatchOfReLU(_ scaling: DropoutScaling) throws {
    let rate = 0.3
    let linear = Self.linear("dropconnect", 4, 3).with { $0.scaling = scaling }
    let y = try linear.build(rate: rate).y
    let exact = Double(Float(rate))
    let mean = expectationOverMasks(y, rate: exact)
    let square = expectationOverMasks(try linear.build(rate: rate).y.squared(), rate: exact)
    for activation in [Activation.relu, .leakyRelu, .tanh] {
      let test = DropoutCase("dropconnect", [1, 4]) { x, forward in
        try forward.activate(activation, linear.network(x, forward))
      }.with { $0.scaling = scaling }
      let found = evaluate([try test.build(rate: rate, mode: .sampling(dropout: .off)).y])[0]
      let expected = zip(mean, square).map { mean, square in
        activation == .tanh
          ? tanh(mean)
          : Self.expectation(mean, (square - mean * mean).squareRoot()) {
            $0 > 0 ? $0 : activation == .relu ? 0 : 0.2 * $0
          }
      }
      #expect(difference(found, expected) < 1e-6)
    }
  }

  /// E[f(u)] for u ~ N(mean, deviation²), by the trapezoidal rule.
  static func expectation(
    _ mean: Double, _ deviation: Double, _ function: (Double) -> Double
  ) -> Double {
    let step = 1e-3
    return stride(from: -9, through: 9, by: step).reduce(0) {
      $0 + function(mean + deviation * $1) * exp(-$1 * $1 / 2)
    } * step / (2 * Double.pi).squareRoot()
  }

  /// A linear layer that makes an image passes the variance on in the order of the image.
  @Test func momentMatchReachesTheActivationOfAnImage() throws {
    func build(_ image: Bool) -> DropoutCase {
      DropoutCase("dropconnect", [1, 4]) { x, forward in
        let y =
          image
          ? try LinearToImage("net.block1.linear", inputs: 4, image: [1, 2, 3])(x, forward)
          : try Linear("net.block1.linear", inputs: 4, outputs: 6)(x, forward)
        return try forward.activate(.relu, y)
      }
    }
    let mode = Forward.Mode.sampling(dropout: .off)
    let flat = evaluate([try build(false).build(mode: mode).y])[0]
    let image = evaluate([try build(true).build(mode: mode).y])[0]
    #expect(difference(image, [0, 2, 4, 1, 3, 5].map { flat[$0] }) < 1e-12)
  }

  @Test func trainingPassesThatDoNotDropAreThePlainProduct() throws {
    let plan = try DropoutPlan(
      [DropoutEntry(type: "dropconnect", at: ["*"], rate: 0.5, activeIn: [.generatorStep])],
      sites: [
        DropoutSite(
          .weights, of: "net.block1", axes: [.batch, .outputs, .inputs], example: [3, 4],
          kind: .weights(rowsPerExample: 1))
      ])
    let forward = Forward(Graph(), mode: .training, phase: .discriminatorStep, dropout: plan)
    let plain = Forward(Graph(), mode: .training)
    let network = DropoutCase("dropconnect", [2, 4], .linear).network
    let y = try network(forward.graph.input("x", shape: [2, 4]), forward)
    let expected = try network(plain.graph.input("x", shape: [2, 4]), plain)
    #expect(evaluate([y]) == evaluate([expected]))
  }

  // MARK: Targeted

  /// Finds the targets by sorting: the ⌊γ·n⌋ smallest weights of an output, and all that equal the largest of these.
  @Test(arguments: [0.1, 0.25, 0.5, 0.9, 1]) func targetsAreTheSmallest(_ share: Double) throws {
    let (inputs, outputs) = (37, 5)
    let test = Self.linear("targeted", inputs, outputs).with {
      $0.options = ["target": .number(share)]
    }
    let weight = fixtureValues(Self.weightName, [outputs, inputs]).map(Double.init)
    let kept = try Self.pruned(test, weight)
    for row in 0..<outputs {
      let magnitudes = weight[row * inputs..<(row + 1) * inputs].map { abs($0) }
      let count = Int(share * Double(inputs))
      let largest = magnitudes.sorted()[count - 1]
      for (index, magnitude) in magnitudes.enumerated() {
        let expected = magnitude <= largest ? 0 : weight[row * inputs + index]
        #expect(kept[row * inputs + index] == expected)
      }
    }
  }

  /// The weight that the sampling pass uses, from its product with unit vectors.
  static func pruned(_ test: DropoutCase, _ weight: [Double]) throws -> [Double] {
    let inputs = test.shape[1]
    let y = try test.with { $0.shape[0] = inputs }.build(mode: .sampling(dropout: .off)).y
    let outputs = y.shape[1]
    let identity = (0..<inputs * inputs).map { $0 / inputs == $0 % inputs ? 1.0 : 0 }
    let product = evaluate(
      [y],
      [
        "x": identity, Self.weightName: weight,
        "net.block1.linear.bias": [Double](repeating: 0, count: outputs),
      ])[0]
    return (0..<outputs * inputs).map { product[$0 % inputs * outputs + $0 / inputs] }
  }

  @Test func tiesSmallNumbersAndZeros() throws {
    func pruned(_ weight: [Double], _ share: Double) throws -> [Double] {
      try Self.pruned(
        Self.linear("targeted", weight.count, 1).with { $0.options = ["target": .number(share)] },
        weight)
    }
    #expect(try pruned([3, -1, 1, 2], 0.25) == [3, 0, 0, 2])
    #expect(try pruned([3, -1, 1, 2], 0.75) == [3, 0, 0, 0])
    #expect(try pruned([0, 0, 0, 0], 0.5) == [0, 0, 0, 0])
    #expect(
      try pruned([1, 0.5 - 0x1p-21, 0.5 - 0x1p-20, 0.75], 0.25) == [1, 0.5 - 0x1p-21, 0, 0.75])
    #expect(try pruned([1, 0x1p-15, 0x1p-16, 0.75], 0.25) == [1, 0x1p-15, 0, 0.75])
    #expect(try pruned([8, 8, 8, 8], 0.25) == [0, 0, 0, 0])
  }

  /// In training, targets are dropped at the rate, other weights never, and nothing is rescaled.
  @Test func onlyTargetsAreDropped() throws {
    let test = Self.linear("targeted", 4, 1)
    let y = try test.build(rate: 0.3).y
    let bias = Double(fixtureValues("net.block1.linear.bias", [1])[0])
    let stream = try #require(y.graph.exposeRandomNumbers().first)
    for (mask, _) in allMasks(4, rate: 0.3) {
      let found = evaluate(
        [y],
        ["x": [1, 1, 1, 1], Self.weightName: [4, -1, 3, 2], stream.name: mask])[0][0]
      #expect(abs(found - bias - (4 - mask[1] + 3 + 2 * mask[3])) < 1e-12)
    }
  }

  /// Outputs of a transposed convolution lie along the second axis of its weight.
  @Test func outputsOfATransposedConvolution() throws {
    let test = DropoutCase("targeted", [1, 1, 1, 2]) { x, forward in
      try TransposedConvolution(
        "net.block1.conv", inputs: 2, outputs: 2, kernel: [1, 1],
        geometry: ConvolutionGeometry(stride: [1, 1], padding: [0, 0]), bias: false)(x, forward)
    }
    let y = try test.build(mode: .sampling(dropout: .off)).y
    // Output 0 has weights 1 and 9, output 1 has 10 and 2.
    let found = evaluate([y], ["x": [1, 1], "net.block1.conv.weight": [1, 10, 9, 2]])[0]
    #expect(found == [9, 10])
  }

  @Test func aTargetOfNoWeightIsAnError() {
    let test = Self.linear("targeted", 4, 3).with { $0.options = ["target": .number(0.2)] }
    #expect {
      try test.build()
    } throws: {
      "\($0)" == "dropout.0 at net.block1.weights: expected a target share of at least one of an "
        + "output's 4 weights, found 0.2"
    }
  }
}
