import Specification
import Complaints
import Autodiff
import Layers
import TestSupport
import Testing

/// Sites, phases, modes and streams together in one graph.
@Suite struct DropoutForwardTests {
  static let axes: [Axis] = [.batch, .features]
  static let sites = ["net.block1", "net.block2"].map {
    DropoutSite(.postAct, of: $0, axes: axes, example: [4])
  }

  static func entry(
    _ type: String = "bernoulli", at: String = "*", rate: Double = 0.3,
    _ change: (inout DropoutEntry) -> Void = { _ in }
  ) -> DropoutEntry {
    var entry = DropoutEntry(type: type, at: [at], rate: rate)
    change(&entry)
    return entry
  }

  static func forward(
    _ entries: [DropoutEntry], mode: Forward.Mode = .training, phase: Phase = .step
  ) throws -> Forward {
    let plan = try DropoutPlan(
      entries, sites: sites)
    return Forward(Graph(), mode: mode, phase: phase, dropout: plan)
  }

  /// Passes x through both sites.
  static func pass(_ forward: Forward) throws -> Tensor {
    let x = try forward.graph.input("x", shape: [2, 4])
    let y = try forward.site(.postAct, of: "net.block1", x, axes)
    return try forward.site(.postAct, of: "net.block2", y.tanh(), axes)
  }

  static func streams(_ forward: Forward) -> [String] {
    forward.graph.nodes.compactMap { node in
      guard case .random(let stream, _) = node.operation else { return nil }
      return stream
    }
  }

  @Test func eachVisitHasItsOwnStream() throws {
    let forward = try Self.forward([Self.entry(at: "net.block1.*")])
    for _ in 0..<3 { _ = try Self.pass(forward) }
    #expect(
      Self.streams(forward) == [
        "dropout/net.block1.post_act", "dropout/net.block1.post_act/2",
        "dropout/net.block1.post_act/3",
      ])
    #expect(forward.sites == Self.sites)
  }

  @Test func otherSitesKeepTheirStreams() throws {
    func streams(_ entries: [DropoutEntry]) throws -> [String] {
      let forward = try Self.forward(entries)
      for _ in 0..<2 { _ = try Self.pass(forward) }
      return Self.streams(forward).filter { $0.contains("block2") }
    }
    let alone = try streams([Self.entry(at: "*block2*")])
    #expect(alone.count == 2)
    for other in ["bernoulli", "gaussian"] {
      for rate in [0.1, 0.9] {
        let entries = [Self.entry(other, at: "*block1*", rate: rate), Self.entry(at: "*block2*")]
        #expect(try streams(entries) == alone)
      }
    }
  }

  @Test func rateZeroLeavesTheGraphAsItIs() throws {
    let without = try Self.forward([])
    let zero = try Self.forward([Self.entry(rate: 0)])
    _ = try Self.pass(without)
    _ = try Self.pass(zero)
    #expect(zero.graph.description == without.graph.description)
    try zero.checkDropout()
  }

  @Test func dropsOnlyInItsPhase() throws {
    let entry = Self.entry(at: "*block1*") { $0.activeIn = [.generatorStep] }
    let forward = try Self.forward([entry], phase: .discriminatorStep)
    _ = try Self.pass(forward)
    #expect(Self.streams(forward).isEmpty)
    #expect(throws: ModelError.self) { try forward.checkDropout() }
    forward.phase = .generatorStep
    _ = try Self.pass(forward)
    #expect(Self.streams(forward) == ["dropout/net.block1.post_act/2"])
    try forward.checkDropout()
  }

  @Test func anEntryThatDropsNothingIsAnError() throws {
    let forward = try Self.forward(
      [Self.entry { $0.activeIn = [.generatorStep] }], phase: .discriminatorStep)
    _ = try Self.pass(forward)
    #expect {
      try forward.checkDropout()
    } throws: {
      "\($0)" == "dropout.0: expected an entry that drops something, "
        + "found no pass through net.block1.post_act in g_step"
    }
  }

  @Test func samplingDropsWhenAskedAndWhateverThePhase() throws {
    let entries = [Self.entry { $0.activeIn = [.discriminatorStep] }]
    let off = try Self.forward(entries, mode: .sampling(dropout: .off), phase: .generatorStep)
    let on = try Self.forward(entries, mode: .sampling(dropout: .stochastic), phase: .generatorStep)
    _ = try Self.pass(off)
    _ = try Self.pass(on)
    #expect(Self.streams(off).isEmpty)
    #expect(Self.streams(on).count == 2)
  }

  @Test(arguments: [DropoutScaling.inverted, .testTime, .none])
  func passesThatDoNotDropScaleAsSaid(_ scaling: DropoutScaling) throws {
    let entry = Self.entry(at: "*block1*", rate: 0.25) { $0.scaling = scaling }
    let forward = try Self.forward([entry], mode: .sampling(dropout: .off))
    let x = try forward.graph.input("x", shape: [1, 4])
    let y = try forward.site(.postAct, of: "net.block1", x, Self.axes)
    var interpreter = ReferenceInterpreter()
    interpreter.values["x"] = [1, 2, 3, 4]
    let factor = scaling == .testTime ? 0.75 : 1
    #expect(interpreter.evaluate([y])[0] == [1, 2, 3, 4].map { $0 * factor })
  }

  @Test func scheduledRateIsAnInput() throws {
    let entry = Self.entry(at: "*block1*", rate: 0.5) { $0.schedule = .late(cutoff: 7) }
    let forward = try Self.forward([entry])
    let x = try forward.graph.input("x", shape: [500, 4])
    let y = try forward.site(.postAct, of: "net.block1", x, Self.axes)
    _ = try forward.site(.postAct, of: "net.block1", x, Self.axes)
    #expect(forward.scheduledRates.map(\.input) == ["rate/net.block1.post_act"])
    #expect(forward.scheduledRates[0].value(at: 6) == 0)
    #expect(forward.scheduledRates[0].value(at: 7) == 0.5)
    var interpreter = ReferenceInterpreter()
    interpreter.values["x"] = [Double](repeating: 1, count: 2000)
    interpreter.values["rate/net.block1.post_act"] = [0]
    #expect(interpreter.evaluate([y])[0].allSatisfy { $0 == 1 })
    interpreter.values["rate/net.block1.post_act"] = [0.5]
    let values = interpreter.evaluate([y])[0]
    #expect(Set(values) == [0, 2])
    // The constant rate drops the same elements.
    let constant = try Self.forward([Self.entry(at: "*block1*", rate: 0.5)])
    let z = try constant.site(
      .postAct, of: "net.block1", constant.graph.input("x", shape: [500, 4]), Self.axes)
    #expect(interpreter.evaluate([z])[0] == values)
  }
}
