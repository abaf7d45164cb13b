import FolderSupport
import Specification
import Complaints
import Experiments
import Foundation
import Records
import Sweeps
import Testing

@Suite struct ExpansionTests {
  private func plan(_ ablation: String, dropout: String = "", seeds: Int? = nil) throws
    -> SweepRecord
  {
    let text = """
      name: digits
      data: {source: shapes}
      model: {family: gan, backbone: mlp}
      \(dropout)
      ablation:
      \(ablation.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
      """
    return try SweepRecord(
      Experiment.parse(text, file: "digits.yaml", folder: "/experiments"), seeds: seeds)
  }

  private func complaint(_ ablation: String, dropout: String = "") -> String {
    do {
      return "accepted: \(try plan(ablation, dropout: dropout).arms.map(\.name))"
    } catch {
      return "\(error)"
    }
  }

  @Test func theArmWithoutDropoutIsOneWhateverTheRates() throws {
    let plan = try plan(
      """
      placements: {none: null, generator: "generator.*.post_act", both: ["generator.*.post_act", "discriminator.*.post_act"]}
      types: [bernoulli, gaussian]
      rates: [0.1, 0.5]
      seeds: 3
      """)
    #expect(
      plan.arms.map(\.name) == [
        "none", "generator-bernoulli-0.1", "generator-bernoulli-0.5", "generator-gaussian-0.1",
        "generator-gaussian-0.5", "both-bernoulli-0.1", "both-bernoulli-0.5", "both-gaussian-0.1",
        "both-gaussian-0.5",
      ])
    #expect(plan.trials.count == 27)
    #expect(plan.arms[0].control == nil && plan.arms[1...].allSatisfy { $0.control == "none" })
    #expect(
      plan.arms[8].overrides.map(\.text) == [
        "dropout=[{type: gaussian, at: [\"generator.*.post_act\", \"discriminator.*.post_act\"], rate: 0.5}]"
      ])
    // The trials of all arms with one seed come before those of the next seed.
    #expect(plan.trials.prefix(9).allSatisfy { $0.seed == 0 })
  }

  @Test func everyCellOfTheGridHasItsOwnControl() throws {
    let plan = try plan(
      """
      placements: {none: null, generator: "generator.*.post_act"}
      rates: [0.3]
      grid: {data.limit: [500, 2000], model.hidden: [[64], [64, 128]]}
      baselines: {l2: {loss.l2: 1e-4}}
      seeds: 1
      """)
    #expect(plan.arms.count == 12)
    #expect(plan.arms[3].name == "none-limit-500-hidden-64_128")
    #expect(plan.arms[4].control == plan.arms[3].name)
    #expect(plan.arms[5].name == "l2-limit-500-hidden-64_128")
    #expect(
      plan.arms[5].overrides.map(\.text) == [
        "data.limit=500", "model.hidden=[64, 128]", "dropout=null", "loss.l2=0.0001",
      ])
    #expect(Set(plan.trials.map(\.folder)).count == 12)
  }

  /// Where arms are tuned, rates and lists are candidates, and only these are trained until something is chosen.
  @Test func candidatesAreTrainedFirst() throws {
    let text = """
      name: digits
      data: {source: shapes, test: 0.2}
      model: {family: gan, backbone: mlp}
      ablation:
        placements: {none: null, generator: "generator.*.post_act"}
        rates: [0.1, 0.5]
        baselines: {l2: {loss.l2: [1e-4, 1e-3], train.batch: 32}, plain: {train.batch: 16}}
        grid: {model.latent: [8, 16]}
        tune: {by: coverage, also: {optimizer.learning_rate: [1e-4, 1e-3]}, seeds: 2}
        seeds: 3
      """
    let experiment = try Experiment.parse(text, file: "digits.yaml", folder: "/experiments")
    let plan = try SweepRecord(experiment)
    #expect(
      plan.arms.map(\.name) == [
        "none-latent-8", "generator-bernoulli-latent-8", "l2-latent-8", "plain-latent-8",
        "none-latent-16", "generator-bernoulli-latent-16", "l2-latent-16", "plain-latent-16",
      ])
    let tuning = try #require(plan.tuning)
    #expect(plan.arms.map { tuning.candidates(of: $0.name).count } == [2, 4, 4, 2, 2, 4, 4, 2])
    let candidate = tuning.candidates[5]
    #expect(candidate.arm.name == "generator-bernoulli-latent-8-0.5-learning_rate-0.001")
    #expect(candidate.settings.map(\.key) == ["rate", "optimizer.learning_rate"])
    #expect(candidate.arm.rate == 0.5 && plan.arms[1].rate == nil)
    #expect(
      candidate.arm.overrides.map(\.text) == [
        "model.latent=8",
        "dropout=[{type: bernoulli, at: [\"generator.*.post_act\"], rate: 0.5}]",
        "optimizer.learning_rate=0.001", "metrics.set=validation",
      ])
    // No seed of a candidate evaluates an arm, however many seeds there are.
    #expect(Set(plan.trials.map(\.seed)) == [10_000, 10_001])
    #expect(plan.trials.count == 48 && Set(plan.trials.map(\.folder)).count == 48)

    let chosen = try SweepRecord(
      experiment,
      choices: [
        .init(arm: "generator-bernoulli-latent-8", candidate: candidate.arm.name),
        .init(arm: "none-latent-8", candidate: nil),
      ])
    #expect(chosen.trials.count == 51 && chosen.trials.suffix(3).map(\.seed) == [0, 1, 2])
    #expect(chosen.arms[1].rate == 0.5 && chosen.arms[1].control == "none-latent-8")
    #expect(chosen.arms[1].overrides == Array(candidate.arm.overrides.dropLast()))
    #expect(!chosen.isTuned && chosen.tuning?.open.count == 6)
    #expect(throws: InputError.self) { try SweepRecord(experiment, seeds: 100_000) }
  }

  /// An arm's name of nearly 100 characters makes a longer one of a folder, which is read again.
  @Test func thePlanOfLongNamesIsRead() throws {
    func ablation(_ length: Int) -> String {
      let name = String(repeating: "a", count: length)
      return """
        placements: {none: null, \(name): "generator.*.post_act"}
        types: [bernoulli]
        rates: [0.5]
        """
    }
    let plan = try plan(ablation(84))
    #expect(plan.trials.contains { $0.folder.count > 100 })
    try withTemporaryFolder { folder in
      let results = ResultsFolder(folder)
      try plan.write(to: results.sweep)
      #expect(try SweepRecord(of: results).trials.map(\.folder) == plan.trials.map(\.folder))
    }
    #expect(complaint(ablation(90)).contains("arms whose names have at most 100 characters"))
  }

  /// A value that does not fit into a folder's name, of the grid or among candidates, is named by its position.
  @Test func longValuesAreNamedByTheirPosition() throws {
    let long = Array(repeating: "64", count: 40).joined(separator: ", ")
    let text = """
      name: digits
      data: {source: shapes, test: 0.2}
      model: {family: gan, backbone: mlp}
      ablation:
        grid: {model.hidden: [[\(long)], [64]]}
        baselines:
          gaussian:
            dropout:
              - [{type: gaussian, at: "discriminator.*.post_act", rate: 0.25, schedule: linear, cutoff: 100, scaling: inverted}]
              - [{type: gaussian, at: "generator.latent", rate: 0.5}]
        tune: {by: coverage, seeds: 1}
        seeds: 1
      """
    let plan = try SweepRecord(
      Experiment.parse(text, file: "digits.yaml", folder: "/experiments"))
    #expect(
      plan.arms.map(\.name) == [
        "none-hidden-1", "gaussian-hidden-1", "none-hidden-64", "gaussian-hidden-64",
      ])
    #expect(plan.arms.map(\.control) == [nil, "none-hidden-1", nil, "none-hidden-64"])
    #expect(
      plan.tuning?.candidates(of: "gaussian-hidden-64").map(\.arm.name) == [
        "gaussian-hidden-64-dropout-1",
        "gaussian-hidden-64-dropout-type_gaussian_at_generator.latent_rate_0.5",
      ])
  }

  @Test func keysThatEndAlikeAreWrittenOut() throws {
    let plan = try plan(
      """
      placements: {none: null}
      grid: {model.generator.hidden: [[64]], model.discriminator.hidden: [[64]]}
      """)
    #expect(
      plan.arms.map(\.name) == ["none-model.generator.hidden-64-model.discriminator.hidden-64"])
  }

  @Test func withoutPlacementsTheFilesDropoutIsTheArm() throws {
    let dropout = "dropout: [{at: \"generator.*.post_act\", rate: 0.2}]"
    let given = try plan("grid: {dropout.0.rate: [0.1, 0.4]}", dropout: dropout)
    #expect(given.arms.map(\.name) == ["as_given-rate-0.1", "as_given-rate-0.4"])
    #expect(given.arms.allSatisfy { $0.control == nil })
    let baselines = try plan("baselines: {l2: {loss.l2: 1e-4}}")
    #expect(baselines.arms.map(\.name) == ["none", "l2"])
    #expect(baselines.arms[1].control == "none")
    let compared = try plan("baselines: {l2: {loss.l2: 1e-4}}", dropout: dropout)
    #expect(compared.arms.map(\.name) == ["as_given", "l2"])
    #expect(compared.arms.map(\.control) == [nil, "as_given"])
    #expect(compared.arms[1].overrides.map(\.text) == ["dropout=null", "loss.l2=0.0001"])
  }

  @Test func seedsCountUpFromTheExperimentsOwn() throws {
    let experiment = try Experiment.parse(
      "name: a\nseed: 7\ndata: {source: shapes}\nmodel: {family: gan}\nablation: {seeds: 2}\n",
      file: "a.yaml")
    #expect(try SweepRecord(experiment).trials.map(\.seed) == [7, 8])
    #expect(try SweepRecord(experiment, seeds: 4).trials.map(\.seed) == [7, 8, 9, 10])
    // More seeds do not change the existing trials.
    #expect(
      try SweepRecord(experiment, seeds: 4).trials.prefix(2).map(\.folder)
        == SweepRecord(experiment).trials.map(\.folder))
  }

  @Test func aTrialIsAsOfTheExperimentWithItsSettings() throws {
    let experiment = try Experiment.parse(
      """
      name: a
      data: {source: shapes}
      model: {family: gan, backbone: mlp}
      dropout: [{at: "generator.*.post_act", rate: 0.9}]
      ablation: {placements: {none: null, d: "discriminator.*.post_act"}, rates: [0.3]}

      """, file: "a.yaml")
    let plan = try SweepRecord(experiment)
    let none = try experiment.trial(of: plan.arms[0], seed: 3)
    #expect(none.dropout.isEmpty && none.ablation == nil && none.seed == 3)
    let dropped = try experiment.trial(of: plan.arms[1], seed: 3)
    #expect(dropped.dropout.map(\.rate) == [0.3])
    #expect(dropped.dropout[0].at == ["discriminator.*.post_act"])
  }

  // MARK: Bad ablations

  @Test func badAblations() {
    #expect(
      complaint("placements: {none: null, bare: null}")
        == "digits.yaml:6: ablation.placements.bare: a second placement without sites: none is the arm "
        + "without dropout already")
    #expect(
      complaint("placements: {none: null}\nbaselines: {none: {loss.l2: 1}}")
        == "digits.yaml:7: ablation.baselines.none: a placement has that name already")
    #expect(
      complaint(
        "placements: {none: null}\ngrid: {dropout.0.rate: [0.1]}",
        dropout: "dropout: [{at: \"generator.*.post_act\"}]")
        == "digits.yaml:7: ablation.grid.dropout.0.rate: dropout is what the placements set; it cannot vary "
        + "otherwise")
    #expect(
      complaint("grid: {data.limt: [1]}").contains("unknown key data.limt; did you mean limit?"))
    #expect(complaint("grid: {data.limit: [1, 1]}").contains("two arms are called none-limit-1"))
    #expect(complaint("rates: []\nplacements: {a: x}").contains("ablation.rates: expected"))
    #expect(complaint("types: []\nplacements: {a: x}").contains("ablation.types: expected"))
    #expect(complaint("seeds: 0").contains("expected an integer from 1 to 10000, found 0"))
  }

  // MARK: Where errors of arms are

  /// An error about values that only an arm combines names the line of the value, and the arm.
  @Test func anArmsErrorNamesTheLineOfItsValue() {
    let grid = """
      placements: {none: null}
      grid:
        model.backbone: [conv, mlp]
        model.norm:
          - batch
          - instance
      """
    #expect(
      complaint(grid)
        == "digits.yaml:11: arm none-backbone-mlp-norm-instance: model.norm: expected batch, layer, "
        + "spectral or none with backbone mlp, found instance")
    #expect(
      complaint("placements:\n  none: null\n  a: '*.post_act'\nrates: [0.1, 0.999999999]")
        == "digits.yaml:8: arm a-bernoulli-0.999999999: dropout.0.rate: expected a probability of "
        + "dropping in 0..<1, found 0.999999999")
  }

  /// Values that are wrong in themselves are found when the file is read.
  @Test func aValueThatIsWrongByItselfNamesItsLine() {
    #expect(
      complaint("grid:\n  model.norm:\n    - batch\n    - instance")
        == "digits.yaml:9: model.norm: expected batch, layer, spectral or none with backbone mlp, "
        + "found instance")
    #expect(
      complaint("baselines:\n  l2:\n    loss.l2: 0.1\n    loss.l1: much")
        == "digits.yaml:9: loss.l1: expected a number ≥ 0, found much")
    #expect(
      complaint("grid: {data..limit: [1]}")
        == "digits.yaml:6: expected a dotted key such as train.steps, found \"data..limit\"")
  }

  /// A plan makes the same trials after it was written and read again; its errors then name the file that was read.
  @Test func aPlanThatIsReadAgainMakesTheSameTrials() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lethe-plan-\(UUID().uuidString)", isDirectory: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent("sweep.json")
    let text = """
      name: a
      data: {source: shapes}
      model: {family: gan, backbone: mlp}
      ablation:
        placements: {none: null, d: "discriminator.*.post_act"}
        grid: {model.hidden: [[7], [8, 9]], data.augment.mixup: [{alpha: 0.5}]}
        baselines: {l2: {loss.l2: 1e-4, optimizer.name: "sgd"}}
      """
    let experiment = try Experiment.parse(text, file: "a.yaml")
    let plan = try SweepRecord(
      experiment, overrides: [try Override(parsing: " train.steps = 1_0")])
    try plan.write(to: file)
    let read = try #require(try SweepRecord.read(from: file))
    #expect(read == plan)
    #expect(read.overrides.map(\.text) == [" train.steps = 1_0"])
    for (arm, again) in zip(plan.arms, read.arms) {
      #expect(arm.overrides.map(\.text) == again.overrides.map(\.text))
      #expect(
        try experiment.trial(of: arm, seed: 1).resolvedYAML()
          == experiment.trial(of: again, seed: 1).resolvedYAML())
    }
    let conv = try Experiment.parse(
      "name: a\ndata: {source: shapes}\nmodel: {family: gan, backbone: conv}", file: "a.yaml")
    let error = #expect(throws: InputError.self) { try conv.trial(of: read.arms[0], seed: 1) }
    #expect(
      error?.description
        == "\(file.path): arm none-hidden-7-mixup-alpha_0.5: model.hidden: would have no effect: it is for "
        + "backbones mlp and rnn, not conv")
  }

  @Test func aMillionTrialsAreRefusedAtOnce() {
    let sizes = (1...100).map(String.init).joined(separator: ", ")
    #expect(
      complaint("grid: {data.limit: [\(sizes)], train.batch: [\(sizes)]}\nseeds: 100")
        == "digits.yaml:5: ablation: expected at most 100000 trials, found about 1000000")
  }
}
