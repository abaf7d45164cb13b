import FolderSupport
import Media
import Experiments
import Datasets
import Foundation
import Records
import TestSupport
import Testing
import Evaluation
import Training
import Trials

/// All tests of this target. They run one after the other, since each uses both threads of the one pool.
@Suite(.serialized) enum TrainingSuite {}

/// Writes the images that `training.py` trains on, each with one rectangle.
func writeImages(_ count: Int, side: Int, channels: Int, to url: URL) throws {
  let random = numbers(count * 10, seed: 11).map { ($0 + 1) / 2 }
  var values: [Float] = []
  for r in stride(from: 0, to: random.count, by: 10).map({ random[$0..<$0 + 10].map { $0 } }) {
    let corner = r[0..<2].map { Int($0 * Double(side) / 2) }
    let end = zip(corner, r[2..<4]).map { $0 + 2 + Int($1 * Double(side) / 2) }
    for y in 0..<side {
      for x in 0..<side {
        let isInside = y >= corner[0] && y < end[0] && x >= corner[1] && x < end[1]
        for channel in 0..<channels {
          values.append(Float(2 * r[(isInside ? 7 : 4) + channel] - 1))
        }
      }
    }
  }
  try values.withUnsafeBufferPointer {
    try NumpyFile.write($0, shape: [count, side, side, channels], to: url.path)
  }
}

/// Runs a test with a small model on 40 images of shape [8, 8, 1], in a new folder.
///
/// - Parameters:
///   - settings: Sections of an experiment file besides `name` and `data`.
///   - overrides: As for `--set`.
func withExperiment<Result>(
  _ settings: String, _ overrides: [String] = [],
  _ body: (Experiment, Dataset, URL) throws -> Result
) throws -> Result {
  try withTemporaryFolder { folder in
    let data = folder.appending(path: "data.npy")
    try writeImages(40, side: 8, channels: 1, to: data)
    let experiment = try Experiment.parse(
      "name: test\ndata: {path: data.npy, size: 8, channels: 1, holdout: 0}\n" + settings,
      file: "test.yaml", folder: folder.path, overrides: overrides.map(Override.init(parsing:)))
    return try body(experiment, experiment.loadData(progress: nil), folder)
  }
}

/// Experiments that together cover everything that a step can contain.
enum Settings {
  static let gan = """
    model: {family: gan, backbone: conv, latent: 5, width: 4, discriminator: {norm: spectral}}
    loss: {adversarial: hinge, discriminator_steps: 2, r1_gamma: 1, r2_gamma: 0.5}
    train: {steps: 12, batch: 8, ema: 0.8, sample_every: 4, checkpoint_every: 5}
    metrics: {samples: 5, features: pixels}
    dropout:
      - {type: bernoulli, at: "discriminator.*.post_act", rate: 0.4, schedule: linear, cutoff: 9}
      - {type: bernoulli, at: "generator.*.post_act", rate: 0.2}

    """
  /// A GAN with everything that changes the input or the number of discriminators.
  static let augmented = """
    model: {family: gan, backbone: conv, latent: 5, width: 4, discriminator: {norm: none}}
    loss: {adversarial: relativistic, gp_lambda: 1, max_norm: 1}
    optimizer: {schedule: cosine, warmup: 2, discriminator: {learning_rate: 1e-3}}
    train: {steps: 12, batch: 8, ema: 0.8, sample_every: 4, checkpoint_every: 5}
    metrics: {samples: 5, features: pixels}
    dropout:
      - {type: feedback, at: "discriminator.feedback", rate: 0.5, discriminators: 2}
      - {type: bernoulli, at: "*.post_act", rate: 0.2}

    """
  static let augment = [
    "data.augment={flip: true, cutout: {length: 3}, mixup: {}, cutmix: {alpha: 0.5}, "
      + "manifold_mixup: {at: '*.pre_output'}}"
  ]
  /// A VAE with learned dropout, in its decoder too.
  static let learned = """
    model: {family: vae, backbone: mlp, latent: 3, hidden: [10, 12]}
    train: {steps: 12, batch: 8, ema: 0.5, sample_every: 4, checkpoint_every: 5}
    optimizer: {learning_rate: 0.05}
    metrics: {samples: 5, features: pixels}
    dropout:
      - {type: concrete, at: "decoder.block*.post_act", rate: 0.2, entropy_regularizer: 0.1}
      - {type: information, at: "encoder.block1.post_act", rate: 0.3}

    """
  static let vae = """
    model: {family: vae, backbone: mlp, latent: 3, hidden: [10, 12]}
    train: {steps: 12, batch: 8, sample_every: 4, checkpoint_every: 5}
    metrics: {samples: 5, features: pixels}
    dropout:
      - {type: gaussian, at: "*.post_act", rate: 0.3, schedule: late, cutoff: 3}

    """
}

extension TrainingSession {
  /// Every variable's bits, by name.
  var bits: [String: [UInt32]] {
    Dictionary(
      uniqueKeysWithValues: variableNames.map { ($0, values($0).map(\.bitPattern)) })
  }

  /// True where no variable holds NaN or an infinity.
  var isFinite: Bool { variableNames.allSatisfy { values($0).allSatisfy(\.isFinite) } }

  func advance(_ steps: Int) throws {
    for _ in 0..<steps { try advance() }
  }
}

extension Trial.Event {
  /// The step that was done; nil for other events.
  var step: Int? { if case .step(let progress) = self { progress.step } else { nil } }
}
