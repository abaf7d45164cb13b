import Complaints
import DataSupport
import Datasets
import Evaluation
import Experiments
import Foundation
import Media
import Metrics
import Randomness
import Records
import Scores
import Testing
import Training
import Trials

extension TrainingSuite {
  /// Measurements that train further models, compared with the same models trained here.
  @Suite struct FurtherModelTests {
    private static let gan = """
      model: {family: gan, backbone: mlp, latent: 3, hidden: [16]}
      optimizer: {learning_rate: 3e-3}
      train: {steps: 400, batch: 16}
      metrics: {features: pixels, samples: 110, %}
      """
    private static let vae = """
      model: {family: vae, backbone: mlp, latent: 2, hidden: [32]}
      optimizer: {learning_rate: 3e-3}
      train: {steps: 60, batch: 16}
      metrics: {features: pixels, samples: 110, %}
      """
    private static let shapes =
      "data={source: shapes, size: 8, channels: 1, limit: 110, holdout: 0.1}"

    private func measured(
      _ experiment: Experiment, _ data: Dataset, _ folder: URL
    ) throws -> (values: [String: MetricRecord], folder: TrialFolder) {
      let trial = Trial(
        experiment, in: ResultsFolder(folder.appending(path: "r")), arm: "a", threads: 1)
      _ = try trial.run(data, shouldStop: { false }, report: { _ in })
      return (
        try #require(try MetricsDocument.read(from: trial.folder.metrics)).values, trial.folder
      )
    }

    /// Trains a model as the measurements do.
    private func model(
      _ experiment: Experiment, seed: Int, on examples: Examples
    ) throws -> TrainingSession {
      let session = try TrainingSession(
        experiment.overriding([Override("seed", .integer(seed))]), Dataset(training: examples),
        threads: 1)
      for _ in 0..<experiment.train.steps { try session.advance() }
      return session
    }

    private func distance(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
      zip(a, b).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    }

    @Test func memorizationOfAGANIsADifferenceOfCoverage() throws {
      let settings = Self.gan.replacing(
        "%", with: "memorization_score: {folds: 2, repeats: 2}")
      try withExperiment(settings, [Self.shapes, "seed=5"]) { experiment, data, folder in
        let examples = data.training.inSourceOrder
        let pixels = examples.floats(in: .unit)
        func row(_ index: Int, of values: [Float]) -> ArraySlice<Float> {
          values[index * 64..<(index + 1) * 64]
        }
        let radii = (0..<110).map { (x: Int) -> Double in
          let others = (0..<110).filter { $0 != x }
          return others.map { distance(row(x, of: pixels), row($0, of: pixels)) }.sorted()[4]
        }
        var seen = [[Double]](repeating: [], count: 110)
        var unseen = seen
        for run in 0..<4 {
          let order = RandomStream("metrics/folds/\(run / 2)", seed: 5).permutation(110)
          let left = Set(stride(from: run % 2, to: 110, by: 2).map { order[$0] })
          let session = try model(
            experiment, seed: 6 + run, on: examples.part((0..<110).filter { !left.contains($0) }))
          let samples = try session.sample(110).map { ($0 + 1) / 2 }
          for x in 0..<110 {
            let distances: [Double] = (0..<110).map {
              distance(row(x, of: pixels), row($0, of: samples))
            }
            let nearest = distances.min() ?? 0
            let covered = nearest < radii[x] ? 1.0 : 0
            if left.contains(x) { unseen[x].append(covered) } else { seen[x].append(covered) }
          }
        }
        let expected = zip(seen, unseen).map { seen, unseen in
          seen.reduce(0, +) / Double(seen.count) - unseen.reduce(0, +) / Double(unseen.count)
        }
        let (values, trial) = try measured(experiment, data, folder)
        let lines = try String(contentsOf: trial.memorization, encoding: .utf8)
          .split(separator: "\n")
        #expect(
          lines.dropFirst().compactMap { Double($0.split(separator: ",")[1]) } == expected)
        let score = try #require(values["memorization_score"])
        #expect(abs((score.value ?? .nan) - expected.reduce(0, +) / 110) < 1e-12)
        #expect(score.extra["max"] == expected.max())
        // Some are covered by one model and not by another.
        #expect(Set(expected).count > 1)
      }
    }

    @Test func coverageNeedsFiftyExamples() throws {
      let settings = Self.gan.replacing("%", with: "memorization_score: {folds: 2}")
      try withExperiment(settings) { experiment, data, folder in
        let score = try measured(experiment, data, folder).values["memorization_score"]
        #expect(score?.value == nil)
        #expect(score?.reason == "needs at least 50 training examples, found 40")
      }
    }

    /// The numbers of the model less those of references, which half of the held-out examples have trained.
    @Test(arguments: [false, true]) func calibratedMembership(_ isGAN: Bool) throws {
      let settings = (isGAN ? Self.gan : Self.vae).replacing(
        "%", with: "membership_calibrated: {references: 2}")
      try withExperiment(settings, [Self.shapes]) { experiment, data, folder in
        let (learned, tested) = data.holdout.halves(seed: 0)
        func sample(_ examples: Examples, _ name: String) -> Examples {
          examples.part(
            Array(
              RandomStream("metrics/gap/\(name)", seed: 0).permutation(examples.count).prefix(110)))
        }
        let (training, holdout) = (sample(data.training, "training"), sample(tested, "holdout"))
        func numbers(_ session: TrainingSession) throws -> [Double] {
          let all = try [training, holdout].flatMap {
            try isGAN
              ? session.discriminatorScores(of: $0, Array(0..<110))
              : session.logLikelihoods(of: $0, Array(0..<110), draws: 256)
          }
          guard isGAN else { return all }
          let mean = all.reduce(0, +) / 220
          let variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 219
          return all.map { $0 / variance.squareRoot() }
        }
        let own = try numbers(model(experiment, seed: 0, on: data.training))
        let others = try (0..<2).map {
          try numbers(model(experiment, seed: 1 + (1 << 31) + $0, on: learned))
        }
        let calibrated = own.indices.map { own[$0] - (others[0][$0] + others[1][$0]) / 2 }
        let expected = AreaUnderCurve.area(
          Array(calibrated[..<110]), over: Array(calibrated[110...])
        ).area
        let (values, _) = try measured(experiment, data, folder)
        let found = try #require(values["membership_calibrated"])
        #expect(abs((found.extra["auc"] ?? .nan) - expected) < 1e-12)
        let attack = MembershipAttack(
          members: Array(calibrated[..<110]), others: Array(calibrated[110...])
        ).score
        #expect(found.value == attack.value && found.extra["copies_p"] == attack.copiesP)
      }
    }

    @Test func referencesNeedHalfOfTheHeldOutExamples() throws {
      let settings = Self.vae.replacing("%", with: "membership_calibrated: {}")
      try withExperiment(settings, ["data.holdout=0.5"]) { experiment, data, _ in
        let error = #expect(throws: InputError.self) { try experiment.checkMeasuring(of: data) }
        #expect(
          error?.description
            == "test.yaml:6: metrics.membership_calibrated: expected at least 200 held-out examples: half of "
            + "them to train references on, and a batch has 16; half to attack, of which one in a hundred "
            + "may be a false alarm, found \(data.holdout.count)")
      }
    }

    /// Windows of one sound stay in one half.
    @Test func halvesKeepWindowsTogether() throws {
      let folder = try TemporaryFolder()
      for number in 0..<12 {
        try folder.writeSound(
          sine(200 + 50 * Double(number), rate: 8000, count: 1000), rate: 8000, to: "\(number).wav")
      }
      let sounds = try Dataset.load(
        SoundRequest(source: .path(folder.path), sampleRateHz: 8000, length: 200)
      ).training
      let groups = try #require(sounds.groups)
      #expect(sounds.count == 60 && Set(groups).count == 12)
      let (first, second) = sounds.halves(seed: 3)
      #expect(first.count == 30 && second.count == 30)
      #expect(Set(first.groups ?? []).isDisjoint(with: second.groups ?? []))
      #expect(Set(first.sounds + second.sounds) == Set(sounds.sounds))
      #expect(Set(sounds.halves(seed: 4).0.sounds) != Set(first.sounds))
    }
  }
}
