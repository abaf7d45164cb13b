import FolderSupport
import Records
import Foundation
import Experiments
import Testing

@Suite struct ResolvedTests {
  static let samples = [
    minimalGAN, minimalVAE, vocabulary,
    "name: a\ndata: {kind: audio, source: tones, limit: 3}\nmodel: {family: vae, backbone: rnn}",
    "name: a\ndata: {kind: audio, source: tones, sample_rate: 8000}\nmodel: {family: gan}",
    "name: a\ndata: {kind: audio, path: b, representation: stft}\nmodel: {family: vae, backbone: mlp}",
    "name: a\ndata: {path: 'a: b #\"\\é'}\nmodel: {family: vae, backbone: mlp, hidden: [7, 9]}",
    minimalGAN + "dropout: [{at: \"*\", rate: 0.1, x: 'no', y: [1, 'two', {z: null}], w: ''}]",
    minimalGAN + "optimizer: {name: sgd, momentum: 0.9, learning_rate: 0.1234567890123456789}",
    minimalGAN + "metrics: {features: nets/mine.safetensors}",
  ]

  @Test(arguments: samples) func readingTheResolvedFileGivesAnEqualExperiment(_ text: String) throws
  {
    let experiment = try parse(text)
    let again = try parse(experiment.resolvedYAML())
    #expect(again == experiment)
    #expect(again.resolvedYAML() == experiment.resolvedYAML())
    #expect(again.trialHash(seed: 3) == experiment.trialHash(seed: 3))
    #expect(again.dropout == experiment.dropout)
    #expect(again.model == experiment.model)
  }

  @Test func numbersSurviveToTheBit() throws {
    for value in [0.1, 1e-300, 1.0 / 3, 123456.789, .leastNormalMagnitude, 0.1.nextUp] {
      let experiment = try parse(minimalGAN, ["optimizer.learning_rate=\(value)"])
      #expect(experiment.optimizer.learningRate == value)
      let again = try parse(experiment.resolvedYAML())
      #expect(again.optimizer.learningRate == value)
    }
  }

  @Test func theHashIsThatOfFNV1a() throws {
    // Computed by a Python script from the resolved values on one line. If the hash changes, every trial on
    // disk gets a new identity, and all are run again.
    #expect(try parse(minimalGAN).trialHash(seed: 0) == "c4337033cb737e63")
  }

  @Test(arguments: [
    "seed=9", "name=other", "train.checkpoint_every=7", "train.tensorboard=true", "slurm.cpus=2",
    "ablation.seeds=3",
    "ablation={placements: {generator: generator.*}}", "data.holdout=2e-1", "train.batch=64",
    "train.steps=3001", "train.threads=3", "metrics.samples=100", "metrics.features=pixels",
    "metrics.primary.diversity=coverage", "metrics.averaging=[1, 10]",
  ])
  func whatDoesNotMatterLeavesTheHash(_ override: String) throws {
    let hash = try parse(minimalGAN).trialHash(seed: 1)
    #expect(try parse(minimalGAN, [override]).trialHash(seed: 1) == hash)
  }

  @Test(arguments: [
    "data.size=16", "data.limit=10", "data.augment.flip=true", "model.width=32",
    "model.discriminator.norm=batch", "loss.l2=1e-9", "optimizer.beta1=0.51", "metrics.every=10",
    "train.sample_every=100", "dropout=[{at: '*'}]", "sampling.dropout=stochastic",
  ])
  func whatMattersChangesTheHash(_ override: String) throws {
    let hash = try parse(minimalGAN).trialHash(seed: 1)
    #expect(try parse(minimalGAN, [override]).trialHash(seed: 1) != hash)
  }

  @Test func whatIsLoggedWhileTrainingMatters() throws {
    let experiment = try parse(minimalGAN, ["metrics.every=10"])
    let hash = experiment.trialHash(seed: 1)
    for override in [
      Override("metrics.features", .text("pixels")),
      Override("metrics.probes", .list([.text("effective_rank")])),
    ] {
      #expect(try experiment.overriding([override]).trialHash(seed: 1) != hash)
    }
    #expect(
      try experiment.overriding([Override("metrics.samples", .integer(3))]).trialHash(seed: 1)
        == hash)
  }

  @Test func theGoalIsOfStepsAndWhatIsMeasured() throws {
    let goal = try parse(minimalGAN).goal
    // Computed by the same script.
    #expect(goal == TrialGoal(steps: 3000, measured: "87635f20eda08f90"))
    for override in ["metrics.samples=3", "metrics.features=pixels", "metrics.averaging=[2]"] {
      let other = try parse(minimalGAN, [override]).goal
      #expect(other.steps == 3000 && other.measured != goal.measured, "\(override)")
    }
    for override in ["metrics.primary.diversity=coverage", "loss.l2=0.1", "seed=4"] {
      #expect(try parse(minimalGAN, [override]).goal == goal, "\(override)")
    }
    #expect(try parse(minimalGAN, ["train.steps=7"]).goal.steps == 7)
  }

  /// Keys that came later leave what is measured of a GAN without them as it was.
  @Test func laterMeasurementsAreRecordedWhereTheyAreAskedFor() throws {
    let goal = try parse(minimalGAN).goal
    for key in ["memorization_score", "membership_calibrated"] {
      #expect(!(try parse(minimalGAN).resolvedYAML().contains(key)))
      #expect(try parse(minimalGAN, ["metrics.\(key)={}"]).goal.measured != goal.measured)
    }
    #expect(try parse(minimalVAE).resolvedYAML().contains("memorization_score: null"))
    #expect(!(try parse(minimalVAE).resolvedYAML().contains("membership_calibrated")))
  }

  @Test func theHashDependsOnTheSeedAndNotOnTheFormOfTheFile() throws {
    let experiment = try parse(minimalGAN)
    #expect(experiment.trialHash(seed: 0) != experiment.trialHash(seed: 1))
    let other = try Experiment.parse(
      "# a comment\nmodel: {family: gan, backbone: conv}\ndata:\n  source: shapes\nname: x",
      file: "elsewhere.yaml", folder: "/elsewhere")
    #expect(other.trialHash(seed: 1) == experiment.trialHash(seed: 1))
  }

  @Test func theNameOfATrialsFolder() throws {
    let experiment = try parse(minimalGAN)
    let hash = experiment.trialHash(seed: 12)
    #expect(hash.count == 16)
    #expect(
      experiment.trialFolderName(arm: "generator-0.3", seed: 12)
        == "generator-0.3-s12-\(hash.prefix(10))")
  }

  @Test func aTrialHasASeedAndNoAblation() throws {
    let trial = try parse(vocabulary).trial(seed: 3)
    #expect(trial.ablation == nil)
    #expect(trial.seed == 3)
    #expect(trial.trialHash(seed: 3) == (try parse(vocabulary).trialHash(seed: 3)))
    #expect(
      complaint { try parse(minimalGAN).trial(seed: -1) }
        == "--set seed=-1: seed: expected an integer from 0 to 4294967295, found -1")
  }

  @Test func pathsStartAtTheExperimentFile() throws {
    let text = "name: a\ndata: {path: ../data/digits}\nmodel: {family: gan}"
    #expect(try parse(text, folder: "/a/b").data.origin.path?.resolved == "/a/data/digits")
    #expect(
      try parse(text, ["data.path=/data/x"]).data.origin.path?.resolved == "/data/x")
    #expect(try parse(text, folder: "/a/b") != parse(text, folder: "/c/d"))
    #expect(
      try parse(text, folder: "/a/b").trialHash(seed: 0)
        == parse(text, folder: "/c/d").trialHash(seed: 0))
  }
}
