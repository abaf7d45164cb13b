import TestSupport
import Specification
import Autodiff
import Layers
import Models
import Testing

/// Tables, sites and refusals of residual networks.
@Suite struct ResidualNetworkTests {
  static func sngan(
    _ example: ExampleShape = .image(height: 32, width: 32, channels: 3),
    _ change: (inout ModelSpecification) -> Void = { _ in }
  ) throws -> ModelNetworks {
    var specification = ModelSpecification(
      family: .gan, backbone: .resnet, example: example, latent: 128)
    change(&specification)
    return try ModelNetworks(specification)
  }

  @Test func layers() throws {
    let rows = try ModelTable(Self.sngan(), dropout: .none, batch: 64).layers
      .filter { !$0.address.contains("norm") }
      .map { "\($0.address) \($0.shape) \($0.parameterCount)" }
    #expect(
      rows == [
        "generator.stem.linear [2, 4, 4, 256] 528384",
        "generator.block1.branch1.conv [2, 8, 8, 128] 294912",
        "generator.block1.branch2.conv [2, 8, 8, 128] 147584",
        "generator.block1.shortcut.conv [2, 4, 4, 128] 32768",
        "generator.block2.branch1.conv [2, 16, 16, 64] 73728",
        "generator.block2.branch2.conv [2, 16, 16, 64] 36928",
        "generator.block2.shortcut.conv [2, 8, 8, 64] 8192",
        "generator.block3.branch1.conv [2, 32, 32, 64] 36864",
        "generator.block3.branch2.conv [2, 32, 32, 64] 36928",
        "generator.output.conv [2, 32, 32, 3] 1731",
        "discriminator.block1.branch1.conv [2, 32, 32, 64] 1728",
        "discriminator.block1.branch2.conv [2, 32, 32, 64] 36928",
        "discriminator.block1.shortcut.conv [2, 32, 32, 64] 192",
        "discriminator.block2.branch1.conv [2, 16, 16, 128] 73728",
        "discriminator.block2.branch2.conv [2, 16, 16, 128] 147584",
        "discriminator.block2.shortcut.conv [2, 16, 16, 128] 8192",
        "discriminator.block3.branch1.conv [2, 8, 8, 256] 294912",
        "discriminator.block3.branch2.conv [2, 8, 8, 256] 590080",
        "discriminator.block3.shortcut.conv [2, 8, 8, 256] 32768",
        "discriminator.output.linear [2, 1] 4097",
      ])
  }

  @Test func sites() throws {
    let model = try Self.sngan(.image(height: 8, width: 8, channels: 1)) {
      $0.architecture.analysis.norm = .none
    }
    #expect(
      model.sites.map(\.address) == [
        "generator.latent", "generator.stem.weights", "generator.stem.post_linear",
        "generator.block1.branch1.pre_norm", "generator.block1.branch1.post_norm",
        "generator.block1.branch1.post_act", "generator.block1.branch1.weights",
        "generator.block1.branch1.post_linear", "generator.block1.branch2.pre_norm",
        "generator.block1.branch2.post_norm", "generator.block1.branch2.post_act",
        "generator.block1.branch2.weights", "generator.block1.branch2.post_linear",
        "generator.block1.residual_branch",
        "generator.output.pre_norm", "generator.output.post_norm", "generator.output.post_act",
        "generator.pre_output", "generator.output.weights",
        "discriminator.input",
        "discriminator.block1.branch1.weights", "discriminator.block1.branch1.post_linear",
        "discriminator.block1.branch2.post_act", "discriminator.block1.branch2.weights",
        "discriminator.block1.branch2.post_linear", "discriminator.block1.shortcut.weights",
        "discriminator.block1.residual_branch", "discriminator.block1.post_pool",
        "discriminator.output.post_act", "discriminator.pre_output",
        "discriminator.output.weights", "discriminator.feedback",
      ])
  }

  @Test func sitesKnowTheirDepthAndWindows() throws {
    let sites = try Self.sngan(.sound(samples: 1024)).sites
    func site(_ address: String) throws -> DropoutSite {
      try #require(sites.first { $0.address == address })
    }
    let branch = try site("generator.block2.residual_branch")
    #expect(branch.kind == .residualBranch(depth: 2, count: 3))
    #expect(branch.axes == [.batch, .time, .channels] && branch.example == [256, 64])
    let pool = try site("discriminator.block3.post_pool")
    #expect(pool.kind == .pooling(size: 4) && pool.example == [16, 256])
    let weights = try site("discriminator.block2.branch1.weights")
    #expect(weights.kind == .weights(rowsPerExample: 256) && weights.example == [128, 64, 9])
  }

  @Test(arguments: [ExampleShape.image(height: 12, width: 8, channels: 1), .sound(samples: 256)])
  func everyNormAndPooling(_ example: ExampleShape) throws {
    for norm in Normalization.allCases {
      for pool in Pooling.allCases {
        let model = try ModelNetworks(
          ModelSpecification(
            family: .gan, backbone: .resnet, example: example, latent: 128, width: 4, norm: norm,
            pool: pool))
        #expect(model.example == example.sizes)
        let hasNorms = norm == .batch || norm == .layer || norm == .instance
        #expect(model.sites.contains { $0.place == .postNorm } == hasNorms)
        #expect(model.parameters.contains { $0.name.hasSuffix("_u") } == (norm == .spectral))
      }
    }
  }

  @Test func firstValuesArePyTorchs() throws {
    let weights = try Self.sngan().parameters.filter(\.isDecayed)
    #expect(
      weights.allSatisfy {
        let fanIn = $0.shape.dropFirst().elementCountForTests
        return $0.initializer == .uniform(bound: 1 / Float(fanIn).squareRoot())
      })
  }

  /// Without norms every branch is 0 at first, its first convolution is scaled down by √L, and each has a scale.
  @Test func firstValuesWithFixup() throws {
    let model = try Self.sngan {
      $0.architecture.synthesis.norm = .fixup
      $0.architecture.analysis.norm = .fixup
    }
    let gain = Float(2 / 1.04).squareRoot()
    for parameter in model.parameters {
      let fanIn = Float(parameter.shape.dropFirst().elementCountForTests)
      let expected: Initializer =
        switch parameter.name {
        case let name where name.hasSuffix(".scale.weight"): .ones
        case let name where name.hasSuffix(".bias"): .zeros
        case let name where name.hasSuffix(".branch2.conv.weight"):
          .normal(mean: 0, deviation: 0)
        case let name where name.hasSuffix(".branch1.conv.weight"):
          .normal(mean: 0, deviation: gain / Float(3).squareRoot() / fanIn.squareRoot())
        case let name where name.hasSuffix(".shortcut.conv.weight"):
          .normal(mean: 0, deviation: 1 / fanIn.squareRoot())
        default: .normal(mean: 0, deviation: gain / fanIn.squareRoot())
        }
      #expect(parameter.initializer == expected, "\(parameter.name)")
    }
    let scales = model.networks.flatMap(\.layers).filter { $0.address.hasSuffix(".scale") }
    #expect(scales.count == 6 && scales.allSatisfy { $0.parameterCount == 1 })
    #expect(scales[0].shape == [2, 8, 8, 128])
  }

  @Test func refusals() {
    typealias Specifications = ModelSpecificationTests
    #expect(
      Specifications.message(Specifications.specification(.vae, .resnet, side: 30))
        == "data.size: expected sides that are 4 to 8 times a power of two for backbone resnet, "
        + "such as 28 or 32, found 30")
  }
}

extension Collection<Int> {
  fileprivate var elementCountForTests: Int { reduce(1, *) }
}
