import Specification
import Autodiff
import Foundation
import Layers
import Models
import TestSupport
import Testing

/// Compares whole networks with PyTorch, forward and gradients. `Fixtures/networks.py` makes the fixtures.
@Suite struct NetworkFixtureTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let backbone: Backbone
    let family: Family
    let side: Int
    let channels: Int
    let norm: Normalization
    var testDescription: String { "\(backbone)-\(family)-\(side)x\(channels)-\(norm)" }

    init(
      _ backbone: Backbone, _ family: Family, _ side: Int, _ channels: Int,
      _ norm: Normalization
    ) {
      (self.backbone, self.family, self.side) = (backbone, family, side)
      (self.channels, self.norm) = (channels, norm)
    }
  }

  static let cases = [
    Case(.mlp, .gan, 6, 1, .none), Case(.mlp, .gan, 6, 3, .batch),
    Case(.mlp, .gan, 6, 3, .spectral),
    Case(.mlp, .vae, 6, 3, .none), Case(.mlp, .vae, 6, 1, .layer),
    Case(.conv, .gan, 16, 1, .batch), Case(.conv, .gan, 16, 3, .none),
    Case(.conv, .gan, 16, 3, .layer), Case(.conv, .gan, 16, 1, .instance),
    Case(.conv, .gan, 16, 1, .spectral), Case(.conv, .gan, 28, 1, .batch),
    Case(.conv, .gan, 32, 3, .batch), Case(.conv, .vae, 16, 1, .batch),
  ]

  @Test(arguments: cases) func networkEqualsPyTorch(_ test: Case) throws {
    let specification = ModelSpecification(
      family: test.family, backbone: test.backbone,
      example: .image(height: test.side, width: test.side, channels: test.channels), latent: 5,
      width: test.backbone == .conv ? 4 : nil, hidden: test.backbone == .mlp ? [7, 9] : nil,
      norm: test.norm)
    for network in try ModelNetworks(specification).networks {
      let outputs = try outputs(of: network, example: specification.example.sizes)
      let name = "\(test.testDescription)-\(network.role)"
      let worst = try Fixture(name, in: .module).compare(outputs)
      #expect(worst.error < 1, "\(name): \(worst)")
    }
  }

  @Test(arguments: Cell.allCases, [Family.gan, .vae])
  func recurrentEqualsPyTorch(_ cell: Cell, _ family: Family) throws {
    let specification = ModelSpecification(
      family: family, backbone: .rnn, example: .image(height: 4, width: 3, channels: 3), latent: 5,
      hidden: [6], cell: cell)
    for network in try ModelNetworks(specification).networks {
      let name = "rnn-\(cell)-\(network.role)"
      let worst = try Fixture(name, in: .module).compare(
        outputs(of: network, example: specification.example.sizes))
      #expect(worst.error < 1, "\(name): \(worst)")
    }
  }

  struct ConvolutionalCase: Sendable, CustomTestStringConvertible {
    let backbone: Backbone
    let family: Family
    let example: ExampleShape
    let norm: Normalization
    let pool: Pooling?
    var testDescription: String {
      let sizes = example.sizes.map { "\($0)" }.joined(separator: "x")
      return "\(backbone)-\(family)-\(sizes)-\(norm)-\(pool?.rawValue ?? "standard")"
    }

    init(
      _ backbone: Backbone, _ family: Family, _ example: ExampleShape, _ norm: Normalization,
      _ pool: Pooling? = nil
    ) {
      (self.backbone, self.family, self.example) = (backbone, family, example)
      (self.norm, self.pool) = (norm, pool)
    }
  }

  static let convolutionalCases: [ConvolutionalCase] = [
    .init(.conv, .gan, .sound(samples: 256), .none),
    .init(.conv, .vae, .sound(samples: 320), .batch),
    .init(.conv, .gan, .sound(samples: 256), .layer, .average),
    .init(.conv, .gan, .image(height: 16, width: 16, channels: 3), .batch, .max),
    .init(.resnet, .gan, .image(height: 16, width: 16, channels: 3), .batch),
    .init(.resnet, .gan, .image(height: 16, width: 16, channels: 1), .spectral, .max),
    .init(.resnet, .vae, .image(height: 12, width: 12, channels: 1), .none),
    .init(.resnet, .gan, .sound(samples: 256), .none),
    .init(.resnet, .vae, .sound(samples: 256), .layer, .max),
    .init(.resnet, .gan, .image(height: 16, width: 16, channels: 3), .fixup),
    .init(.resnet, .vae, .sound(samples: 256), .fixup),
  ]

  @Test(arguments: convolutionalCases)
  func convolutionalEqualsPyTorch(_ test: ConvolutionalCase) throws {
    let specification = ModelSpecification(
      family: test.family, backbone: test.backbone, example: test.example, latent: 5, width: 4,
      norm: test.norm, pool: test.pool)
    for network in try ModelNetworks(specification).networks {
      let name = "\(test.testDescription)-\(network.role)"
      let worst = try Fixture(name, in: .module).compare(
        outputs(of: network, example: specification.example.sizes))
      #expect(worst.error < 1, "\(name): \(worst)")
    }
  }

  /// Generators and decoders with other ways of raising the resolution.
  static let upsamplings: [(ConvolutionalCase, Upsampling)] = [
    (.init(.conv, .gan, .image(height: 16, width: 16, channels: 3), .batch), .nearest),
    (.init(.conv, .gan, .image(height: 16, width: 16, channels: 1), .spectral), .bilinear),
    (.init(.conv, .gan, .sound(samples: 256), .none), .nearest),
    (.init(.conv, .vae, .sound(samples: 256), .layer), .bilinear),
    (.init(.resnet, .gan, .image(height: 16, width: 16, channels: 3), .none), .bilinear),
    (.init(.resnet, .vae, .sound(samples: 256), .none), .bilinear),
  ]

  @Test(arguments: upsamplings)
  func upsamplingEqualsPyTorch(_ test: ConvolutionalCase, _ upsampling: Upsampling) throws {
    let specification = ModelSpecification(
      family: test.family, backbone: test.backbone, example: test.example, latent: 5, width: 4,
      norm: test.norm, upsample: upsampling)
    let network = try ModelNetworks(specification).product
    let name = "\(test.testDescription)-\(upsampling)-\(network.role)"
    let worst = try Fixture(name, in: .module).compare(
      outputs(of: network, example: specification.example.sizes))
    #expect(worst.error < 1, "\(name): \(worst)")
  }

  /// Discriminators that are told how much the examples of a batch differ.
  static let minibatchCases: [ConvolutionalCase] = [
    .init(.conv, .gan, .image(height: 16, width: 16, channels: 3), .batch),
    .init(.conv, .gan, .sound(samples: 256), .none),
    .init(.resnet, .gan, .image(height: 16, width: 16, channels: 1), .spectral),
    .init(.mlp, .gan, .image(height: 6, width: 6, channels: 1), .none),
  ]

  @Test(arguments: minibatchCases)
  func minibatchStandardDeviationEqualsPyTorch(_ test: ConvolutionalCase) throws {
    let specification = ModelSpecification(
      family: .gan, backbone: test.backbone, example: test.example, latent: 5, width: 4,
      hidden: [7, 9], norm: test.norm, minibatchStandardDeviation: true)
    let name = "\(test.testDescription)-stddev-discriminator"
    let worst = try Fixture(name, in: .module).compare(
      outputs(
        of: ModelNetworks(specification).reader, example: specification.example.sizes))
    #expect(worst.error < 1, "\(name): \(worst)")
  }

  /// Networks with self-attention at one side.
  static let attentions: [(ConvolutionalCase, Int)] = [
    (.init(.conv, .gan, .image(height: 16, width: 16, channels: 3), .spectral), 8),
    (.init(.conv, .gan, .sound(samples: 256), .none), 16),
    (.init(.resnet, .gan, .image(height: 16, width: 16, channels: 1), .batch), 4),
    (.init(.resnet, .vae, .image(height: 16, width: 16, channels: 1), .none), 8),
  ]

  @Test(arguments: attentions)
  func attentionEqualsPyTorch(_ test: ConvolutionalCase, _ side: Int) throws {
    let specification = ModelSpecification(
      family: test.family, backbone: test.backbone, example: test.example, latent: 5, width: 4,
      norm: test.norm, attention: side)
    for network in try ModelNetworks(specification).networks {
      let name = "\(test.testDescription)-attention\(side)-\(network.role)"
      let worst = try Fixture(name, in: .module).compare(
        outputs(of: network, example: specification.example.sizes))
      #expect(worst.error < 1, "\(name): \(worst)")
    }
  }

  /// Networks that are told of classes. Those that are convolutional have norms with a scale and shift for each class
  /// where they have norms, and a vector of the class behind the latent where not. `Fixtures/conditional.py` makes the
  /// fixtures.
  static let conditionalCases: [ConvolutionalCase] = [
    .init(.mlp, .gan, .image(height: 6, width: 6, channels: 1), .none),
    .init(.mlp, .vae, .image(height: 6, width: 6, channels: 3), .batch),
    .init(.conv, .gan, .image(height: 16, width: 16, channels: 1), .batch),
    .init(.conv, .gan, .image(height: 16, width: 16, channels: 3), .instance),
    .init(.conv, .vae, .image(height: 16, width: 16, channels: 1), .batch),
    .init(.conv, .gan, .sound(samples: 256), .none),
    .init(.resnet, .vae, .image(height: 12, width: 12, channels: 1), .batch),
    .init(.resnet, .gan, .image(height: 16, width: 16, channels: 1), .spectral),
    .init(.resnet, .gan, .image(height: 16, width: 16, channels: 3), .fixup),
    .init(.resnet, .vae, .sound(samples: 256), .layer),
  ]

  @Test(arguments: conditionalCases)
  func conditionalEqualsPyTorch(_ test: ConvolutionalCase) throws {
    let comparesBatches = test.backbone == .mlp && test.family == .gan || test.norm == .instance
    var specification = ModelSpecification(
      family: test.family, backbone: test.backbone, example: test.example, latent: 5, width: 4,
      hidden: [7, 9], norm: test.norm, minibatchStandardDeviation: comparesBatches)
    try compareConditional(
      &specification, name: test.testDescription.replacing("-standard", with: ""))
  }

  @Test(arguments: [(Cell.gru, Family.gan), (.lstm, .vae)])
  func conditionalRecurrentEqualsPyTorch(_ cell: Cell, _ family: Family) throws {
    var specification = ModelSpecification(
      family: family, backbone: .rnn, example: .image(height: 4, width: 3, channels: 3), latent: 5,
      hidden: [6], cell: cell)
    try compareConditional(&specification, name: "rnn-\(cell)")
  }

  private func compareConditional(_ specification: inout ModelSpecification, name: String) throws {
    (specification.architecture.isConditional, specification.classes) = (true, 4)
    for network in try ModelNetworks(specification).networks {
      #expect(network.sites.contains { $0.address == "\(network.role.rawValue).label" })
      let name = "\(name)-classes-\(network.role)"
      let worst = try Fixture(name, in: .module).compare(
        outputs(of: network, example: specification.example.sizes))
      #expect(worst.error < 1, "\(name): \(worst)")
    }
  }

  private func outputs(of network: Network, example: Shape) throws -> [String: Tensor] {
    let forward = Forward(Graph(), mode: .training)
    forward.classes = try network.classes.map {
      try forward.graph.input("classes", shape: [3, $0])
    }
    let x = try forward.graph.input("x", shape: [3] + network.input)
    let trained = network.parameters.filter(\.isTrainable)
    let sources = try [x] + trained.map { try forward.value(of: $0) }
    let teacher = try forward.graph.input("teacher", shape: [3] + example)
    let y = try network(x, teacher: network.role == .decoder ? teacher : nil, forward)
    let scalar = try (y * forward.graph.input("cotangent", shape: y.shape)).sum()
    let gradients = try forward.graph.gradients(of: scalar, by: sources)
    var outputs = ["y": y]
    for (name, gradient) in zip(["x"] + trained.map(\.name), gradients) {
      outputs["grad/" + name] = gradient
    }
    for parameter in forward.changed {
      outputs["state/" + parameter.name] = try forward.value(of: parameter)
    }
    return outputs
  }
}
