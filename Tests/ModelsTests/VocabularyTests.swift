import Autodiff
import Experiments
import Layers
import Models
import Specification
import Testing

/// Every word of the vocabulary, from an experiment file to a model.
@Suite struct VocabularyTests {
  /// An experiment with small examples, the given keys of `model` and the given dropout.
  static func experiment(
    _ model: String, audio: Bool = false, dropout: String = ""
  ) throws -> Experiment {
    let (builtIn, sizes) =
      audio
      ? ("tones", "kind: audio, length: 256, representation: waveform") : ("shapes", "size: 16")
    let origin =
      model.contains("family: detector")
      ? "genuine: \(builtIn), generated: drawn" : "source: \(builtIn)"
    let data = "{\(origin), \(sizes)}"
    return try Experiment.parse(
      "name: a\ndata: \(data)\nmodel: {\(model)}\ndropout: [\(dropout)]\n", file: "a.yaml")
  }

  static func specification(
    _ model: String, audio: Bool = false
  ) throws -> ModelSpecification {
    let experiment = try experiment(model, audio: audio)
    return ModelSpecification(
      experiment.model,
      example: audio ? .sound(samples: 256) : .image(height: 16, width: 16, channels: 3),
      classes: 3, likelihood: experiment.loss.likelihood)
  }

  static func networks(_ model: String, audio: Bool = false) throws -> [Network] {
    try ModelNetworks(specification(model, audio: audio)).networks
  }

  // MARK: Models

  @Test(arguments: Family.allCases, Backbone.allCases)
  func familiesAndBackbones(_ family: Family, _ backbone: Backbone) throws {
    for audio in [false, true] {
      let networks = try Self.networks("family: \(family), backbone: \(backbone)", audio: audio)
      #expect(Set(networks.map(\.role)) == Set(family.roles))
      #expect(networks.contains { $0.role.isGenerative } == family.isGenerative)
      for network in networks {
        #expect(
          network.input == (network.role.isGenerative ? [64] : audio ? [256, 1] : [16, 16, 3]))
        let results = network.layers.last?.shape
        switch network.role {
        case .generator, .decoder: break
        case .discriminator: #expect(results == [2, 1])
        case .encoder: #expect(results == [2, 128])
        case .detector: #expect(results == [2, 2])
        case .classifier: #expect(results == [2, 3])
        }
      }
    }
  }

  @Test(arguments: Cell.allCases) func cells(_ cell: Cell) throws {
    let network = try Self.networks("family: classifier, backbone: rnn, hidden: 5, cell: \(cell)")
    let weight = network[0].parameters.first { $0.name == "classifier.rnn.weight_hh_l0" }
    #expect(weight?.shape == [cell == .gru ? 15 : 20, 5])
  }

  @Test(arguments: Backbone.allCases) func norms(_ backbone: Backbone) throws {
    for norm in backbone.normalizations where backbone != .rnn {
      let networks = try Self.networks("family: gan, backbone: \(backbone), norm: \(norm)")
      for network in networks {
        let names = network.parameters.map(\.name)
        let hasNorm = norm != .spectral && norm != .fixup && norm != .none
        #expect(names.contains { $0.contains(".norm.weight") } == hasNorm, "\(norm)")
        #expect(names.contains { $0.contains(".norm.running_mean") } == (norm == .batch))
        #expect(names.contains { $0.contains(".weight_u") } == (norm == .spectral))
      }
    }
  }

  @Test(arguments: [Backbone.conv, .resnet]) func poolings(_ backbone: Backbone) throws {
    for pool in backbone.poolings {
      let text = "family: detector, backbone: \(backbone), pool: \(pool?.rawValue ?? "none")"
      #expect(try Self.specification(text).network(.detector).pooling == pool)
      let sites = try Self.networks(text)[0].sites
      #expect(sites.contains { $0.place == .postPool } == (pool != nil))
    }
  }

  @Test(arguments: [Backbone.conv, .resnet]) func upsamplings(_ backbone: Backbone) throws {
    for upsampling in backbone.upsamplings {
      let text = "family: vae, backbone: \(backbone), upsample: \(upsampling)"
      #expect(try Self.specification(text).network(.decoder).upsampling == upsampling)
      for audio in [false, true] {
        let decoder = try Self.networks(text, audio: audio)[1]
        #expect(decoder.layers.last?.shape == (audio ? [2, 256, 1] : [2, 16, 16, 3]))
      }
    }
  }

  @Test func likelihoods() throws {
    for likelihood in Likelihood.allCases {
      let experiment = try Experiment.parse(
        "{name: a, data: {source: shapes}, model: {family: vae}, "
          + "loss: {likelihood: \(likelihood.rawValue)}}", file: "a.yaml")
      let model = ModelSpecification(
        experiment.model, example: .sound(samples: 256), classes: 2,
        likelihood: experiment.loss.likelihood)
      #expect(model.network(.decoder).outputsAreLogits == (likelihood == .bernoulli))
    }
    #expect(try !Self.specification("family: gan").outputsAreLogits)
  }

  /// Every model that the file accepts can be built; there are no further limits.
  @Test func theLargestOfEverything() throws {
    let widths = NetworkSettings.widths
    #expect(throws: (any Error).self) {
      try Self.experiment("family: gan, width: \(widths.upperBound + 1)")
    }
    for backbone in Backbone.allCases where backbone.isConvolutional {
      let text = "family: gan, backbone: \(backbone), width: \(widths.upperBound), latent: 65536"
      let weights = try Self.networks(text)[0].parameters[0].shape
      #expect(weights == [32 * widths.upperBound, Architecture.latents.upperBound])
    }
    let hidden = Array(repeating: "65536", count: Backbone.mlp.hiddenCounts.upperBound)
    let text = "family: vae, backbone: mlp, hidden: [\(hidden.joined(separator: ", "))]"
    #expect(try Self.networks(text)[1].layers.count == 65)
    #expect(try Self.networks("family: vae, backbone: rnn, hidden: 65536")[0].layers.count == 2)
  }

  // MARK: Dropout

  /// A graph with one entry at the first block of an image GAN's discriminator.
  static func forward(_ keys: String, phase: Phase = .discriminatorStep) throws -> Forward {
    let experiment = try experiment(
      "family: gan", dropout: "{at: discriminator.block1.post_act, rate: 0.5, \(keys)}")
    let model = try ModelNetworks(
      ModelSpecification(
        experiment.model, example: .image(height: 16, width: 16, channels: 3), classes: 2,
        likelihood: experiment.loss.likelihood))
    let forward = Forward(
      Graph(), mode: .training, phase: phase, dropout: try model.dropoutPlan(experiment.dropout))
    _ = try model.reader(forward.graph.input("x", shape: [2, 16, 16, 3]), forward)
    return forward
  }

  static func placement(_ keys: String) throws -> DropoutPlacement {
    let experiment = try experiment(
      "family: gan", dropout: "{at: discriminator.block1.post_act, rate: 0.5, \(keys)}")
    let model = try ModelNetworks(specification("family: gan"))
    return try #require(model.dropoutPlan(experiment.dropout).placements.first)
  }

  @Test(arguments: DropoutSchedule.Name.allCases)
  func schedules(_ name: DropoutSchedule.Name) throws {
    let expected: DropoutSchedule =
      switch name {
      case .constant: .constant
      case .early: .early(cutoff: 10)
      case .late: .late(cutoff: 10)
      case .curriculum: .curriculum(cutoff: 10)
      case .linear: .linear(cutoff: 10)
      case .adaptive: .adaptive(SignControl(target: 0.6, interval: 4, images: 500_000))
      }
    let isOfSteps = name != .constant && name != .adaptive
    let cutoff = isOfSteps ? ", cutoff: 10" : ""
    let forward = try Self.forward("schedule: \(name)\(cutoff)")
    let rates = forward.scheduledRates
    #expect(rates.count == (isOfSteps ? 1 : 0))
    for step in [0, 3, 10, 11] {
      #expect(rates.allSatisfy { $0.value(at: step) == expected.rate(at: step, of: 0.5) })
    }
    #expect(try Self.placement("schedule: \(name)\(cutoff)").entry.schedule == expected)
    #expect(expected.name == name && (expected.cutoff == nil) == !isOfSteps)
  }

  @Test(arguments: DropoutScaling.allCases) func scalings(_ scaling: DropoutScaling) throws {
    #expect(try Self.placement("scaling: \(scaling.rawValue)").scaling == scaling)
    #expect(try Self.placement("type: standout").scaling == .testTime)
  }

  @Test(arguments: Axis.ofActivations) func sharedAxes(_ axis: Axis) throws {
    let sizes = [2, 8, 8, 16]
    guard let index = [Axis.batch, .height, .width, .channels].firstIndex(of: axis) else {
      #expect(throws: (any Error).self) { try Self.placement("share: \(axis)") }
      return
    }
    var expected = sizes
    expected[index] = 1
    #expect(try Self.placement("share: \(axis)").maskShape(batch: 2) == expected)
  }

  @Test(arguments: Family.gan.phases) func phases(_ phase: Phase) throws {
    for other in Family.gan.phases {
      let draws = try Self.forward("active_in: \(other.rawValue)", phase: phase).draws
      #expect(draws.isEmpty == (other != phase))
    }
    #expect(try Self.placement("type: bernoulli").entry.activeIn == Set(Family.gan.phases))
    let vae = try Self.experiment("family: vae", dropout: "{at: '*'}")
    #expect(vae.dropout[0].activeIn == [.step])
  }

  @Test func optionsOfEveryForm() throws {
    let entry = try Self.experiment(
      "family: gan", dropout: "{at: '*', a: 3, b: 0.5, c: x, d: '7', e: [1, x], f: true}"
    ).dropout[0]
    #expect(
      entry.options == [
        "a": .number(3), "b": .number(0.5), "c": .text("x"), "d": .text("7"),
        "e": .text("[1, x]"), "f": .text("true"),
      ])
  }
}
