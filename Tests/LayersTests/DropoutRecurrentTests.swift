import Specification
import Autodiff
import Layers
import TestSupport
import Testing

/// Variants at the steps of a recurrent layer, called by hooks and inside the layers.
@Suite struct DropoutRecurrentTests {
  static let sequence = RecurrentSequence(steps: 3, batch: 2, inputs: 4, hidden: 3, gates: 3)

  /// The hooks of a variant at `net.rnn.recurrent`.
  static func hooks(
    _ type: String, rate: Double = 0.5, scaling: DropoutScaling? = nil, share: [Axis] = [],
    mode: Forward.Mode = .training
  ) throws -> (hooks: RecurrentHooks, graph: Graph) {
    let site = DropoutSite(
      .recurrent, of: "net.rnn", axes: [.batch, .time, .features], example: [3, 3],
      kind: .recurrent(gates: 3))
    let entry = DropoutEntry(
      type: type, at: ["*"], rate: rate, scaling: scaling, share: share)
    let plan = try DropoutPlan([entry], sites: [site])
    let forward = Forward(Graph(), mode: mode, dropout: plan)
    return (try forward.recurrent("net.rnn", sequence), forward.graph)
  }

  static let name = "dropout/net.rnn.recurrent"

  /// The streams of random numbers that a layer's masks come from.
  static func streams(
    _ type: String, _ kind: Cell, share: [Axis] = []
  ) throws -> [String: Shape] {
    let test = DropoutCase(type, [3, 2, 4], .recurrent(kind)).with { $0.share = share }
    return try test.build().forward.graph.streams
  }

  /// Variational masks are one tensor at all steps, per-step masks are not.
  @Test(arguments: Cell.allCases) func masksOfTheSteps(_ kind: Cell) throws {
    let name = Self.name
    #expect(
      try Self.streams("variational_rnn", kind) == [
        name + "/input": [2, 4], name + "/state": [2, 5],
      ])
    #expect(
      try Self.streams("variational_rnn", kind, share: [.batch])
        == [name + "/input": [1, 4], name + "/state": [1, 5]])
    #expect(
      try Self.streams("variational_rnn", kind, share: [.features])
        == [name + "/input": [2, 1], name + "/state": [2, 1]])
    let each = (0..<3).map { name + "/step\($0)" }
    let steps = Dictionary(uniqueKeysWithValues: each.map { ($0, [2, 5]) })
    let inputs = Dictionary(uniqueKeysWithValues: each.map { ($0 + "/input", [2, 4]) })
    let states = Dictionary(uniqueKeysWithValues: each.map { ($0 + "/state", [2, 5]) })
    #expect(try Self.streams("stepwise_rnn", kind) == inputs.merging(states) { a, _ in a })
    #expect(
      try Self.streams("stepwise_rnn", kind, share: [.time]) == [
        name + "/input": [2, 4], name + "/state": [2, 5],
      ])
    #expect(try Self.streams("recurrent", kind) == steps)
    #expect(try Self.streams("recurrent", kind, share: [.time]) == [name: [2, 5]])
    let cells = Dictionary(uniqueKeysWithValues: each.map { ($0 + "/cell", [2, 5]) })
    #expect(
      try Self.streams("zoneout", kind)
        == (kind == .lstm ? steps.merging(cells) { a, _ in a } : steps))
    #expect(
      try Self.streams("zoneout", kind, share: [.time])
        == (kind == .lstm ? [name: [2, 5], name + "/cell": [2, 5]] : [name: [2, 5]]))
    #expect(try Self.streams("weight_drop", kind) == [name: [kind == .gru ? 15 : 20, 5]])
  }

  /// A variational mask drops the same units at every step.
  @Test func variationalMaskIsTheSameAtEveryStep() throws {
    let (hooks, graph) = try Self.hooks("variational_rnn")
    let x = try graph.input("x", shape: [3, 2, 4])
    let ones = try graph.constant(1).broadcast(to: [2, 3])
    let states = try (0..<3).map { try hooks.state(ones, $0) }
    let values = evaluate(
      [try hooks.input(x, 0)] + states, ["x": [Double](repeating: 1, count: 24)])
    #expect(values[1] == values[2] && values[2] == values[3])
    #expect(Set(values[0] + values[1]) == [0, 2])
    // All steps of an input [T, N, F] have the mask of a single step [N, F].
    #expect(Array(values[0][0..<8]) == Array(values[0][8..<16]))
    let one = try graph.input("one", shape: [2, 4])
    let single = evaluate([try hooks.input(one, 1)], ["one": [Double](repeating: 1, count: 8)])[0]
    #expect(single == Array(values[0][0..<8]))
  }

  /// Inputs have the masks of their steps, whether they come all at once or one by one.
  @Test func stepwiseMasksOfInputs() throws {
    let (hooks, graph) = try Self.hooks("stepwise_rnn")
    let x = try graph.input("x", shape: [3, 2, 4])
    let one = try graph.input("one", shape: [2, 4])
    let each = try (0..<3).map { try hooks.input(one, $0) }
    let values = evaluate(
      [try hooks.input(x, 0)] + each,
      ["x": [Double](repeating: 1, count: 24), "one": [Double](repeating: 1, count: 8)])
    #expect(values[0] == values[1...].flatMap(\.self))
    #expect(Set(values[0]) == [0, 2] && Set(values[1...]).count == 3)
  }

  @Test(arguments: ["recurrent", "zoneout", "stepwise_rnn"])
  func masksOfStepsDiffer(_ type: String) throws {
    func values(_ share: [Axis]) throws -> [[Double]] {
      let (hooks, graph) = try Self.hooks(type, share: share)
      let one = try graph.constant(1).broadcast(to: [2, 3])
      let zero = try graph.constant(0).broadcast(to: [2, 3])
      return evaluate(
        try (0..<3).map {
          switch type {
          case "zoneout": try hooks.update(zero, one, $0, false)
          case "stepwise_rnn": try hooks.state(one, $0)
          default: try hooks.candidate(one, $0)
          }
        })
    }
    #expect(Set(try values([])).count == 3)
    #expect(Set(try values([.time])).count == 1)
  }

  static let scaled: [(type: String, scaling: DropoutScaling)] = [
    ("variational_rnn", .inverted), ("variational_rnn", .testTime), ("stepwise_rnn", .inverted),
    ("stepwise_rnn", .testTime), ("recurrent", .inverted), ("recurrent", .testTime),
    ("zoneout", .testTime), ("weight_drop", .inverted),
    ("weight_drop", .testTime),
  ]

  /// Sampling without dropping gives the mean over all masks.
  @Test(arguments: scaled.indices, [0.2, 0.5]) func samplingIsTheMeanOverMasks(
    _ index: Int, _ rate: Double
  ) throws {
    let (type, scaling) = Self.scaled[index]
    func result(_ mode: Forward.Mode) throws -> Tensor {
      let (hooks, graph) = try Self.hooks(type, rate: rate, scaling: scaling, mode: mode)
      let state = try graph.input("state", shape: [2, 3])
      return switch type {
      case "variational_rnn", "stepwise_rnn": try hooks.state(state, 1)
      case "recurrent": try hooks.candidate(state, 1)
      case "zoneout": try hooks.update(graph.input("previous", shape: [2, 3]), state, 1, false)
      default: try hooks.weight(state)
      }
    }
    let mean = try Self.mean(result(.training), rate: Double(Float(rate)))
    #expect(difference(evaluate([try result(.sampling(dropout: .off))])[0], mean) < 1e-7)
    let drawn = try result(.sampling(dropout: .stochastic))
    #expect(!drawn.graph.streams.isEmpty)
  }

  /// E[tensor] over the masks of the one stream that it depends on, among those that the hooks have drawn.
  static func mean(_ tensor: Tensor, rate: Double) -> [Double] {
    let exposed = tensor.graph.exposeRandomNumbers()
    let used = exposed.last { $0.count == 6 }
    var sum = [Double](repeating: 0, count: tensor.shape.elementCount)
    for (mask, probability) in allMasks(6, rate: rate) {
      for (place, value) in evaluate([tensor], [used?.name ?? "": mask])[0].enumerated() {
        sum[place] += probability * value
      }
    }
    return sum
  }

  @Test func zoneoutKeepsTheStateOrTakesTheNew() throws {
    let (hooks, graph) = try Self.hooks("zoneout")
    let old = try graph.input("old", shape: [2, 3])
    let new = try graph.input("new", shape: [2, 3])
    let hidden = try hooks.update(old, new, 0, false)
    let cell = try hooks.update(old, new, 0, true)
    let names = graph.exposeRandomNumbers().map(\.name)
    #expect(names == [Self.name + "/step0", Self.name + "/step0/cell"])
    let values = [
      "old": [1.0, 2, 3, 4, 5, 6], "new": [10.0, 20, 30, 40, 50, 60],
      names[0]: [0.49, 0.51, 0, 1, 0, 1], names[1]: [1.0, 1, 1, 0, 0, 0],
    ]
    #expect(
      evaluate([hidden, cell], values) == [[1, 20, 3, 40, 5, 60], [10, 20, 30, 4, 5, 6]])
  }

  /// An LSTM computes its hidden state from the new cell state, not from the one that zoneout kept.
  @Test func zoneoutOfAnLSTM() throws {
    let test = DropoutCase("zoneout", [1, 1, 2], .recurrent(.lstm))
    let plain = Forward(Graph(), mode: .training)
    let without = try test.network(plain.graph.input("x", shape: test.shape), plain)
    let y = try test.build(rate: 0.5).y
    let names = y.graph.exposeRandomNumbers().map(\.name)
    let masks = Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, [Double](repeating: $0.hasSuffix("cell") ? 0 : 1, count: 5))
      })
    #expect(names.count == 2)
    #expect(difference(evaluate([y], masks)[0], evaluate([without])[0]) < 1e-12)
  }

  @Test func whereTheyCannotGo() {
    #expect {
      try DropoutCase("zoneout", [2, 4]).build()
    } throws: {
      "\($0)"
        == "dropout.0.at: expected a site where zoneout can go, of which this model has none, "
        + "found net.block1.post_act, which is for activations"
    }
    #expect {
      try Self.hooks("weight_drop", share: [.time])
    } throws: {
      "\($0)" == "dropout.0.share: expected no axes for weight_drop, found time"
    }
    #expect {
      try Self.hooks("variational_rnn", share: [.time])
    } throws: {
      "\($0)" == "dropout.0.share: expected axes of the mask at net.rnn.recurrent: "
        + "batch, features, found time"
    }
    #expect {
      try Self.hooks("zoneout", scaling: .inverted)
    } throws: {
      "\($0)" == "dropout.0.scaling: expected test_time for zoneout, found inverted"
    }
  }
}
