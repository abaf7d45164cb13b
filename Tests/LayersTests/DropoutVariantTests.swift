import Specification
import Autodiff
import Layers
import TestSupport
import Testing

/// Properties of every variant, in the smallest network that has a site for it.
@Suite struct DropoutVariantTests {
  @Test func everyVariantHasACase() {
    #expect(
      Set(DropoutCase.all.map(\.type)) == Set(DropoutCatalogue.variants.map(\.name)))
  }

  @Test(arguments: DropoutCase.all) func engineEqualsReference(_ test: DropoutCase) throws {
    let (y, forward) = try test.build()
    var loss = try (y * y).sum()
    if let penalty = try forward.takePenalty(of: ["net"]) { loss = try loss + penalty }
    let sources = y.graph.nodes.indices.filter {
      switch y.graph.nodes[$0].operation {
      case .input, .variable: true
      default: false
      }
    }.map { id in Tensor(graph: y.graph, id: id) }
    let gradients = try y.graph.gradients(of: loss, by: sources)
    #expect(try compare([y, loss] + gradients) < 1)
  }

  /// Checks gradients by projection. Masks depend only on the step, so they stay the same when the sources move.
  @Test(arguments: DropoutCase.all) func gradientByProjection(_ test: DropoutCase) throws {
    // The gradient treats the scale of weighted_channel as a constant; a test of its own covers it.
    let test = test.with { if $0.type == "weighted_channel" { $0.scaling = DropoutScaling.none } }
    let (y, forward) = try test.build()
    let sources = y.graph.exposeVariables()
    var loss = try (y * y.tanh()).sum()
    if let penalty = try forward.takePenalty(of: ["net"]) { loss = try loss + penalty * 1000 }
    #expect(try projectionError(loss, by: sources) < 1e-6)
  }

  @Test(arguments: DropoutCase.all) func rateZeroLeavesTheGraphAsItIs(_ test: DropoutCase) throws {
    let plain = Forward(Graph(), mode: .training)
    _ = try test.network(plain.graph.input("x", shape: test.shape), plain)
    let (_, zero) = try test.build(rate: 0)
    #expect(zero.graph.description == plain.graph.description)
    try zero.checkDropout()
    #expect(try test.build(rate: 0.3).forward.graph.description != plain.graph.description)
  }

  /// A scheduled rate is a number in the graph. A rate of 0 gives the result without dropout; any other
  /// gives that of a constant rate.
  @Test(arguments: DropoutCase.all) func scheduledRates(_ test: DropoutCase) throws {
    let variant = try #require(DropoutCatalogue.variants.first { $0.name == test.type })
    guard variant.takesSchedule else {
      #expect {
        try test.build(schedule: .linear(cutoff: 10))
      } throws: {
        "\($0)"
          == "dropout.0.schedule: expected constant, as \(test.type) learns its rate, found linear"
      }
      return
    }
    let plain = Forward(Graph(), mode: .training)
    let without = try test.network(plain.graph.input("x", shape: test.shape), plain)
    let (y, forward) = try test.build(schedule: .linear(cutoff: 10))
    func rates(_ rate: Float) -> [String: [Double]] {
      Dictionary(
        forward.scheduledRates.map { ($0.input, [Double(rate)]) }, uniquingKeysWith: { a, _ in a })
    }
    #expect(!forward.scheduledRates.isEmpty)
    #expect(difference(evaluate([y], rates(0))[0], evaluate([without])[0]) < 1e-12)
    let constant = evaluate([try test.build(rate: 0.4).y])[0]
    #expect(difference(evaluate([y], rates(0.4))[0], constant) < 1e-12)
    #expect(difference(constant, evaluate([without])[0]) > 1e-3)
  }

  static let masking = [
    "bernoulli", "alpha", "spatial", "dropblock", "drop_path", "dropconnect", "targeted",
    "weighted_channel", "standout", "variational_rnn", "stepwise_rnn", "weight_drop",
  ]

  @Test(arguments: DropoutCase.all.filter { masking.contains($0.type) })
  func droppedAtALowerRateIsDroppedAtAHigher(_ test: DropoutCase) throws {
    let test = test.with { if $0.type == "dropconnect" { $0.shape[0] = 1 } }
    let kept = try [0.1, 0.3, 0.5, 0.8].map { try Self.kept(test, rate: $0) }
    for (lower, higher) in zip(kept, kept.dropFirst()) {
      #expect(zip(lower, higher).allSatisfy { $0 || !$1 })
    }
    #expect(kept[0] != kept[3])
  }

  /// The kept elements, found in the result or in the gradient that passes through.
  static func kept(_ test: DropoutCase, rate: Double) throws -> [Bool] {
    let (y, _) = try test.build(rate: rate)
    let exposed = y.graph.exposeVariables()
    let source: Tensor?
    switch test.type {
    case "standout": return evaluate([y])[0].map { $0 != 0 }
    case "drop_path": return evaluate([try y - exposed[0]])[0].map { $0 != 0 }
    case "dropconnect", "targeted": source = exposed.first { $0.name?.hasSuffix(".weight") == true }
    case "weight_drop": source = exposed.first { $0.name?.hasSuffix("hh_l0") == true }
    default: source = exposed[0]
    }
    let gradient = try y.graph.gradients(of: y.sum(), by: [#require(source)])
    return evaluate(gradient)[0].map { $0 != 0 }
  }

  @Test(arguments: ["gaussian", "uniform"]) func noiseIsTheSameAtEveryRate(_ type: String) throws {
    let noise = try [0.3, 0.5].map { rate -> [Double] in
      let y = try DropoutCase(type).build(rate: rate).y
      let x = evaluate([Tensor(graph: y.graph, id: 0)])[0]
      let scale = type == "gaussian" ? (rate / (1 - rate)).squareRoot() : rate
      return zip(evaluate([y])[0], x).map { ($0 / $1 - 1) / scale }
    }
    #expect(difference(noise[0], noise[1]) < 1e-5)
  }

  @Test func droppedNotANumberBecomesZero() throws {
    for type in ["bernoulli", "spatial", "dropblock"] {
      let test = DropoutCase(type, [8, 4, 4, 8])
      let values = evaluate(
        [try test.build(rate: 0.5).y], ["x": [Double](repeating: .nan, count: 1024)])[0]
      #expect(values.contains(0) && values.contains { $0.isNaN })
      #expect(values.allSatisfy { $0 == 0 || $0.isNaN })
    }
  }
}

extension Tensor {
  /// The name of an input or variable.
  var name: String? {
    switch graph.nodes[id].operation {
    case .input(let name), .variable(let name): name
    default: nil
    }
  }
}
