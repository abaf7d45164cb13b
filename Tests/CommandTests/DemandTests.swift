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

  /// The averages of LeCam are in checkpoints, so that a training that is stopped goes on exactly.
  @Test func whatALossKeepsGoesOn() throws {
    let text = Self.gan.replacing("loss: {}", with: "loss: {lecam: {}}")
      .replacing("augment: {}", with: "augment: {diffaugment: [color, translation, cutout]}")
    try workspace.write(text, to: "asked.yaml")
    try workspace.lethe("train", "asked.yaml", "--out", "whole")
    try workspace.lethe("train", "asked.yaml", "--set", "train.steps=10", "--out", "parts")
    let more = try workspace.lethe("train", "asked.yaml", "--out", "parts")
    #expect(more.status == 0, "\(more.errors)")
    func checkpoint(_ results: String) throws -> Data {
      let names = workspace.names(in: "\(results)/trials")
      return try workspace.data("\(results)/trials/\(names[0])/checkpoint.safetensors")
    }
    let whole = try checkpoint("whole")
    #expect(String(decoding: whole, as: UTF8.self).contains("discriminator.lecam.real"))
    #expect(try checkpoint("parts") == whole)
    let log = try workspace.data("whole/trials/\(workspace.names(in: "whole/trials")[0])/log.jsonl")
    #expect(String(decoding: log, as: UTF8.self).contains("\"lecam\":"))
  }
}
