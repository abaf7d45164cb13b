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

  private func spectrogram(_ frames: Int, _ bands: Int, channels: Int = 1) -> ExampleShape {
    .spectrogram(SpectrogramSizes(window: 512, frames: frames, bands: bands), channels: channels)
  }

  @Test(arguments: [(64, 64, 1), (32, 64, 1), (64, 256, 2), (12, 40, 1), (8, 50, 1)])
  func spectrogramsThatWork(_ frames: Int, _ bands: Int, _ channels: Int) throws {
    for backbone in [Backbone.conv, .resnet] {
      let model = try ModelNetworks(
        ModelSpecification(
          family: .gan, backbone: backbone,
          example: spectrogram(frames, bands, channels: channels), width: 1))
      #expect(model.example == [frames, bands, channels])
      let site = try #require(model.reader.sites.first)
      #expect(site.axes == [.batch, .height, .width, .channels])
    }
  }

  @Test(
    arguments: [
      (63, 64, "56 frames of 64 or 64 frames of 64"), (33, 50, "16 frames of 50"),
      (20, 33, "20 frames of 32 or 24 frames of 32"), (4, 64, "8 frames of 64 or 10 frames of 64"),
    ])
  func spectrogramsThatDoNot(_ frames: Int, _ bands: Int, _ advice: String) {
    #expect(
      Self.message(ModelSpecification(family: .gan, example: spectrogram(frames, bands)))
        == "data.spectrogram: expected numbers that halve together until the smaller is 4 to 8, for "
        + "backbone conv, such as \(advice), found \(frames) frames of \(bands)")
  }

  /// Frames are the time steps of a recurrent network, and need not be divided.
  @Test func spectrogramsOfOtherBackbones() throws {
    for backbone in [Backbone.mlp, .rnn] {
      let model = try ModelNetworks(
        ModelSpecification(
          family: .vae, backbone: backbone, example: spectrogram(33, 7, channels: 2), hidden: [5]))
      #expect(model.example == [33, 7, 2])
      let first = try #require(model.reader.parameters.first)
      #expect(first.shape == (backbone == .rnn ? [15, 14] : [5, 33 * 7 * 2]))
    }
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
