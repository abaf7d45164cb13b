import Scores
import Media
import Datasets
import Foundation
import Metrics
import Records
import TestSupport
import Testing
import Evaluation
import Execution
import Training
import Trials

extension TrainingSuite {
  @Suite struct GapTests {
    @Test func areaUnderCurveCountsPairs() {
      let a = [3.0, 1, 4, 1, 5, 9, 2, 6], b = [2.0, 7, 1, 8, 2, 8]
      let wins = a.reduce(0.0) { sum, x in
        sum + b.reduce(0.0) { $0 + (x > $1 ? 1 : x == $1 ? 0.5 : 0) }
      }
      #expect(abs(AreaUnderCurve.area(a, over: b).area - wins / 48) < 1e-15)
      #expect(AreaUnderCurve.area([2, 3], over: [0, 1]).area == 1)
      #expect(AreaUnderCurve.area([1, 1], over: [1, 1]).area == 0.5)
    }

    @Test func gapsAreInUnitsOrDeviations() {
      let units = Difference.inUnits([3, 5], [1, 1, 4])
      #expect(units.value == 2)
      // The variances, divided by n − 1, are 2 and 3.
      #expect(abs((units.spread ?? 0) - (2.0 / 2 + 3.0 / 3).squareRoot()) < 1e-15)
      let deviations = Difference.inDeviations([3, 5], [1, 1, 4])
      #expect(abs(deviations.value - 2 / 3.0.squareRoot()) < 1e-15)
      #expect(deviations.extra["auc"] == 5.0 / 6)
    }

    /// Compares the estimated log-likelihood of an mlp VAE with an integral over its single latent on a grid.
    @Test(arguments: ["bernoulli", "gaussian", "gaussian_learned"])
    func logLikelihoodIsTheIntegral(_ likelihood: String) throws {
      try withExperiment(
        """
        model: {family: vae, backbone: mlp, latent: 1, hidden: [3], norm: none}
        loss: {likelihood: \(likelihood)}
        train: {steps: 5, batch: 8}
        """, ["data.holdout=0.5"]
      ) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        for _ in 0..<5 { try session.advance() }
        let values = try session.logLikelihoods(of: data.training, [0, 3], draws: 40_000)
        for (row, value) in zip([0, 3], values) {
          let exact = try integral(session, data.training, row, likelihood)
          #expect(abs(value - exact) < 0.02, "\(value), expected \(exact)")
        }
      }
    }

    /// ln ∫ p(z)·p(x | z) dz by the trapezoidal rule, with a decoder of plain loops.
    private func integral(
      _ session: TrainingSession, _ examples: Examples, _ row: Int, _ likelihood: String
    ) throws -> Double {
      var x = [Float](repeating: 0, count: examples.size)
      x.withUnsafeMutableBufferPointer {
        examples.copy(row, into: $0, range: likelihood == "bernoulli" ? .unit : .symmetric)
      }
      let decoder = PlainDecoder(session)
      let learned = session.values("decoder.deviation.logarithm").first.map {
        exp(2 * (log1p(exp(10 * Double($0) + 6)) - 6))
      }
      #expect((learned == nil) == (likelihood != "gaussian_learned"))
      let variance = learned ?? 0.5
      let step = 0.01
      let terms = stride(from: -8.0, through: 8.0, by: step).map { z -> Double in
        let outputs = decoder(z)
        let each = zip(x, outputs).reduce(0.0) { sum, pair in
          let (value, output) = (Double(pair.0), pair.1)
          let error = (value - output) * (value - output)
          return sum
            + (likelihood == "bernoulli"
              ? value * output - log1p(exp(output))
              : -error / (2 * variance) - log(2 * Double.pi * variance) / 2)
        }
        return each - z * z / 2 - log(2 * Double.pi) / 2 + log(step)
      }
      let highest = terms.max() ?? 0
      return highest + log(terms.reduce(0) { $0 + exp($1 - highest) })
    }

    /// A discriminator that is told how much its batch differs scores an example by itself all the same.
    @Test func aScoreIsOfItsExampleAlone() throws {
      try withExperiment(
        """
        model: {family: gan, backbone: conv, latent: 5, width: 4, minibatch_stddev: true, attention: 4}
        loss: {r1_gamma: 1}
        train: {steps: 6, batch: 8}
        """
      ) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        for _ in 0..<6 { try session.advance() }
        let together = try session.discriminatorScores(of: data.training, Array(0..<5))
        let alone = try (0..<5).flatMap {
          try session.discriminatorScores(of: data.training, [$0])
        }
        #expect(zip(together, alone).allSatisfy { abs($0 - $1) < 1e-5 })
        #expect(Set(together).count == 5)
        let name = "discriminator.output.minibatch_stddev.running_deviation"
        let running = try #require(session.variables[name])
        #expect(running[0] > 0 && running[0] != 1)
      }
    }

    @Test func anOverfittedModelKnowsItsTrainingSet() throws {
      try withExperiment(
        """
        model: {family: vae, backbone: mlp, latent: 4, hidden: [64]}
        optimizer: {learning_rate: 3e-3}
        train: {steps: 600, batch: 8}
        metrics: {features: pixels, samples: 20, every: 300}
        """, ["data.holdout=0.3", "data.limit=20"]
      ) { experiment, data, folder in
        let trial = Trial(
          experiment, in: ResultsFolder(folder.appending(path: "r")), arm: "a", threads: 1)
        _ = try trial.run(data, shouldStop: { false }, report: { _ in })
        let json = try #require(
          JSONSerialization.jsonObject(with: Data(contentsOf: trial.folder.metrics))
            as? [String: Any])
        let values = try #require(json["values"] as? [String: [String: Any]])
        #expect(values.count == MetricCatalogue.all.count + 2)
        let attack = try #require(values["membership_likelihood"])
        #expect(
          (attack["reason"] as? String)?.hasPrefix(
            "needs at least 100 training and as many held-out examples") == true)
        let gap = try #require(values["log_likelihood_gap"])
        #expect(try #require(gap["value"] as? Double) > 0)
        let log = try String(contentsOf: trial.folder.log, encoding: .utf8)
        let measured = log.split(separator: "\n").filter { $0.contains("authenticity") }
        #expect(measured.count == 2 && measured[0].hasPrefix("{\"step\":300,"))
        #expect(measured[0].contains("\"log_likelihood_gap\":"))
      }
    }

    @Test func interruptedTrialsMeasureTheSame() throws {
      try withExperiment(
        """
        model: {family: gan, backbone: mlp, latent: 4, hidden: [8]}
        train: {steps: 40, batch: 8, checkpoint_every: 7}
        metrics: {features: pixels, samples: 50, every: 5}
        """, ["data.holdout=0.3"]
      ) { experiment, data, folder in
        func files(stoppingAt steps: [Int]) throws -> [Data] {
          let name = "r\(steps.count)"
          let results = ResultsFolder(folder.appending(path: name))
          for stop in steps + [1000] {
            let trial = Trial(experiment, in: results, arm: "a", threads: 1)
            var done = 0
            _ = try trial.run(
              data, shouldStop: { done >= stop }, report: { done = $0.step ?? done })
          }
          let trial = Trial(experiment, in: results, arm: "a", threads: 1)
          return try [trial.folder.log, trial.folder.metrics].map { try Data(contentsOf: $0) }
        }
        let (whole, broken) = (try files(stoppingAt: []), try files(stoppingAt: [12, 25]))
        #expect(whole == broken)
      }
    }

    @Test func memorizationScoreIsOfRunsWithAndWithout() throws {
      try withExperiment(
        """
        model: {family: vae, backbone: mlp, latent: 2, hidden: [32]}
        optimizer: {learning_rate: 3e-3}
        train: {steps: 300, batch: 8}
        metrics: {features: pixels, samples: 8, memorization_score: {folds: 3, repeats: 2}}
        """, ["data.limit=18"]
      ) { experiment, data, folder in
        let results = ResultsFolder(folder.appending(path: "r"))
        let trial = Trial(experiment, in: results, arm: "a", threads: 1)
        // A trial that is stopped while it trains the further models continues to the same end.
        var asked = 0
        let outcome = try trial.run(
          data,
          shouldStop: {
            asked += 1
            return asked > 400
          }, report: { _ in })
        #expect(outcome == .interrupted(step: 300))
        _ = try trial.run(data, shouldStop: { false }, report: { _ in })
        let lines = try String(contentsOf: trial.folder.memorization, encoding: .utf8)
          .split(separator: "\n")
        #expect(lines.count == 19 && lines[0] == "example,memorization_score")
        let scores = lines.dropFirst().compactMap { Double($0.split(separator: ",")[1]) }
        let json = try #require(
          JSONSerialization.jsonObject(with: Data(contentsOf: trial.folder.metrics))
            as? [String: Any])
        let values = try #require(json["values"] as? [String: [String: Any]])
        let mean = try #require(values["memorization_score"]?["value"] as? Double)
        #expect(abs(mean - scores.reduce(0, +) / 18) < 1e-9)
        // After a few hundred steps on eighteen examples, those that a model has seen are more likely under it.
        #expect(mean > 0)
      }
    }

    @Test func foldsMustLeaveABatch() throws {
      try withExperiment(
        """
        model: {family: vae, backbone: mlp, latent: 2, hidden: [4]}
        train: {steps: 1, batch: 30}
        metrics: {features: pixels, memorization_score: {folds: 3}}
        """
      ) { experiment, data, folder in
        let trial = Trial(
          experiment, in: ResultsFolder(folder.appending(path: "r")), arm: "a", threads: 1)
        #expect {
          try trial.run(data, shouldStop: { false }, report: { _ in })
        } throws: { error in
          "\(error)".contains(
            "test.yaml:5: metrics.memorization_score.folds: expected folds that leave a batch of 30 of "
              + "40 training examples, found 3")
        }
      }
    }

    @Test func primaryMetricsMustExist() throws {
      try withExperiment(
        """
        model: {family: gan, backbone: mlp, latent: 4, hidden: [8]}
        train: {steps: 1, batch: 8}
        metrics: {features: pixels, primary: {memorization: authentcity}}
        """
      ) { experiment, data, folder in
        let trial = Trial(
          experiment, in: ResultsFolder(folder.appending(path: "r")), arm: "a", threads: 1)
        #expect {
          try trial.run(data, shouldStop: { false }, report: { _ in })
        } throws: { error in
          "\(error)".contains("metrics.primary.memorization: expected one of")
            && "\(error)".hasSuffix("found authentcity; did you mean authenticity?")
        }
        #expect(!FileManager.default.fileExists(atPath: trial.folder.url.path))
      }
    }
  }
}

/// The decoder of an mlp VAE of one latent and one hidden layer, in double precision.
private struct PlainDecoder {
  private let layers: [(weight: [Float], bias: [Float])]

  init(_ session: TrainingSession) {
    let names = session.variableNames.filter {
      $0.hasPrefix("decoder.") && !$0.contains("/") && $0.hasSuffix(".weight")
    }
    layers = names.map { name in
      (session.values(name), session.values(name.dropLast("weight".count) + "bias"))
    }
  }

  func callAsFunction(_ z: Double) -> [Double] {
    var x = [z]
    for (index, layer) in layers.enumerated() {
      let inputs = x.count
      x = layer.bias.enumerated().map { row, bias in
        Double(bias)
          + x.enumerated().reduce(0) { $0 + Double(layer.weight[row * inputs + $1.0]) * $1.1 }
      }
      if index + 1 < layers.count { x = x.map { max(0, $0) } }
    }
    return x
  }
}
