import FolderSupport
import Specification
import Experiments
import Datasets
import Foundation
import Metrics
import Records
import TestSupport
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// Feature networks given by the user; `Fixtures/features.py` makes one with PyTorch.
  @Suite struct FeatureNetworkTests {
    private let fixture = Bundle.module.bundleURL.appending(path: "Fixtures/features.safetensors")

    private func features(_ path: URL, of images: RawExamples) throws -> FeatureMatrix {
      let space = try Experiment.Metrics.Features.parse(
        path.path, option: "--features", for: .images)
      return try FeatureExtractor(space, training: images, sampleRateHz: nil)
        .features(of: images, "test")
    }

    private func images() throws -> RawExamples {
      try RawExamples(SafetensorsFile(fixture).read("images"), shape: [16, 8, 3])
    }

    @Test func featuresAreThoseOfPyTorch() throws {
      let expected: [Float] = try SafetensorsFile(fixture).read("features")
      let found = try features(fixture, of: images())
      #expect(found.count == 7 && found.dimension == 5)
      let worst = worstError(
        found.values.map { Float($0) }, expected.map(Double.init), absolute: 1e-5, relative: 1e-5)
      #expect(worst <= 1, "\(worst)")
    }

    /// Writes the fixture with its metadata and arrays changed.
    private func changed(
      _ from: String, _ to: String, in folder: URL,
      values change: (String, [Float]) -> [Float] = { $1 }
    ) throws -> URL {
      let file = try SafetensorsFile(fixture)
      let text = try #require(file.metadata["lethe.features"])
      try #require(text.contains(from))
      let url = folder.appending(path: "net.safetensors")
      let arrays = try file.names.map {
        ($0, change($0, try file.read($0)), file.shape(of: $0) ?? [])
      }
      try withExtendedLifetime(arrays) {
        let tensors = arrays.map { name, values, shape in
          let copy = UnsafeMutableBufferPointer<Float>.allocate(capacity: values.count)
          _ = copy.update(from: values)
          return Safetensors.Tensor(name: name, shape: shape, values: UnsafeBufferPointer(copy))
        }
        defer { for tensor in tensors { tensor.values.deallocate() } }
        try Safetensors.write(
          to: url, tensors: tensors,
          metadata: ["lethe.features": text.replacingOccurrences(of: from, with: to)])
      }
      return url
    }

    @Test(arguments: [
      ("\"leaky_relu\"", "\"leaky_rely\"", "layers[2].layer: expected one of"),
      ("\"slope\"", "\"slop\"", "unknown key lethe.features: layers[2].slop; did you mean slope?"),
      ("\"0.weight\"", "\"0.wait\"", "layers[0].weight: expected the name of a tensor of rank 4"),
      ("\"stride\": 2", "\"stride\": 0", "layers[0].stride: expected an integer of at least 1"),
      (
        "\"10.weight\"", "\"3.weight\"",
        "layers[10].weight: expected the name of a tensor of rank 2"
      ),
      ("\"size\": 2", "\"size\": 3", "layers[5]: expected"),
      ("[-1, 1]", "[-2, 1]", "expected an object with input"),
      ("[16, 8, 3]", "[16, 9, 3]", "expected a network for examples of shape [16, 8, 3]"),
    ])
    func mistakesAreNamed(_ from: String, _ to: String, _ expected: String) throws {
      try withTemporaryFolder { folder in
        let url = try changed(from, to, in: folder)
        #expect {
          try features(url, of: images())
        } throws: { error in
          "\(error)".contains("net.safetensors") && "\(error)".contains(expected)
        }
      }
    }

    @Test func weightsAndFeaturesThatAreNoNumbersAreNamed() throws {
      try withTemporaryFolder { folder in
        func message(_ change: @escaping (String, [Float]) -> [Float]) throws -> String {
          let url = try changed("\"slope\"", "\"slope\"", in: folder, values: change)
          do {
            _ = try features(url, of: images())
            return "none"
          } catch {
            return "\(error)"
          }
        }
        let broken = try message { name, values in
          name == "3.weight" ? [.nan] + values.dropFirst() : values
        }
        #expect(broken.hasSuffix("net.safetensors: 3.weight: expected finite numbers, found nan"))
        // Finite weights that give features that are not finite.
        let large = try message { name, values in
          name.hasSuffix("weight") ? values.map { $0 * 1e20 } : values
        }
        #expect(
          large.contains("net.safetensors: feature 0 of test example 0: expected a"), "\(large)")
      }
    }

    @Test func aVAECheckpointIsReadAsItsEncoder() throws {
      try withExperiment(Settings.vae) { experiment, data, folder in
        let session = try TrainingSession(experiment, data, threads: 1)
        let url = folder.appending(path: "vae.safetensors")
        try session.save(to: url)
        let found = try features(url, of: RawExamples(data.training))
        #expect(found.count == data.training.count && found.dimension == 3)
      }
      try withExperiment(Settings.gan) { experiment, data, folder in
        let url = folder.appending(path: "gan.safetensors")
        try TrainingSession(experiment, data, threads: 1).save(to: url)
        #expect {
          try features(url, of: RawExamples(data.training))
        } throws: {
          "\($0)".hasSuffix(
            "expected a checkpoint of a VAE, whose encoder makes features, found one of a GAN")
        }
      }
    }
  }
}
