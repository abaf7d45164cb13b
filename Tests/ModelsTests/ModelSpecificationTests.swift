import TestSupport
import Specification
import Layers
import Models
import Testing

/// Results and refusals of model specifications.
@Suite struct ModelSpecificationTests {
  static func specification(
    _ family: Family = .gan, _ backbone: Backbone = .conv, side: Int = 32, channels: Int = 3,
    _ change: (inout ModelSpecification) -> Void = { _ in }
  ) -> ModelSpecification {
    var specification = ModelSpecification(
      family: family, backbone: backbone,
      example: .image(height: side, width: side, channels: channels))
    change(&specification)
    return specification
  }

  static func message(_ specification: ModelSpecification) -> String {
    do {
      _ = try ModelNetworks(specification)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 96, 112, 128])
  func sidesThatWork(_ side: Int) {
    #expect(Self.message(Self.specification(side: side)) == "no error")
  }

  @Test(
    arguments: [
      (30, "28 or 32"), (13, "12 or 14"), (4, "8"), (1, "8"), (36, "32 or 40"), (22, "20 or 24"),
      (127, "112 or 128"),
    ])
  func sidesThatDoNot(_ side: Int, _ advice: String) {
    #expect(
      Self.message(Self.specification(side: side))
        == "data.size: expected sides that are 4 to 8 times a power of two for backbone conv, "
        + "such as \(advice), found \(side)")
  }

  @Test(arguments: [64, 252, 256, 1024, 4096, 16_384, 65_536, 3 * 4096, 16_128])
  func lengthsThatWork(_ samples: Int) {
    for backbone in [Backbone.conv, .resnet] {
      #expect(
        Self.message(
          ModelSpecification(
            family: .gan, backbone: backbone, example: .sound(samples: samples), width: 1))
          == "no error")
    }
  }

  @Test(
    arguments: [
      (16_000, "15872 or 16128"), (1, "64"), (63, "64"), (254, "252 or 256"),
      (4095, "4032 or 4096"), (16_777_215, "16515072 or 16777216"),
    ])
  func lengthsThatDoNot(_ samples: Int, _ advice: String) {
    #expect(
      Self.message(ModelSpecification(family: .gan, example: .sound(samples: samples)))
        == "data.length: expected 16 to 63 times a power of four for backbone conv, such as "
        + "\(advice), found \(samples)")
  }

  @Test func settingsOfOneNetworkBearOnItOnly() throws {
    let model = try ModelNetworks(
      Self.specification(.gan, .mlp, side: 4, channels: 1) {
        $0.architecture.synthesis.hidden = [6, 7]
        $0.architecture.analysis.hidden = [3, 5, 8]
        $0.architecture.analysis.norm = .layer
      })
    let weights = model.parameters.filter(\.isDecayed).map(\.shape)
    #expect(weights == [[6, 64], [7, 6], [16, 7], [3, 16], [5, 3], [8, 5], [1, 8]])
    #expect(model.networks[0].parameters.allSatisfy { !$0.name.contains("norm") })
    #expect(model.networks[1].parameters.contains { $0.name == "discriminator.block3.norm.weight" })
  }

  @Test func biasesAreLeftOutWhereANormWouldRemoveThem() throws {
    func biases(_ norm: Normalization) throws -> [String] {
      let example = ExampleShape.image(height: 32, width: 32, channels: 3)
      return try ModelNetworks(ModelSpecification(family: .gan, example: example, norm: norm))
        .parameters.map(\.name)
        .filter { $0.hasSuffix("conv.bias") || $0.hasSuffix("linear.bias") }
    }
    let always = [
      "generator.block1.linear.bias", "generator.output.conv.bias",
      "discriminator.block1.conv.bias", "discriminator.output.linear.bias",
    ]
    #expect(try biases(.batch) == always)
    #expect(try biases(.instance) == always)
    #expect(try biases(.layer).count == 8)
    #expect(try biases(.spectral).count == 8)
  }

  @Test func firstValues() throws {
    let gan = try ModelNetworks(Self.specification())
    #expect(
      gan.parameters.filter(\.isDecayed).allSatisfy {
        $0.initializer == .normal(mean: 0, deviation: 0.02)
      })
    let vae = try ModelNetworks(Self.specification(.vae))
    #expect(
      vae.parameters.filter(\.isDecayed).allSatisfy {
        if case .uniform = $0.initializer { true } else { false }
      })
  }
}
