import Foundation
import Testing

/// Sounds from the command line: networks see them as pictures, and all else sees sounds.
@Suite struct SoundTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(
      """
      name: tones
      data: {kind: audio, source: tones, sample_rate: 8000, length: 512, limit: 64, holdout: 0.02, spectrogram: {frames: 8, bands: 8}}
      model: {family: gan, backbone: conv, latent: 4, width: 4}
      train: {steps: 4, batch: 8, sample_every: 0}
      metrics: {samples: 8, features: logmel}

      """, to: "tones.yaml")
  }

  @Test(arguments: ["gan", "vae"], ["log_mel", "stft"])
  func fromTonesToMetrics(_ family: String, _ representation: String) throws {
    var settings = [
      "--set", "model.family=\(family)", "--set", "data.representation=\(representation)",
    ]
    if representation == "stft" { settings += ["--set", "data.spectrogram={frames: 8}"] }
    let trained = try workspace.lethe(["train", "tones.yaml", "--out", "r"] + settings)
    #expect(trained.status == 0, "\(trained.errors)")
    let trial = try workspace.trial(in: "r")
    #expect(
      workspace.names(in: trial + "/samples").filter { $0.hasPrefix("0") }
        == ["000004.png", "000004.wav"])
    #expect(workspace.names(in: trial + "/samples/final").count == 8)
    #expect(workspace.names(in: trial).contains("nearest.wav"))
    let checkpoint = trial + "/checkpoint.safetensors"
    let made = try workspace.lethe(
      "generate", checkpoint, "--count", "9", "--out", "s", "--npy", "s.npy")
    #expect(made.status == 0, "\(made.errors)")
    // A header of 44 bytes and 512 samples of 16 bits.
    #expect(try workspace.data("s/00008.wav").count == 44 + 1024)
    let array = try workspace.data("s.npy")
    #expect(String(decoding: array.prefix(128), as: UTF8.self).contains("(9, 512, 1)"))
    // The trial's own samples are the same.
    #expect(try workspace.data("s/00003.wav") == workspace.data(trial + "/samples/final/00003.wav"))
    let measured = try workspace.lethe(
      "metrics", "--train", "s", "--generated", trial + "/samples/final", "--features", "logmel",
      "--only", "precision", "--json")
    #expect(measured.status == 0, "\(measured.errors)")
    #expect(measured.output.contains("\"precision\""))
    let checked = try workspace.lethe(["check", "tones.yaml"] + settings)
    let form = representation == "stft" ? "8×128×2" : "8×8"
    #expect(checked.output.contains(" of \(form): windows of 256 samples, 64 apart\n"))
    let again = try workspace.lethe(["train", "tones.yaml", "--out", "r"] + settings)
    #expect(again.status == 0 && again.errors.contains("finished"), "\(again.errors)")
  }

  @Test func soundsShorterThanAWindow() throws {
    let outcome = try workspace.lethe("check", "tones.yaml", "--set", "data.length=200")
    #expect(outcome.status == 2)
    #expect(
      outcome.errors
        == "error: --set data.length=200: data.length: expected at least the 256 samples of a window "
        + "(data.spectrogram.window) with data.representation log_mel, found 200\n")
    let plain = try workspace.lethe(
      "check", "tones.yaml", "--set", "data.length=256", "--set", "data.representation=waveform")
    #expect(plain.status == 0, "\(plain.errors)")
    #expect(
      plain.errors.contains(
        "data.spectrogram is left out: it is for representations log_mel and stft"))
  }
}
