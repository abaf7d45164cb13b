import Specification
import Complaints
import Foundation
import Experiments
import Testing

@Suite struct ExperimentTests {
  @Test func defaultsOfAGAN() throws {
    let expected = """
      name: digits
      seed: 0
      data:
        kind: images
        source: shapes
        size: 32
        channels: 3
        limit: null
        holdout: 0.2
        skip_broken: false
        augment:
          flip: false
          cutout: null
          mixup: null
          cutmix: null
          manifold_mixup: null
      model:
        family: gan
        backbone: conv
        latent: 64
        pool: none
        width: 16
        norm: batch
        upsample: transposed
        minibatch_stddev: true
        attention: none
        generator:
          width: 16
          norm: batch
          upsample: transposed
          attention: none
        discriminator:
          width: 16
          norm: none
          minibatch_stddev: true
          attention: none
      loss:
        adversarial: non_saturating
        gp_lambda: 0.0
        r1_gamma: 1.0
        r2_gamma: 0.0
        discriminator_steps: 1
        l1: 0.0
        l2: 0.0
        max_norm: null
      train:
        steps: 3000
        batch: 64
        ema: [0.995]
        ema_warmup: true
        until: null
        sample_every: 500
        checkpoint_every: 500
        tensorboard: false
        threads: null
      optimizer:
        name: adam
        learning_rate: 0.001
        schedule: constant
        warmup: 0
        beta1: 0.0
        beta2: 0.99
        epsilon: 1e-08
        discriminator:
          learning_rate: 0.001
      dropout: []
      sampling:
        dropout: "off"
        ema: 0.995
      metrics:
        features: encoder
        samples: 2000
        searched: 500
        every: 0
        probes: []
        averaging: []
        primary:
          diversity: recall
          memorization: closer_to_train
      claim: null
      slurm: null
      ablation: null

      """
    #expect(try parse(minimalGAN).resolvedYAML() == expected)
  }

  /// Masks of attacks are recorded only where they are given, so that trials without them are the same as ever.
  @Test func masksOfAttacksAreAnAddition() throws {
    let text = """
      name: x
      data: {path: b}
      model: {family: classifier}
      sampling: {dropout: stochastic}

      """
    let plain = try parse(text)
    let masked = try parse(text, ["metrics.attacks.masks=4"])
    #expect(plain.metrics.attacks.masks == 0 && masked.metrics.attacks.masks == 4)
    let added = masked.resolvedYAML().split(separator: "\n").difference(
      from: plain.resolvedYAML().split(separator: "\n"))
    #expect(added.count == 1 && masked.resolvedYAML().contains("\n    masks: 4\n"))
  }

  /// The effects of a criterion are its own; no trial changes its identity for them.
  @Test func effectsOfCriteria() throws {
    func claim(_ effects: String) throws -> Experiment {
      try parse(
        minimalGAN + """
          claim:
            says: a
            source: b
            reproduced_if:
              - {metric: recall, contrast: {a: 1, b: -1}, below: 0\(effects)}
              - {metric: recall, contrast: {a: 1, b: -1}, equivalent: {within: 0.25}, published: 0.1}
              - {metric: recall, arm: a, at_least_share: {of: b, share: 0.9}\(effects)}
              - {metric: recall, peak: {arms: c, over: [a, b]}\(effects)}

          """)
    }
    let (plain, stated) = (try claim(""), try claim(", smallest: 0.005, published: -0.012"))
    let criteria = try #require(stated.claim?.criteria)
    #expect(criteria.map(\.smallest) == [0.005, 0.25, 0.005, 0.005])
    #expect(criteria.map(\.published) == [-0.012, 0.1, -0.012, -0.012])
    #expect(plain.claim?.criteria.map(\.smallest) == [nil, 0.25, nil, nil])
    #expect(plain.claim != stated.claim)
    #expect(plain.trialHash(seed: 3) == stated.trialHash(seed: 3))
    #expect(plain.measuringHash == stated.measuringHash)
    #expect(!plain.resolvedYAML().contains("smallest"))
    #expect(try parse(stated.resolvedYAML()).claim == stated.claim)
  }

  @Test func defaultsOfAnAudioVAEWithARecurrentNet() throws {
    let experiment = try parse(
      """
      name: sounds
      data: {kind: audio, source: tones}
      model: {family: vae, backbone: rnn, hidden: 96}
      optimizer: {name: rmsprop}
      dropout: [{at: decoder.rnn.recurrent}]
      """)
    #expect(experiment.data.sampleRateHz == 16_000)
    #expect(experiment.data.length == 4096)
    #expect(experiment.model.cell == .gru)
    #expect(experiment.model.synthesis.hidden == [96])
    #expect(experiment.loss.likelihood == .gaussianLearned)
    #expect(experiment.optimizer.learningRate == 1e-3)
    #expect(experiment.optimizer.alpha == 0.99)
    #expect(experiment.dropout[0].type == "bernoulli")
    #expect(experiment.dropout[0].rate == 0.5)
    #expect(!experiment.resolvedYAML().contains(" norm:"))
    #expect(!experiment.resolvedYAML().contains("beta1"))
    #expect(!experiment.resolvedYAML().contains("active_in"))
  }

  @Test(
    arguments: [
      ("{family: gan, backbone: conv}", "{}", .nonSaturating, 1, 0),
      ("{family: gan, backbone: mlp}", "{}", .relativistic, 1, 1),
      ("{family: gan, backbone: mlp}", "{r1_gamma: 3}", .relativistic, 3, 3),
      ("{family: gan, backbone: mlp}", "{adversarial: hinge}", .hinge, 1, 0),
      ("{family: gan, backbone: conv}", "{gp_lambda: 10}", .nonSaturating, 0, 0),
    ] as [(String, String, Experiment.Loss.Adversarial, Double, Double)])
  func lossesOfGANs(
    _ model: String, _ keys: String, _ adversarial: Experiment.Loss.Adversarial, _ r1: Double,
    _ r2: Double
  ) throws {
    let loss = try parse("name: a\ndata: {source: shapes}\nmodel: \(model)\nloss: \(keys)").loss
    #expect(loss.adversarial == adversarial)
    #expect(loss.r1Gamma == r1)
    #expect(loss.r2Gamma == r2)
  }

  @Test(
    arguments: [
      ("source: shapes", "{}", .bernoulli, 1),
      ("source: shapes", "{likelihood: gaussian_learned}", .gaussianLearned, 1),
      ("kind: audio, source: tones", "{}", .gaussianLearned, 30),
      ("kind: audio, source: tones", "{likelihood: gaussian}", .gaussian, 1),
      ("kind: audio, source: tones", "{kl_weight: 2}", .gaussianLearned, 2),
      ("kind: audio, source: tones, representation: waveform", "{}", .gaussianLearned, 1),
    ] as [(String, String, Likelihood, Double)])
  func lossesOfVAEs(
    _ data: String, _ keys: String, _ likelihood: Likelihood, _ divergence: Double
  ) throws {
    let loss = try parse("name: a\ndata: {\(data)}\nmodel: {family: vae}\nloss: \(keys)").loss
    #expect(loss.likelihood == likelihood)
    #expect(loss.klWeight == divergence)
  }

  /// Windows of about 32 ms, frames a quarter of a window apart, as a power of two; 64 bands.
  @Test(
    arguments: [
      ("length: 8192", "conv", "log_mel", SpectrogramSizes(window: 512, frames: 64, bands: 64)),
      ("length: 4096", "mlp", "log_mel", SpectrogramSizes(window: 512, frames: 32, bands: 64)),
      (
        "sample_rate: 8000", "resnet", "log_mel",
        SpectrogramSizes(window: 256, frames: 64, bands: 64)
      ),
      ("length: 16000", "conv", "log_mel", SpectrogramSizes(window: 512, frames: 128, bands: 64)),
      (
        "sample_rate: 44100, length: 44100", "conv", "log_mel",
        SpectrogramSizes(window: 1024, frames: 128, bands: 64)
      ),
      ("length: 512", "conv", "log_mel", SpectrogramSizes(window: 512, frames: 8, bands: 64)),
      (
        "length: 8192, representation: stft", "conv", "stft",
        SpectrogramSizes(window: 512, frames: 64, bands: 256)
      ),
      ("length: 4096", "rnn", "waveform", nil),
      ("representation: waveform, length: 7", "conv", "waveform", nil),
    ] as [(String, String, String, SpectrogramSizes?)])
  func formsOfSounds(
    _ keys: String, _ backbone: String, _ representation: String, _ sizes: SpectrogramSizes?
  ) throws {
    let data = try parse(
      "name: a\ndata: {kind: audio, source: tones, \(keys)}\n"
        + "model: {family: classifier, backbone: \(backbone)}"
    ).data
    #expect(data.representation.rawValue == representation)
    #expect(data.spectrogram == sizes)
  }

  @Test func everyKeyOfTheVocabularyIsRead() throws {
    let experiment = try parse(vocabulary)
    #expect(experiment.name == "digits-dropout")
    #expect(experiment.seed == 7)
    #expect(
      experiment.data.origin
        == .files(try #require(experiment.data.origin.path)))
    #expect(experiment.data.origin.path?.given == "digits/")
    #expect(experiment.data.origin.path?.resolved == "/experiments/digits")
    #expect(experiment.data.limit == 2000)
    #expect(experiment.data.augment.cutoutLength == 8)
    #expect(experiment.data.augment.mixupAlpha == 0.2)
    #expect(experiment.data.augment.cutmixAlpha == 1)
    #expect(experiment.data.augment.manifoldMixup?.at == ["discriminator.*.post_act"])
    #expect(experiment.data.augment.manifoldMixup?.alpha == 2)
    #expect(experiment.loss.maxNorm == 3)
    #expect(experiment.model.pool == .max)
    #expect(experiment.model.synthesis.norm == .batch)
    #expect(experiment.model.synthesis.upsample == .nearest)
    #expect(experiment.model.analysis.minibatchStandardDeviation)
    #expect(experiment.model.synthesis.attention == nil)
    #expect(experiment.model.analysis.attention == 8)
    #expect(experiment.model.analysis.norm == .none)
    #expect(experiment.model.analysis.width == 32)
    #expect(experiment.loss.adversarial == .relativistic)
    #expect(experiment.train.ema == [0.999])
    let entry = experiment.dropout[1]
    #expect(entry.at == ["generator.*", "discriminator.block?.post_act"])
    #expect(entry.activeIn == [.generatorStep])
    #expect(entry.share == [.height, .width])
    #expect(entry.schedule == .late(cutoff: 50))
    #expect(entry.options == ["block_size": .number(7), "learned": .text("true")])
    #expect(experiment.sampling.dropout == .meanOf(50))
    let ablation = try #require(experiment.ablation)
    #expect(ablation.placements.map(\.name) == ["none", "generator", "both"])
    #expect(ablation.placements.map(\.sites.count) == [0, 1, 2])
    #expect(ablation.rates == [0.1, 0.3])
    #expect(ablation.grid.map(\.key) == ["data.limit", "dropout.0.rate"])
    #expect(ablation.grid[0].values.map(\.value) == [.integer(500), .integer(2000)])
    #expect(ablation.baselines[0].settings == [Override("loss.l2", .number(1e-4))])
    #expect(ablation.seeds == 8)
    #expect(experiment.metrics.primary[0].metric == "vendi")
  }

  @Test func hiddenSizesOfTheOtherSideAreTurnedRound() throws {
    let text = minimalVAE + "  # mlp\n"
    let plain = try parse(text, ["model.backbone=mlp"])
    #expect(plain.model.synthesis.hidden == [256, 512])
    #expect(plain.model.analysis.hidden == [512, 256])
    let sided = try parse(text, ["model.backbone=mlp", "model.encoder={hidden: [100, 50]}"])
    #expect(sided.model.analysis.hidden == [100, 50])
    #expect(sided.model.synthesis.hidden == [256, 512])
  }

  @Test func aliasesAndQuotesAndByteOrderMarks() throws {
    let text = """
      name: "digits"
      data: {source: 'shapes'}
      model: {family: gan, generator: &side {width: 8}, discriminator: *side}
      sampling: {dropout: "off"}
      """
    let experiment = try parse(text)
    #expect(experiment.model.analysis.width == 8)
    #expect(experiment.sampling.dropout == .off)
  }

  @Test func offIsOffAndNoneIsNone() throws {
    let experiment = try parse(
      minimalGAN + "sampling: {dropout: off}\nablation: {placements: {none: null, off: ~}}")
    #expect(experiment.sampling.dropout == .off)
    #expect(experiment.ablation?.placements.map(\.name) == ["none", "off"])
    #expect(try parse(minimalGAN, ["model.norm=none"]).model.synthesis.norm == .none)
  }

  @Test func numbersInEveryUsualForm() throws {
    for (text, value) in [("2e-4", 2e-4), ("1E-3", 1e-3), (".5", 0.5), ("1", 1), ("+0.25", 0.25)] {
      let experiment = try parse(minimalGAN + "optimizer: {learning_rate: \(text)}")
      #expect(experiment.optimizer.learningRate == value, "\(text)")
    }
  }

  @Test func placesOfKeys() throws {
    let experiment = try parse(vocabulary)
    #expect(experiment.place(of: "name").line == 1)
    #expect(experiment.place(of: "data.limit").line == 6)
    #expect(experiment.place(of: "dropout.1.rate").line == 36)
    #expect(experiment.place(of: "dropout.1.block_size").line == 41)
    #expect(experiment.place(of: "ablation.baselines.l2.loss.l2").line == 54)
    #expect(
      experiment.place(of: "optimizer.epsilon").line == experiment.place(of: "optimizer").line)
    #expect(experiment.place(of: "model.discriminator").line == 17)
    #expect(!experiment.isGiven("optimizer.epsilon"))
    #expect(experiment.isGiven("dropout.1.rate"))
    let changed = try experiment.overriding([Override("data.limit", .integer(10))])
    #expect(changed.place(of: "data.limit") == SourcePlace(file: "--set data.limit=10"))
    #expect(
      InputError(experiment.place(of: "model.backbone"), key: "model.backbone", "not yet")
        .description
        == "digits.yaml:11: model.backbone: not yet")
  }
}

extension Experiment.Data.Origin {
  var path: InputPath? { if case .files(let path) = self { path } else { nil } }
}

/// An experiment with every key that a GAN of images may have.
let vocabulary = """
  name: digits-dropout
  seed: 7
  data:
    kind: images
    path: digits/
    limit: 2000
    holdout: 0.25
    augment: {flip: true, cutout: {length: 8}, mixup: {alpha: 0.2}, cutmix: {alpha: 1.0},
            manifold_mixup: {at: "discriminator.*.post_act"}}
    skip_broken: true
  model: {backbone: conv, family: gan,
    latent: 100, pool: max,
    width: 64,
    norm: batch,
    upsample: bilinear, minibatch_stddev: true, attention: 8,
    generator: {upsample: nearest, attention: none},
    discriminator: {norm: none, width: 32}}
  loss:
    adversarial: relativistic
    r1_gamma: 0.1
    gp_lambda: 10
    discriminator_steps: 2
    l1: 1e-5
    l2: 1e-4
    max_norm: 3
  optimizer: {name: adamw, learning_rate: 3e-4, beta1: 0.4,
    beta2: 0.99, weight_decay: 0.1}
  train: {steps: 100, batch: 8, ema: 0.999, sample_every: 10, checkpoint_every: 20}
  dropout:
    - {type: bernoulli, at: "discriminator.*.post_act", rate: 0.3}
    - type: dropblock
      at:
        - generator.*
        - discriminator.block?.post_act
      scaling: test_time
      rate: 0.1
      active_in: g_step
      share: [height, width]
      schedule: late
      cutoff: 50
      block_size: 7
      learned: true
  sampling: {dropout: {mean_of: 50}}
  ablation:
    placements:
      none: null
      generator: "generator.*.post_act"
      both: ["generator.*.post_act", "discriminator.*.post_act"]
    types: [bernoulli, spatial]
    rates: [0.1, 0.3]
    grid: {data.limit: [500, 2000], dropout.0.rate: [0.1, 0.2]}
    seeds: 8
    baselines:
      l2: {loss.l2: 1e-4}
  metrics:
    features: pixels
    samples: 500
    primary: {diversity: vendi, memorization: authenticity}

  """
