import TestSupport
import Specification
import Autodiff
import Layers
import Models
import Testing

/// Addresses, shapes, counts and sites as `lethe check` shows them.
@Suite struct ModelTableTests {
  static func dcgan32() throws -> ModelNetworks {
    try ModelNetworks(
      ModelSpecification(
        family: .gan, example: .image(height: 32, width: 32, channels: 3), latent: 128))
  }

  @Test func layersOfDCGAN() throws {
    let table = try ModelTable(Self.dcgan32(), dropout: .none, batch: 64)
    let rows = table.layers.map { "\($0.address) \($0.shape) \($0.parameterCount)" }
    #expect(
      rows == [
        "generator.block1.linear [2, 4, 4, 256] 528384",
        "generator.block1.norm [2, 4, 4, 256] 512",
        "generator.block2.conv [2, 8, 8, 128] 524288",
        "generator.block2.norm [2, 8, 8, 128] 256",
        "generator.block3.conv [2, 16, 16, 64] 131072",
        "generator.block3.norm [2, 16, 16, 64] 128",
        "generator.output.conv [2, 32, 32, 3] 3075",
        "discriminator.block1.conv [2, 16, 16, 64] 3136",
        "discriminator.block2.conv [2, 8, 8, 128] 131072",
        "discriminator.block2.norm [2, 8, 8, 128] 256",
        "discriminator.block3.conv [2, 4, 4, 256] 524288",
        "discriminator.block3.norm [2, 4, 4, 256] 512",
        "discriminator.output.linear [2, 1] 4097",
      ])
    #expect(table.parameterCount == 1_851_076)
  }

  @Test func sitesOfDCGAN() throws {
    let model = try Self.dcgan32()
    #expect(
      model.sites.map(\.address) == [
        "generator.latent",
        "generator.block1.weights", "generator.block1.pre_norm", "generator.block1.post_norm",
        "generator.block1.post_act",
        "generator.block2.weights", "generator.block2.pre_norm", "generator.block2.post_norm",
        "generator.block2.post_act",
        "generator.block3.weights", "generator.block3.pre_norm", "generator.block3.post_norm",
        "generator.block3.post_act",
        "generator.pre_output", "generator.output.weights",
        "discriminator.input",
        "discriminator.block1.weights", "discriminator.block1.post_linear",
        "discriminator.block1.post_act",
        "discriminator.block2.weights", "discriminator.block2.pre_norm",
        "discriminator.block2.post_norm",
        "discriminator.block2.post_act",
        "discriminator.block3.weights", "discriminator.block3.pre_norm",
        "discriminator.block3.post_norm",
        "discriminator.block3.post_act",
        "discriminator.pre_output", "discriminator.output.weights", "discriminator.feedback",
      ])
    #expect(model.sites[1].axes == [.batch, .outputs, .inputs])
    #expect(model.sites[1].kind == .weights(rowsPerExample: 1))
    #expect(model.sites[2].axes == [.batch, .height, .width, .channels])
    #expect(model.sites[2].example == [4, 4, 256])
    #expect(model.sites[5].axes == [.batch, .inputs, .outputs, .kernel, .kernel])
    #expect(model.sites[5].kind == .weights(rowsPerExample: 16))
  }

  @Test func layersOfWaveGAN() throws {
    let model = try ModelNetworks(
      ModelSpecification(family: .gan, example: .sound(samples: 4096), latent: 100, width: 16))
    let table = try ModelTable(model, dropout: .none, batch: 32)
    #expect(
      table.layers.map { "\($0.address) \($0.shape) \($0.parameterCount)" } == [
        "generator.block1.linear [2, 16, 128] 206848",
        "generator.block2.conv [2, 64, 64] 204864",
        "generator.block3.conv [2, 256, 32] 51232",
        "generator.block4.conv [2, 1024, 16] 12816",
        "generator.output.conv [2, 4096, 1] 401",
        "discriminator.block1.conv [2, 1024, 16] 416",
        "discriminator.block2.conv [2, 256, 32] 12832",
        "discriminator.block3.conv [2, 64, 64] 51264",
        "discriminator.block4.conv [2, 16, 128] 204928",
        "discriminator.output.linear [2, 1] 2049",
      ])
    let site = try #require(model.sites.first { $0.address == "generator.block2.post_act" })
    #expect(site.axes == [.batch, .time, .channels] && site.example == [64, 64])
    #expect(
      model.parameters.allSatisfy {
        if case .uniform = $0.initializer { true } else { false }
      })
  }

  @Test func poolingTakesTheStridesPlace() throws {
    let model = try ModelNetworks(
      ModelSpecification(
        family: .vae, example: .image(height: 8, width: 8, channels: 1), width: 4,
        norm: Normalization.none, pool: .max))
    let encoder = model.networks[0]
    #expect(
      encoder.sites.map(\.address) == [
        "encoder.input", "encoder.block1.weights", "encoder.block1.post_linear",
        "encoder.block1.post_act", "encoder.block1.post_pool", "encoder.pre_output",
        "encoder.output.weights",
      ])
    #expect(encoder.sites[4].kind == .pooling(size: 2) && encoder.sites[4].example == [4, 4, 4])
    #expect(encoder.parameters[0].shape == [4, 1, 3, 3])
    #expect(encoder.layers[0].shape == [2, 8, 8, 4])
    #expect(!model.networks[1].sites.contains { $0.place == .postPool })
  }

  @Test func sitesOfMLP() throws {
    let model = try ModelNetworks(
      ModelSpecification(
        family: .vae, backbone: .mlp, example: .image(height: 4, width: 5, channels: 1),
        hidden: [6]))
    #expect(
      model.sites.map { "\($0.address) \($0.example)" } == [
        "encoder.input [4, 5, 1]", "encoder.block1.weights [6, 20]",
        "encoder.block1.post_linear [6]", "encoder.block1.post_act [6]", "encoder.pre_output [6]",
        "encoder.output.weights [128, 6]", "decoder.latent [64]", "decoder.block1.weights [6, 64]",
        "decoder.block1.post_linear [6]", "decoder.block1.post_act [6]", "decoder.pre_output [6]",
        "decoder.output.weights [20, 6]",
      ])
  }

  @Test func tableShowsMasks() throws {
    let model = try Self.dcgan32()
    let plan = try model.dropoutPlan(
      [
        DropoutEntry(type: "spatial", at: ["generator.block*.post_act"], rate: 0.3),
        DropoutEntry(type: "bernoulli", at: ["discriminator.block1.post_act"], rate: 0.5),
      ])
    let rows = try ModelTable(model, dropout: plan, batch: 64).sites.filter { $0.placement != nil }
    #expect(
      rows.map { "\($0.site.address) \($0.placement?.variant.name ?? "") \($0.maskShape ?? [])" }
        == [
          "generator.block1.post_act spatial [64, 1, 1, 256]",
          "generator.block2.post_act spatial [64, 1, 1, 128]",
          "generator.block3.post_act spatial [64, 1, 1, 64]",
          "discriminator.block1.post_act bernoulli [64, 16, 16, 64]",
        ])
  }

  @Test(arguments: Family.allCases, Backbone.allCases)
  func everySiteCanTakeEveryVariantThatFits(_ family: Family, _ backbone: Backbone) throws {
    let model = try ModelNetworks(
      ModelSpecification(
        family: family, backbone: backbone, example: .image(height: 16, width: 16, channels: 1),
        pool: backbone.poolings.contains(.max) ? .max : nil,
        attention: backbone.isConvolutional ? 8 : nil))
    for variant in DropoutCatalogue.variants {
      var fitting: [DropoutSite] = []
      let isAlone = ["standout", "concrete"].contains(variant.name)
      for site in model.sites where variant.fits(site.kind) {
        do {
          // These two variants depend on the layers around a site, so each site is built alone.
          if isAlone {
            try Self.place(variant, at: [site], in: model)
          } else {
            _ = try Self.plan(variant, at: [site], in: model)
          }
          fitting.append(site)
        } catch {
          #expect(Self.mayRefuse(variant.name, site, "\(error)"), "\(error)")
        }
      }
      if !isAlone, !fitting.isEmpty { try Self.place(variant, at: fitting, in: model) }
    }
  }

  static func plan(
    _ variant: any DropoutVariant, at sites: [DropoutSite], in model: ModelNetworks
  ) throws -> DropoutPlan {
    let entry = DropoutEntry(type: variant.name, at: sites.map(\.address), rate: 0.3)
    return try model.dropoutPlan([entry])
  }

  /// Builds the networks with a variant at some sites.
  static func place(
    _ variant: any DropoutVariant, at sites: [DropoutSite], in model: ModelNetworks
  ) throws {
    let plan = try plan(variant, at: sites, in: model)
    let forward = Forward(Graph(), mode: .training, dropout: plan)
    for network in model.networks {
      _ = try network(forward.graph.input("x", shape: [2] + network.input), forward)
    }
    for site in sites where site.kind == .discriminators {
      let losses = (0..<5).map { forward.graph.constant(Float($0)) }
      _ = try forward.feedback(losses, of: site.network)
    }
    try forward.checkDropout()
  }

  /// Returns true for a variant's message about a site that states what the variant needs.
  static func mayRefuse(_ variant: String, _ site: DropoutSite, _ message: String) -> Bool {
    switch variant {
    case "spatial", "dropblock", "weighted_channel":
      !site.axes.contains(.channels) && message.contains("channels with height and width")
    case "example_tied":
      site.example.last == 1 && message.contains("expected 2 units or more")
    case "targeted": message.contains("at least one of an output's 1 weights")
    case "standout": message.contains("a place after a contraction with results of its shape")
    case "concrete": message.contains("sites right before a linear layer or a convolution")
    default: false
    }
  }

  @Test func wrongInputIsNamed() throws {
    let generator = try Self.dcgan32().product
    let forward = Forward(Graph(), mode: .training)
    #expect {
      try generator(forward.graph.input("z", shape: [4, 127]), forward)
    } throws: {
      "\($0)" == "generator: expected examples of shape [128], found [4, 127]"
    }
  }
}
