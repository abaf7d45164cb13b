import FolderSupport
import Media
import DataSupport
import Files
import Experiments
import Datasets
import Foundation
import Metrics
import Records
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  @Suite struct EncoderTests {
    private func shapes(_ count: Int, from first: Int = 0) throws -> RawExamples {
      let data = try Dataset.load(ImageRequest(source: .builtIn, size: 16, shapesCount: 400))
      return try RawExamples(data.training).rows(Array(first..<first + count))
    }

    private func features(
      _ training: RawExamples, of examples: RawExamples? = nil, cache: URL, rate: Int? = nil
    ) throws -> (matrix: FeatureMatrix, warnings: [String]) {
      let extractor = try FeatureExtractor(
        .encoder, training: training, sampleRateHz: rate, cache: EncoderCache(CacheFolder(cache)))
      return (try extractor.features(of: examples ?? training, "test"), extractor.warnings)
    }

    @Test func theSameToTheBitWithAndWithoutTheCache() throws {
      try withTemporaryFolder { folder in
        let cache = folder.appending(path: "a/b")
        let training = try shapes(150)
        let first = try features(training, cache: cache)
        let files = try FileManager.default.contentsOfDirectory(atPath: cache.path)
        #expect(files.count == 1 && first.warnings.isEmpty)
        let cached = try features(training, cache: cache)
        let again = try features(training, cache: folder.appending(path: "c"))
        #expect(first.matrix == cached.matrix && first.matrix == again.matrix)
        #expect(first.matrix.dimension == 64 && first.matrix.count == 150)
        _ = try features(try shapes(150, from: 1), cache: cache)
        #expect(try FileManager.default.contentsOfDirectory(atPath: cache.path).count == 2)
      }
    }

    /// Features of data are kept beside the encoder, and computed again where the file is damaged.
    @Test func featuresOfDataAreKept() throws {
      try withTemporaryFolder { folder in
        let (training, others) = (try shapes(80), try shapes(40, from: 80))
        let extractor = try FeatureExtractor(
          .encoder, training: training, sampleRateHz: nil, cache: EncoderCache(CacheFolder(folder)))
        func kept() throws -> [String] {
          try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasPrefix("features-")
          }
        }
        let computed = try extractor.features(of: others, "test")
        #expect(try kept().isEmpty)
        #expect(try extractor.features(of: others, "test", isData: true) == computed)
        let file = folder.appending(path: try #require(try kept().first))
        #expect(try extractor.features(of: others, "test", isData: true) == computed)
        _ = try extractor.features(of: training, "test", isData: true)
        #expect(try kept().count == 2)
        // Other numbers in the file show that they are read.
        let changed = [Float](repeating: 0.5, count: 40 * 64)
        try changed.withUnsafeBufferPointer {
          try Safetensors.write(
            to: file, tensors: [.init(name: "features", shape: [40, 64], values: $0)])
        }
        #expect(
          try extractor.features(of: others, "test", isData: true).values.allSatisfy { $0 == 0.5 })
        try Data("nonsense".utf8).write(to: file)
        #expect(try extractor.features(of: others, "test", isData: true) == computed)
      }
    }

    @Test func aDamagedCacheIsMadeAgain() throws {
      try withTemporaryFolder { folder in
        let training = try shapes(70)
        let first = try features(training, cache: folder)
        let name = try #require(
          try FileManager.default.contentsOfDirectory(atPath: folder.path).first)
        let file = folder.appending(path: name)
        let whole = try Data(contentsOf: file)
        for damaged in [Data(), whole.prefix(whole.count / 2), Data("nonsense".utf8)] {
          try damaged.write(to: file)
          #expect(try features(training, cache: folder).matrix == first.matrix)
          #expect(try Data(contentsOf: file) == whole)
        }
      }
    }

    @Test func aCacheThatCannotBeWrittenCostsAWarning() throws {
      try withTemporaryFolder { folder in
        let file = folder.appending(path: "file")
        try Data("x".utf8).write(to: file)
        // No user, not even root, can make a folder inside a file.
        let found = try features(try shapes(64), cache: file.appending(path: "cache"))
        #expect(found.warnings.count == 1)
        #expect(found.warnings[0].hasPrefix("the encoder is not cached: "))
      }
    }

    @Test(arguments: [1, 3])
    func fewOrEqualExamplesHaveFiniteFeatures(_ count: Int) throws {
      try withTemporaryFolder { folder in
        let one = try shapes(1)
        let equal = one.rows([Int](repeating: 0, count: count))
        let found = try features(equal, of: try shapes(5), cache: folder)
        #expect(found.matrix.count == 5)
      }
    }

    /// The nearest neighbour of most figures has the same mode.
    @Test func neighboursShareTheirMode() throws {
      try withTemporaryFolder { folder in
        let data = try Dataset.load(ImageRequest(source: .builtIn, size: 16, shapesCount: 1200))
        let all = try RawExamples(data.training)
        let size = all.size
        let modes = (0..<all.count).map { row in
          all.values[row * size..<(row + 1) * size].withContiguousStorageIfAvailable {
            ShapesMode.recognize($0, side: 16, channels: 3, range: .unit)
          }
        }
        let training = all.rows(Array(0..<1000)), others = all.rows(Array(1000..<1200))
        let extractor = try FeatureExtractor(
          .encoder, training: training, sampleRateHz: nil, cache: EncoderCache(CacheFolder(folder)))
        let neighbors = try NearestNeighbors(
          of: extractor.features(of: others, "test"), in: extractor.features(of: training, "test"),
          k: 1,
          threads: 1)
        let right = neighbors.nearest.enumerated().count { modes[1000 + $0] == modes[$1] }
        print("neighbours of one mode: \(right) of 200")
        #expect(right > 120)
      }
    }

    @Test func soundsAreSeenByTheirSpectrograms() throws {
      try withTemporaryFolder { folder in
        let data = try Dataset.load(
          SoundRequest(source: .builtIn, sampleRateHz: 8000, length: 2048, tonesCount: 130))
        let found = try features(try RawExamples(data.training), cache: folder, rate: 8000)
        #expect(found.matrix.dimension == 64)
        #expect(Set(found.matrix.values).count > 1000)
      }
    }
  }
}
