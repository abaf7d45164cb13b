import FolderSupport
import Media
import Specification
import Experiments
import Complaints
import Datasets
import Foundation
import Metrics
import Records
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// Loaded examples as metrics get them, and their own values as features.
  @Suite struct FeatureExamplesTests {
    @Test func imagesAreSharesOfWhite() throws {
      try withTemporaryFolder { folder in
        let path = folder.appending(path: "images.npy").path
        let values: [Float] = [0, 0.25, 0.5, 1, 1, 0.75, 0.5, 0, 0.5, 0.5, 0.125, 1]
        try values.withUnsafeBufferPointer {
          try NumpyFile.write($0, shape: [3, 2, 2, 1], to: path)
        }
        let data = try Dataset.load(ImageRequest(source: .path(path), size: 2, channels: 1))
        let examples = try RawExamples(data.training)
        #expect(examples.shape == [2, 2, 1])
        #expect(data.training.groups == nil)
        let rows = Set((0..<3).map { examples.rows([$0]).values })
        #expect(rows == Set((0..<3).map { Array(values[4 * $0..<4 * $0 + 4]) }))
        let extractor = try FeatureExtractor(.pixels, training: examples, sampleRateHz: nil)
        let features = try extractor.features(of: examples, "test")
        #expect(features.values == examples.values.map(Double.init))
        #expect(features.dimension == 4)
        #expect(extractor.name == "pixels")
      }
    }

    /// Windows of one file form one group: two files give two windows each, and one gives one.
    @Test func windowsOfOneFileAreOneGroup() throws {
      try withTemporaryFolder { folder in
        for (name, start, count) in [("a", 0.125, 20), ("b", 0.25, 20), ("c", 0.5, 10)] {
          let samples = (0..<count).map { Float(start + Double($0) / 1024) }
          try samples.withUnsafeBufferPointer {
            try SoundFile.write(
              $0, sampleRateHz: 8000, to: folder.appending(path: name + ".wav").path)
          }
        }
        let data = try Dataset.load(
          SoundRequest(source: .path(folder.path), sampleRateHz: 8000, length: 10))
        let examples = try RawExamples(data.training)
        #expect(examples.shape == [10, 1])
        let groups = try #require(data.training.groups)
        #expect(groups.count == 5)
        // The file of each window, found by its values within the rounding of 16 bits.
        let files = (0..<5).map { Int((examples.values[$0 * 10] * 8).rounded(.down)) }
        for a in 0..<5 {
          for b in 0..<5 { #expect((groups[a] == groups[b]) == (files[a] == files[b])) }
        }
      }
    }

    @Test func examplesOfAnotherShapeAreRefused() throws {
      let training = try! RawExamples([0, 1, 0, 1], shape: [2, 2, 1])
      let extractor = try FeatureExtractor(.pixels, training: training, sampleRateHz: nil)
      #expect(
        throws: FeatureError(
          "expected examples of shape [2, 2, 1] as in the training set, found [4, 1]")
      ) { try extractor.features(of: RawExamples([0, 1, 0, 1], shape: [4, 1]), "test") }
    }

    @Test func aSpaceIsReadFromTheCommandLine() throws {
      typealias Features = Experiment.Metrics.Features
      #expect(try Features.parse("encoder", option: "--features", for: .images) == .encoder)
      #expect(try Features.parse("logmel", option: "--features", for: .audio) == .logmel)
      guard case .network(let path) = try Features.parse("a.safetensors", option: "-", for: .images)
      else { return #expect(Bool(false)) }
      #expect(path.given == "a.safetensors")
      let error = #expect(throws: InputError.self) {
        try Features.parse("encodr", option: "--features", for: .images)
      }
      #expect(
        error?.description
          == "--features: expected pixels, encoder or FILE.safetensors (logmel is for audio), "
          + "found encodr; did you mean encoder?")
    }
  }
}
