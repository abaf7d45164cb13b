import Specification
import Autodiff
import Layers
import Models
import TestSupport
import Testing

/// Frames, weights and masks of recurrent networks.
@Suite struct RecurrentNetworkTests {
  static func vae(
    _ example: ExampleShape = .sound(samples: 24), frame: Int = 4, cell: Cell = .gru
  ) throws -> ModelNetworks {
    try ModelNetworks(
      ModelSpecification(
        family: .vae, backbone: .rnn, example: example, latent: 3, hidden: [5], cell: cell,
        frame: frame))
  }

  static func values(_ graph: Graph, _ given: [String: [Double]] = [:]) -> ReferenceInterpreter {
    var interpreter = ReferenceInterpreter()
    for node in graph.nodes {
      switch node.operation {
      case .input(let name), .variable(let name):
        interpreter.values[name] = fixtureValues(name, node.shape).map(Double.init)
      default: break
      }
    }
    interpreter.values.merge(given) { _, new in new }
    return interpreter
  }

  @Test(arguments: Cell.allCases)
  func feedingOnItsOwnOutputIsBeingTaughtIt(_ cell: Cell) throws {
    let decoder = try Self.vae(cell: cell).product
    let alone = Forward(Graph(), mode: .sampling(dropout: .off))
    let y = try decoder(alone.graph.input("z", shape: [2, 3]), alone)
    var interpreter = Self.values(alone.graph)
    let own = interpreter.evaluate([y])[0]
    let taught = Forward(Graph(), mode: .sampling(dropout: .off))
    let again = try decoder(
      taught.graph.input("z", shape: [2, 3]),
      teacher: taught.graph.input("teacher", shape: [2, 24, 1]), taught)
    interpreter = Self.values(taught.graph, ["teacher": own])
    let repeated = interpreter.evaluate([again])[0]
    #expect(zip(own, repeated).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(Set(own).count > 40)
  }

  @Test(arguments: [false, true]) func masksSharedAlongTimeAreOneTensor(_ isTaught: Bool) throws {
    func streams(_ share: [Axis]) throws -> [String: Shape] {
      let model = try Self.vae()
      let entry = DropoutEntry(
        type: "bernoulli", at: ["decoder.rnn.input"], rate: 0.3, share: share)
      let plan = try model.dropoutPlan([entry])
      let forward = Forward(Graph(), mode: .training, dropout: plan)
      let teacher = try forward.graph.input("teacher", shape: [2, 24, 1])
      _ = try model.product(
        forward.graph.input("z", shape: [2, 3]), teacher: isTaught ? teacher : nil, forward)
      #expect(forward.draws == ["decoder.rnn.input": [.step: 1]])
      var found: [String: Shape] = [:]
      for node in forward.graph.nodes {
        if case .random(let stream, _) = node.operation { found[stream] = node.shape }
      }
      return found
    }
    let name = "dropout/decoder.rnn.input"
    #expect(try streams([.time]) == [name: [2, 1, 4]])
    let each = Dictionary(uniqueKeysWithValues: (0..<6).map { (name + "/step\($0)", [2, 1, 4]) })
    #expect(try streams([]) == (isTaught ? [name: [2, 6, 4]] : each))
  }

  @Test func sites() throws {
    #expect(
      try Self.vae().sites.map { "\($0.address) \($0.example)" } == [
        "encoder.input [6, 4]", "encoder.rnn.recurrent [6, 5]", "encoder.rnn.weights [15, 4]",
        "encoder.pre_output [5]", "encoder.output.weights [6, 5]", "decoder.latent [3]",
        "decoder.start.weights [5, 3]", "decoder.rnn.recurrent [6, 5]",
        "decoder.rnn.weights [15, 4]", "decoder.output.weights [4, 5]", "decoder.rnn.input [6, 4]",
        "decoder.pre_output [6, 5]",
      ])
  }
}
