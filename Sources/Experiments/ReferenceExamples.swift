internal import Specification

/// Experiments that have every section between them, and every family with every form of examples and every backbone.
enum ReferenceExamples {
  /// The texts; the order of keys is that of the first in which they are.
  static var all: [String] {
    [
      images, waveforms, spectrograms, autoencoder, conditional, classifier, detector, trainer,
      trainerWithCheckpoint,
    ] + plain + optimizers
  }

  /// One of each family, form and backbone, with the keys that there must be.
  private static var plain: [String] {
    Family.allCases.flatMap { family in
      let shapes = family == .detector ? "genuine: a, generated: b" : "source: shapes"
      let tones = family == .detector ? "genuine: a, generated: b" : "source: tones"
      let data =
        [shapes]
        + Representation.allCases.map {
          "kind: audio, \(tones), representation: \($0.rawValue)"
        }
      return data.flatMap { data in
        Backbone.allCases.map { backbone in
          """
          name: reference
          data: {\(data)}
          model: {family: \(family), backbone: \(backbone)}
          dropout: [{at: "*"}]
          """
        }
      }
    }
  }

  private static var optimizers: [String] {
    Experiment.Optimizer.Name.allCases.flatMap { name in
      Family.allCases.filter { $0 != .detector }.map { family in
        """
        name: reference
        data: {source: shapes}
        model: {family: \(family)}
        optimizer: {name: \(name)}
        """
      }
    }
  }

  private static let metricsOfGenerators =
    "{every: 100, memorization_score: {}, membership_calibrated: {}, probes: [steps_to_loss], target_loss: 1}"
  private static let metricsOfClassifiers =
    "{every: 100, averaging: [1], probes: [steps_to_loss], target_loss: 1}"

  private static let images = """
    name: reference
    data:
      source: shapes
      test: 0.1
      augment:
        adaptive: {}
        cutout: {}
        mixup: {}
        cutmix: {}
        manifold_mixup: {at: "discriminator.*.post_act"}
      canaries: {}
    model: {family: gan}
    loss: {lecam: {}, consistency: {}}
    train: {until: {metric: coverage}}
    dropout:
      - {at: "generator.*.post_act", schedule: early, cutoff: 100}
      - {at: "generator.*.post_act", schedule: adaptive}
    sampling: {deactivate: {}}
    metrics: \(metricsOfGenerators)
    claim:
      says: a claim
      source: somebody
      valid_if: [{metric: recall, arm: none, above: 0}, {metric: recall, arm: none, below: 1}]
      reproduced_if:
        - {metric: recall, contrast: {none: 1}, above: 0}
        - {metric: recall, contrast: {none: 1}, equivalent: {within: 1}}
        - {metric: recall, peak: {arms: [a], over: [none, b]}}
        - {metric: recall, arm: a, at_least_share: {of: none, share: 0.9}}
    slurm: {}
    ablation:
      placements: {none: null, all: "generator.*.post_act"}
      rates: [0.1, 0.5]
      tune: {by: coverage}
      seeds: {until: decided}
    """

  private static let waveforms = """
    name: reference
    data:
      kind: audio
      path: sounds
      representation: waveform
      augment: {cutout: {}, spec_augment: {}, phase_shuffle: {}}
    model: {family: gan, conditional: true}
    """

  private static let spectrograms = """
    name: reference
    data: {kind: audio, path: sounds, augment: {cutout: {}, spec_augment: {}}}
    model: {family: vae}
    """

  private static let autoencoder = """
    name: reference
    data: {source: shapes, canaries: {}}
    model: {family: vae}
    metrics: \(metricsOfGenerators)
    """

  private static let conditional = """
    name: reference
    data: {source: shapes}
    model: {family: vae, conditional: true}
    """

  private static let classifier = """
    name: reference
    data:
      path: a.npy
      labels: a-labels.npy
      test: b.npy
      test_labels: b-labels.npy
      wrong_labels: 0.1
    model: {family: classifier}
    sampling: {dropout: stochastic}
    metrics: \(metricsOfClassifiers)
    """

  private static let detector = """
    name: reference
    data: {genuine: a, generated: b}
    model: {family: detector}
    metrics: \(metricsOfClassifiers)
    """

  private static let trainer = """
    name: reference
    data: {source: shapes}
    trainer: {command: [train], samples: "{out}/samples", scores: "{out}/scores.json", log: "{out}/log.jsonl"}
    ablation: {arms: {none: {data.limit: 10}}}
    """

  private static let trainerWithCheckpoint = """
    name: reference
    data: {kind: audio, source: tones}
    trainer: {command: [train], samples: {checkpoint: "{out}/model", command: [sample]}}
    """
}
