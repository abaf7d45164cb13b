import Foundation
import Testing

/// Terms of losses and augmentations that dropout is compared with, as users ask for them.
@Suite struct DemandTests {
  let workspace = try! Workspace()

  private static let gan = """
    name: asked
    data: {source: shapes, size: 8, channels: 1, limit: 100, holdout: 0, augment: {}}
    model: {family: gan, backbone: mlp, latent: 4, hidden: [8]}
    loss: {}
    train: {steps: 20, batch: 8, sample_every: 0, checkpoint_every: 10}
    metrics: {samples: 5, features: pixels}

    """

  /// A term that cannot have an effect, and one that is for other models, are refused.
  @Test(arguments: [
    ("loss: {}", "loss: {consistency: {}}", "loss.consistency: expected data.augment"),
    (
      "loss: {}", "loss: {noise_consistency: 2}",
      "loss.noise_consistency: expected dropout in the discriminator"
    ),
    (
      "loss: {}",
      "loss: {noise_consistency: 2}\ndropout: [{type: feedback, at: discriminator.feedback, rate: 0.5}]",
      "loss.noise_consistency: expected dropout in the discriminator"
    ),
    (
      "loss: {}",
      "loss: {noise_consistency: 2}\n"
        + "dropout: [{at: \"discriminator.*.post_act\", rate: 0.5, active_in: g_step}]",
      "loss.noise_consistency: expected dropout in the discriminator that is active in its updates"
    ),
    (
      "loss: {}", "loss: {consistency: {real: 0, generated: 0}}",
      "loss.consistency: would have no effect: real and generated are both 0"
    ),
    ("loss: {}", "loss: {r_drop: 1}", "loss.r_drop: would have no effect: it is for families vae"),
    (
      "loss: {}", "loss: {lecam: {decay: 1}}",
      "loss.lecam.decay: expected a number in 0 ≤ decay < 1, found 1"
    ),
    (
      "augment: {}", "augment: {diffaugment: [colour]}",
      "data.augment.diffaugment: expected one of color, translation, cutout, or a list"
    ),
    (
      "augment: {}", "augment: {adaptive: {parts: [color]}}",
      "data.augment.adaptive.parts: expected one of blit, warp, or a list"
    ),
    (
      "augment: {}", "augment: {adaptive: {}}",
      "data.augment.adaptive: expected loss.adversarial non_saturating or hinge"
    ),
    (
      "augment: {}", "augment: {adaptive: {}, mixup: {}}",
      "data.augment.adaptive: expected no mixup beside it"
    ),
    (
      "augment: {}", "augment: {adaptive: {target: 1}}",
      "data.augment.adaptive.target: expected a number in -1 < target < 1, found 1"
    ),
    (
      "loss: {}", "dropout: [{at: '*.post_act', schedule: adaptive}]",
      "dropout.0: expected loss.adversarial non_saturating or hinge"
    ),
    (
      "loss: {}", "dropout: [{at: '*.post_act', schedule: adaptive, cutoff: 3}]",
      "dropout.0.cutoff: would have no effect: it is for schedules early, late, curriculum and linear, not adaptive"
    ),
    (
      "loss: {}", "dropout: [{at: '*.post_act', target: 0.5}]",
      "dropout.0.target: expected no options for bernoulli, found target"
    ),
    (
      "loss: {}", "dropout: [{type: example_tied, at: '*.post_act'}]",
      "dropout.0.type: expected dropout that is not tied to training examples, as networks of a gan"
    ),
    (
      "loss: {}", "sampling: {deactivate: {by: recall}}",
      "sampling.deactivate.by: expected one of memorized_share, found recall"
    ),
    (
      "augment: {}}", "augment: {}, wrong_labels: 0.1}",
      "data.wrong_labels: would have no effect: it is for family classifier, or with model.conditional, not gan"
    ),
  ])
  func whatHasNoEffectIsRefused(_ from: String, _ to: String, _ message: String) throws {
    try workspace.write(Self.gan.replacing(from, with: to), to: "asked.yaml")
    let outcome = try workspace.lethe("train", "asked.yaml", "--out", "r")
    #expect(outcome.status == 2 && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errors.contains("asked.yaml:"), "\(outcome.errors)")
  }

  @Test(arguments: ["vae", "detector", "classifier"])
  func twoDrawsNeedDropout(_ family: String) throws {
    let data = "source: shapes, size: 8, channels: 1, limit: 100"
    let text =
      family == "detector"
      ? Self.gan.replacing(data, with: "genuine: shapes, generated: shapes, size: 8, channels: 1")
      : Self.gan
    try workspace.write(
      text.replacing("loss: {}", with: "loss: {r_drop: 1}")
        .replacing(
          "family: gan, backbone: mlp, latent: 4", with: "family: \(family), backbone: mlp"
        )
        .replacing("holdout: 0,", with: "holdout: 0.2,")
        .replacing(", sample_every: 0", with: "")
        .replacing("metrics: {samples: 5, features: pixels}\n", with: ""), to: "asked.yaml")
    let outcome = try workspace.lethe("train", "asked.yaml", "--out", "r")
    #expect(
      outcome.status == 2 && outcome.errors.contains("loss.r_drop: expected dropout"),
      "\(outcome.errors)")
  }

  /// Wrong labels of no example, and wrong labels beside labels that tell nothing, are refused.
  @Test(arguments: [
    (
      "wrong_labels: 0.001", "data.wrong_labels: expected a share that is at least one of the"
    ),
    (
      "wrong_labels: 0.1, shuffle_labels: true",
      "data.wrong_labels: would have no effect: it is for classes that tell something"
    ),
  ])
  func labelsThatWouldBeRight(_ keys: String, _ message: String) throws {
    let text = Self.gan.replacing("augment: {}", with: keys)
      .replacing("family: gan, backbone: mlp, latent: 4", with: "family: classifier, backbone: mlp")
      .replacing("holdout: 0,", with: "holdout: 0.2,").replacing(", sample_every: 0", with: "")
      .replacing("metrics: {samples: 5, features: pixels}\n", with: "")
    try workspace.write(text, to: "asked.yaml")
    let outcome = try workspace.lethe("train", "asked.yaml", "--out", "r")
    #expect(outcome.status == 2 && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errors.contains("asked.yaml:2"), "\(outcome.errors)")
  }

  /// What mixes training examples does not go with masks that are tied to them, nor a rate that follows a discriminator
  /// with a model that has none.
  @Test(arguments: [
    (
      "augment: {mixup: {}}", "{type: example_tied, at: '*.post_act'}",
      "dropout.0.type: expected dropout that is not tied to training examples beside data.augment.mixup"
    ),
    (
      "augment: {}", "{at: '*.post_act', schedule: adaptive}",
      "dropout.0.schedule: expected a schedule other than adaptive, which follows the discriminator of a gan"
    ),
  ])
  func classifiersRefuse(_ augment: String, _ entry: String, _ message: String) throws {
    let text = Self.gan.replacing("augment: {}", with: augment)
      .replacing("family: gan, backbone: mlp, latent: 4", with: "family: classifier, backbone: mlp")
      .replacing("loss: {}", with: "dropout: [\(entry)]")
      .replacing("holdout: 0,", with: "holdout: 0.2,").replacing(", sample_every: 0", with: "")
      .replacing("metrics: {samples: 5, features: pixels}\n", with: "")
    try workspace.write(text, to: "asked.yaml")
    let outcome = try workspace.lethe("train", "asked.yaml", "--out", "r")
    #expect(outcome.status == 2 && outcome.errors.contains(message), "\(outcome.errors)")
  }

  /// What training keeps beside weights is in checkpoints, so that a training that is stopped goes on exactly.
  @Test(arguments: [
    (
      "loss: {lecam: {}}", "augment: {diffaugment: [color, translation, cutout]}",
      ["discriminator.lecam.real"], ["lecam"]
    ),
    (
      "loss: {adversarial: hinge, discriminator_steps: 2}\ndropout:\n"
        + "- {at: '*.post_act', schedule: adaptive, target: -0.9, interval: 3, images: 200}\n"
        + "- {type: feedback, at: discriminator.feedback, discriminators: 2}",
      "augment: {adaptive: {target: -0.9, interval: 3, images: 300}}",
      [
        "discriminator.augment.adaptive", "discriminator#2.augment.adaptive",
        "generator.block1.post_act.adaptive", "discriminator#2.block1.post_act.adaptive",
      ], ["probability/data.augment.adaptive", "probability/dropout.0"]
    ),
  ])
  func whatTrainingKeepsGoesOn(
    _ loss: String, _ augment: String, _ kept: [String], _ logged: [String]
  ) throws {
    let text = Self.gan.replacing("loss: {}", with: loss)
      .replacing("augment: {}", with: augment)
    try workspace.write(text, to: "asked.yaml")
    try workspace.lethe("train", "asked.yaml", "--out", "whole")
    try workspace.lethe("train", "asked.yaml", "--set", "train.steps=10", "--out", "parts")
    let more = try workspace.lethe("train", "asked.yaml", "--out", "parts")
    #expect(more.status == 0, "\(more.errors)")
    func file(_ name: String, of results: String) throws -> Data {
      let names = workspace.names(in: "\(results)/trials")
      return try workspace.data("\(results)/trials/\(names[0])/\(name)")
    }
    let whole = try file("checkpoint.safetensors", of: "whole")
    for name in kept { #expect(String(decoding: whole, as: UTF8.self).contains("\"\(name)\"")) }
    #expect(try file("checkpoint.safetensors", of: "parts") == whole)
    let lines = String(decoding: try file("log.jsonl", of: "whole"), as: UTF8.self)
      .split(separator: "\n")
    let last = try #require(lines.last)
    for name in logged where name.hasPrefix("probability/") {
      #expect(lines[0].contains("\"\(name)\":0.0") && !last.contains("\"\(name)\":0.0"), "\(last)")
    }
    for name in logged { #expect(last.contains("\"\(name)\":"), "\(last)") }
  }

  /// Units that are switched off are so in the checkpoint that samples are generated from.
  @Test func unitsAreSwitchedOff() throws {
    let text =
      Self.gan.replacing("limit: 100", with: "limit: 10")
      .replacing("hidden: [8]", with: "hidden: [8, 6]")
      + "sampling: {deactivate: {share: 0.2}}\n"
    try workspace.write(text, to: "asked.yaml")
    let outcome = try workspace.lethe("train", "asked.yaml", "--out", "r")
    #expect(
      outcome.status == 0 && outcome.errors.contains(" of 14 units are switched off: "),
      "\(outcome.errors)")
    let name = workspace.names(in: "r/trials")[0]
    let file = try workspace.data("r/trials/\(name)/checkpoint.safetensors")
    #expect(String(decoding: file, as: UTF8.self).contains("\"generator.block2.post_act.active\""))
    let samples = try workspace.lethe(
      "generate", "r/trials/\(name)/checkpoint.safetensors", "--count", "2", "--out", "s")
    #expect(samples.status == 0, "\(samples.errors)")
  }
}
