import FolderSupport
import CPU
import Experiments
import Foundation
import Records
import TestSupport
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// Compares ten steps of whole trainings with PyTorch; `Fixtures/training.py` makes the fixtures.
  @Suite struct TrainingFixtureTests {
    /// A summary of an expected tensor.
    struct Digest: Decodable {
      let shape: [Int]
      let norm, projection: Double
      let elements: [Double]

      /// The worst error in units of `tolerance` relative to the tensor's norm or root mean square.
      func error(_ found: [Float], tolerance: Double) -> Double {
        guard found.count == shape.reduce(1, *) else { return .infinity }
        let values = found.map(Double.init)
        let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let projection = zip(values, numbers(found.count, seed: 1)).reduce(0) { $0 + $1.0 * $1.1 }
        let scale = tolerance * self.norm + 1e-12
        let rootMeanSquare = self.norm / Double(found.count).squareRoot()
        let places = elements.indices.map { $0 * found.count / elements.count }
        let elementErrors = zip(places, elements).map { place, expected in
          abs(values[place] - expected) / (tolerance * (abs(expected) + rootMeanSquare) + 1e-12)
        }
        return
          ([abs(norm - self.norm) / scale, abs(projection - self.projection) / scale]
          + elementErrors).reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
      }
    }

    struct Expected: Decodable {
      let file: String?
      let overrides: [String]
      let lossTolerance, tensorTolerance: Double
      let count: Int
      let experiment: String
      let losses: [[String: Double]]
      let tensors: [String: Digest]
      let samples: Digest
    }

    static let names = [
      "mlp-vae", "mlp-gan", "dcgan32", "dcgan32-narrow", "hinge-spectral-ema", "wgan-gp",
      "relativistic-r1", "relativistic-r1-r2",
      "conv-vae-gaussian", "least-squares", "lecam-diffaugment", "consistency",
      "noise-consistency", "r-drop-vae",
    ]

    /// However convolutions are computed.
    @Test(arguments: names, [ConvolutionChoice.direct, .winograd])
    func tenStepsEqualPyTorch(_ name: String, _ convolutions: ConvolutionChoice) throws {
      let url = Bundle.module.bundleURL.appending(path: "Fixtures/\(name).json")
      let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: url))
      try withTemporaryFolder { folder in
        let session = try session(expected, folder, convolutions)
        var worst = (error: 0.0, what: "")
        func note(_ error: Double, _ what: String) {
          if error > worst.error { worst = (error, what) }
        }
        for losses in expected.losses {
          try session.advance()
          #expect(session.losses().map(\.name).sorted() == losses.keys.sorted())
          for (name, value) in session.losses() {
            let exact = try #require(losses[name])
            let size = losses.values.map(abs).max() ?? 0
            note(
              abs(value - exact) / (expected.lossTolerance * max(abs(exact), 0.01 * size)),
              "\(name), step \(session.step)")
          }
        }
        #expect(session.variableNames == expected.tensors.keys.sorted())
        for (name, digest) in expected.tensors {
          note(digest.error(session.values(name), tolerance: expected.tensorTolerance), name)
        }
        let samples = try session.sample(4)
        note(expected.samples.error(samples, tolerance: expected.tensorTolerance), "samples")
        #expect(worst.error < 1, "\(name), \(convolutions) convolutions: \(worst)")
        print("\(name), \(convolutions): worst error \(worst.error) tolerances, at \(worst.what)")
      }
    }

    private func session(
      _ expected: Expected, _ folder: URL, _ convolutions: ConvolutionChoice
    ) throws -> TrainingSession {
      let described = try Experiment.parse(
        expected.experiment, file: "fixture", folder: folder.path,
        overrides: [Override("data.path", .text("data.npy"))])
      try writeImages(
        expected.count, side: try #require(described.data.size),
        channels: try #require(described.data.channels),
        to: folder.appending(path: "data.npy"))
      var experiment = described
      if let file = expected.file {
        let sources = URL(filePath: #filePath).deletingLastPathComponent()
        experiment = try Experiment.load(
          path: sources.appending(path: "../../experiments/bench/\(file).yaml").path,
          overrides: [
            Override("seed", .integer(described.seed)), Override("data.source", .null),
            Override("data.path", .text(folder.appending(path: "data.npy").path)),
          ] + expected.overrides.map(Override.init(parsing:)))
      }
      return try TrainingSession(
        experiment, experiment.loadData(progress: nil), threads: 2, on: .processor(convolutions))
    }
  }
}
