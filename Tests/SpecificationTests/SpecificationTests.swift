import Specification
import Testing

/// The rules behind the words of the vocabulary.
@Suite struct SpecificationTests {
  @Test(arguments: Family.allCases) func familiesAndTheirNetworks(_ family: Family) {
    #expect(family.isGenerative == (family == .gan || family == .vae))
    #expect(family.roles.count { $0.isGenerative } == (family.isGenerative ? 1 : 0))
    #expect(family.roles.count { !$0.isGenerative } == 1)
    #expect(family.roles.first?.isGenerative == family.isGenerative)
    #expect(family.phases.contains(.step) == (family.phases.count == 1))
    #expect(family.phases.count == (family == .gan ? 2 : 1))
  }

  @Test func everyRoleBelongsToOneFamily() {
    let roles = Family.allCases.flatMap(\.roles)
    #expect(Set(roles) == Set(NetworkRole.allCases) && roles.count == NetworkRole.allCases.count)
    #expect(NetworkRole.encoder.outputBlock == "encoder.output")
  }

  @Test(arguments: Backbone.allCases) func standardsAreAllowed(_ backbone: Backbone) {
    #expect(backbone.poolings.contains(backbone.standardPooling))
    #expect(
      backbone.upsamplings.contains(backbone.standardUpsampling) == backbone.isConvolutional)
    for isPicture in [false, true] {
      for family in Family.allCases {
        let standard = NetworkSettings.standard(backbone, isPicture: isPicture, family)
        #expect(backbone.normalizations.contains(standard.norm))
        #expect(backbone.hiddenCounts.contains(standard.hidden.count))
        #expect(NetworkSettings.widths.contains(standard.width))
        #expect(standard.hidden.allSatisfy(NetworkSettings.hiddenSizes.contains))
        #expect(standard.mirrored.mirrored == standard)
        for role in family.roles {
          let norm = Normalization.standard(backbone, isPicture: isPicture, of: role)
          #expect(backbone.normalizations.contains(norm))
          let expected: Normalization =
            switch (backbone, family) {
            case (.resnet, .gan): .fixup
            case (.mlp, .gan): role.isGenerative ? .batch : .none
            case (.conv, .gan): role.isGenerative && isPicture ? .batch : .none
            default: backbone.isConvolutional && isPicture ? .batch : .none
            }
          #expect(norm == expected)
        }
      }
    }
  }

  /// Pins the spelling of words, on which identities of trials depend.
  @Test func words() {
    #expect(Backbone.allCases.map(\.rawValue) == ["mlp", "conv", "resnet", "rnn"])
    #expect(Family.allCases.map(\.rawValue) == ["gan", "vae", "detector", "classifier"])
    #expect(
      Normalization.allCases.map(\.rawValue)
        == ["batch", "layer", "instance", "spectral", "fixup", "none"])
    #expect(Upsampling.allCases.map(\.rawValue) == ["transposed", "nearest", "bilinear"])
    #expect(Phase.allCases.map(\.rawValue) == ["d_step", "g_step", "step"])
    #expect(DropoutScaling.allCases.map(\.rawValue) == ["inverted", "test_time", "none"])
    #expect(
      DropoutSchedule.Name.allCases.map(\.rawValue)
        == ["constant", "early", "late", "curriculum", "linear", "adaptive"])
    #expect(
      Axis.allCases.map(\.rawValue) == [
        "batch", "height", "width", "time", "channels", "features", "queries", "keys", "outputs",
        "inputs", "kernel",
      ])
    #expect(
      Likelihood.allCases.map(\.rawValue) == ["bernoulli", "gaussian", "gaussian_learned"])
    #expect(Representation.allCases.map(\.rawValue) == ["waveform", "log_mel", "stft"])
    #expect(Axis.allCases.starts(with: Axis.ofActivations))
    #expect(Axis.allCases.filter(\.isSpatial) == [.height, .width, .time])
  }

  @Test(arguments: [
    ExampleShape.image(height: 8, width: 6, channels: 3), .sound(samples: 64),
    .spectrogram(SpectrogramSizes(window: 64, frames: 8, bands: 32), channels: 2),
  ])
  func oneNetworkOfAModel(_ example: ExampleShape) {
    let settings = NetworkSettings(
      width: 4, hidden: [5, 6], norm: .none, upsample: .nearest, minibatchStandardDeviation: true,
      attention: 8)
    func network(_ family: Family, _ role: NetworkRole) -> NetworkSpecification {
      ModelSpecification(
        Architecture(
          family: family, backbone: .mlp, latent: 7, pool: nil, cell: .gru, frame: 32,
          synthesis: settings, analysis: settings.mirrored),
        example: example, classes: 9, likelihood: .bernoulli
      ).network(role)
    }
    #expect(example.axes.count == example.sizes.count + 1)
    #expect(example.channels == example.sizes.last)
    let decoder = network(.vae, .decoder)
    #expect(decoder.input == [7] && decoder.inputAxes == [.batch, .features])
    #expect(decoder.hidden == [5, 6] && decoder.outputsAreLogits)
    let encoder = network(.vae, .encoder)
    #expect(encoder.input == example.sizes && encoder.inputAxes == example.axes)
    #expect(encoder.hidden == [6, 5] && encoder.outputs == 14)
    #expect(network(.gan, .discriminator).outputs == 1)
    #expect(network(.gan, .discriminator).minibatchStandardDeviation)
    #expect(!network(.gan, .generator).minibatchStandardDeviation)
    #expect(network(.gan, .generator).attentionKey == "model.attention")
    #expect(network(.detector, .detector).outputs == 2)
    #expect(network(.classifier, .classifier).outputs == 9)
    #expect(!network(.gan, .generator).outputsAreLogits)
  }

  @Test func schedules() {
    let changing: [DropoutSchedule] = [
      .early(cutoff: 3), .late(cutoff: 3), .curriculum(cutoff: 3), .linear(cutoff: 3),
    ]
    let control = SignControl(target: 0.6, interval: 4, images: 100)
    let adaptive = DropoutSchedule.adaptive(control)
    #expect(
      [.constant] + changing.map(\.name) + [adaptive.name] == DropoutSchedule.Name.allCases)
    #expect(changing.allSatisfy { $0.cutoff == 3 && $0.control == nil })
    #expect(DropoutSchedule.constant.cutoff == nil && DropoutSchedule.constant.control == nil)
    #expect(adaptive.cutoff == nil && adaptive.control == control)
  }
}
