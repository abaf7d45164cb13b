import Foundation
import Experiments
import Testing

/// Keys that an experiment leaves open and its data settle.
@Suite struct SettlingTests {
  private func experiment(_ data: String, _ more: String = "") throws -> Experiment {
    try Experiment.parse(
      "name: a\ndata:\n  \(data)\nmodel: {family: vae, backbone: mlp}\n\(more)",
      file: "digits.yaml")
  }

  private let settings = [
    Override("data.size", .integer(28)), Override("data.channels", .integer(1)),
  ]

  @Test func filesLeaveSizeAndChannelsOpen() throws {
    let open = try experiment("path: digits.npy")
    #expect(open.data.size == nil && open.data.channels == nil)
    #expect(try experiment("{path: digits.npy, size: 9}").data.channels == nil)
    let builtIn = try experiment("source: shapes")
    #expect(builtIn.data.size == 32 && builtIn.data.channels == 3)
  }

  @Test func whatIsSettledIsAsIfItWereWritten() throws {
    let open = try experiment("path: digits.npy")
    let settled = try open.settling(settings)
    let written = try experiment("{path: digits.npy, size: 28, channels: 1}")
    #expect(settled.data.size == 28 && settled.data.channels == 1)
    #expect(settled.trialHash(seed: 3) == written.trialHash(seed: 3))
    #expect(settled.resolvedYAML() == written.resolvedYAML())
    #expect(settled.settled.map(\.text) == ["data.size=28", "data.channels=1"])
    #expect(open.settled == [] && written.settled == [])
    let trial = try settled.trial(seed: 5)
    #expect(trial.data.size == 28)
    #expect(try open.overriding(settled.settled) == settled)
  }

  @Test func whatDoesNotFitNamesThePlaceOfTheData() throws {
    let open = try experiment("path: digits.npy")
    #expect(
      settled(open, [Override("data.size", .integer(5000))])
        == "digits.yaml:3: data.size: expected an integer from 1 to 4096, found 5000")
    let cut = try experiment("{path: digits.npy, augment: {cutout: {length: 30}}}")
    #expect(
      settled(cut, settings)
        == "digits.yaml:3: data.augment.cutout.length: expected an integer from 1 to 28, found 30")
    let arm = try experiment(
      "path: digits.npy", "ablation: {baselines: {c: {data.augment.cutout.length: 30}}}")
    #expect(settled(arm, settings).contains("data.augment.cutout.length"))
  }

  private func settled(_ open: Experiment, _ settings: [Override]) -> String {
    do {
      _ = try open.settling(settings)
      return "no error"
    } catch {
      return "\(error)"
    }
  }
}
