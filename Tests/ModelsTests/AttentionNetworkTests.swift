import Autodiff
import Layers
import Models
import Specification
import TestSupport
import Testing

/// Networks with self-attention: layers, sites, first values, and sides that there are not.
@Suite struct AttentionNetworkTests {
  static func model(
    _ backbone: Backbone = .conv,
    _ example: ExampleShape = .image(height: 32, width: 32, channels: 3),
    _ change: (inout ModelSpecification) -> Void
  ) throws -> ModelNetworks {
    var specification = ModelSpecification(
      family: .gan, backbone: backbone, example: example, norm: Normalization.none)
    change(&specification)
    return try ModelNetworks(specification)
  }

  static func attending(
    _ backbone: Backbone, _ example: ExampleShape, _ side: Int
  ) throws -> ModelNetworks {
    try model(backbone, example) {
      $0.architecture.synthesis.attention = side
      $0.architecture.analysis.attention = side
    }
  }

  static func rows(_ network: Network) -> [String] {
    network.layers.filter { $0.address.contains("attention") }
      .map { "\($0.address) \($0.shape) \($0.parameterCount)" }
  }

  @Test(arguments: [Backbone.conv, .resnet]) func layers(_ backbone: Backbone) throws {
    let model = try Self.attending(backbone, .image(height: 32, width: 32, channels: 3), 8)
    for network in model.networks {
      let name = network.role.rawValue
      #expect(
        Self.rows(network) == [
          "\(name).attention.query.conv [2, 8, 8, 16] 2048",
          "\(name).attention.key.conv [2, 8, 8, 16] 2048",
          "\(name).attention.value.conv [2, 8, 8, 64] 8192",
          "\(name).attention.output.conv [2, 8, 8, 128] 8192",
          "\(name).attention.scale [2, 8, 8, 128] 1",
        ])
      #expect(
        network.parameters.filter { $0.name.hasSuffix("attention.scale.weight") }
          .map(\.initializer) == [.zeros])
    }
  }

  /// The attention stands between the blocks whose maps have its side.
  @Test func sites() throws {
    let sites = try Self.attending(.conv, .image(height: 16, width: 16, channels: 1), 8).sites
    let own = ["query.weights", "key.weights", "attention", "value.weights", "output.weights"]
    let first = try #require(sites.firstIndex { $0.address.contains("attention") })
    #expect(sites[first - 1].address == "generator.block2.post_act")
    #expect(
      sites[first..<first + 5].map(\.address) == own.map { "generator.attention." + $0 })
    #expect(sites[first + 5].address == "generator.pre_output")
    let site = sites[first + 2]
    #expect(site.kind == .attention && site.axes == [.batch, .queries, .keys])
    #expect(site.example == [64, 64])
  }

  /// The side is the height of an image and the length of a sound, at every resolution but the examples' own.
  @Test(arguments: [Backbone.conv, .resnet]) func sides(_ backbone: Backbone) throws {
    let cases: [(ExampleShape, [(side: Int, places: Int)])] = [
      (.image(height: 32, width: 32, channels: 3), [(4, 16), (8, 64), (16, 256)]),
      (.image(height: 16, width: 24, channels: 1), [(4, 24), (8, 96)]),
      (.sound(samples: 1024), [(16, 16), (64, 64), (256, 256)]),
    ]
    for (example, sides) in cases {
      for (side, places) in sides {
        let found = try Self.attending(backbone, example, side).sites.filter {
          $0.kind == .attention
        }
        #expect(found.map(\.network) == ["generator", "discriminator"])
        #expect(found.allSatisfy { $0.example == [places, places] }, "\(example) at \(side)")
      }
    }
  }

  static func message(_ body: () throws -> ModelNetworks) -> String {
    do {
      _ = try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func sidesThatThereAreNot() {
    let image = ExampleShape.image(height: 32, width: 32, channels: 3)
    for side in [2, 12, 32] {
      #expect(
        Self.message { try Self.attending(.conv, image, side) }
          == "model.attention: expected a side that the generator has between its blocks: 4, 8, 16, "
          + "found \(side)")
    }
    #expect(
      Self.message {
        try Self.model(.resnet, .sound(samples: 1024)) {
          $0.architecture.analysis.attention = 100
        }
      } == "model.discriminator.attention: expected a side that the discriminator has between its "
        + "blocks: 16, 64, 256, found 100")
  }

  /// With a scale of 0, as at first, the attention adds nothing; with another it does.
  @Test(arguments: [0, 0.5]) func theScale(_ scale: Double) throws {
    let example = ExampleShape.image(height: 8, width: 8, channels: 1)
    func reader(_ attention: Int?) throws -> Network {
      try Self.model(.resnet, example) {
        $0.architecture.analysis.width = 2
        $0.architecture.analysis.attention = attention
      }.reader
    }
    let (with, without) = (try reader(4), try reader(nil))
    #expect(without.parameters.allSatisfy(with.parameters.contains))
    let forward = Forward(Graph(), mode: .training)
    let x = try forward.graph.input("x", shape: [2] + example.sizes)
    let results = try [with(x, forward), without(x, forward)]
    var interpreter = ReferenceInterpreter()
    for node in forward.graph.nodes {
      switch node.operation {
      case .input(let name), .variable(let name):
        interpreter.values[name] = fixtureValues(name, node.shape).map(Double.init)
      default: break
      }
    }
    interpreter.values["discriminator.attention.scale.weight"] = [scale]
    let found = interpreter.evaluate(results)
    #expect((found[0] == found[1]) == (scale == 0), "\(found)")
  }
}
