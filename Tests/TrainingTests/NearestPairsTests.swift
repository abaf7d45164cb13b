import FolderSupport
import Media
import Datasets
import Foundation
import Metrics
import Randomness
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  @Suite struct NearestPairsTests {
    /// Ten training images of two bright pixels each, at different places; the generated images are the
    /// first three moved by one pixel.
    private func sets() -> (generated: ExampleSet, training: ExampleSet) {
      func image(_ places: [Int]) -> [Float] {
        (0..<64).map { places.contains($0) ? 1 : 0 }
      }
      let training = (0..<10).flatMap { image([18 + $0, 27 + 2 * $0]) }
      let generated = (0..<3).flatMap { image([19 + $0, 28 + 2 * $0]) }
      func set(_ values: [Float]) -> ExampleSet {
        ExampleSet(
          try! FeatureMatrix(values.map(Double.init), dimension: 64),
          raw: try! RawExamples(values, shape: [8, 8, 1]))
      }
      return (set(generated), set(training))
    }

    @Test func movedCopiesAreFoundInPixels() throws {
      let (generated, training) = sets()
      let pairs = try NearestPairs(generated: generated, training: training, threads: 2)
      #expect(pairs.pairs.count == 3)
      for pair in pairs.pairs { #expect(pair.raw?.square == 0) }
      let lines = pairs.csv.split(separator: "\n")
      #expect(
        lines[0]
          == "rank,generated,nearest,distance,nearest_raw,distance_raw,down,right,mirrored")
      #expect(lines.count == 4 && lines[1].hasPrefix("1,"))
    }

    /// Only the pairs closest in the features are searched for shifts; the others follow with empty cells.
    @Test func theClosestPairsAreSearched() throws {
      let random = RandomStream("pairs", seed: 3).uniform(100 * 16)
      func set(_ values: ArraySlice<Float>) throws -> ExampleSet {
        ExampleSet(
          try FeatureMatrix(values.map(Double.init), dimension: 16),
          raw: try RawExamples(Array(values), shape: [4, 4, 1]))
      }
      let (generated, training) = (
        try set(random[0..<80 * 16]), try set(random[80 * 16..<100 * 16])
      )
      let all = try NearestPairs(generated: generated, training: training, threads: 2)
      #expect(all.pairs.allSatisfy { $0.raw != nil })
      for (searched, expected) in [(70, 70), (1, 64), (1000, 80)] {
        let some = try NearestPairs(
          generated: generated, training: training, searched: searched, threads: 2)
        let same = zip(some.pairs, all.pairs).prefix { $0.raw == $1.raw }
        #expect(same.count == expected)
        #expect(some.pairs.dropFirst(expected).allSatisfy { $0.raw == nil })
        let lines = some.csv.split(separator: "\n")
        #expect(Set(lines.map { $0.filter { $0 == "," }.count }).count == 1)
        if expected < 80 { #expect(lines[80].hasSuffix(",,,,,")) }
      }
    }

    /// Ten samples are nearer to one training example than any other sample to another; a sheet begins with one of
    /// them.
    @Test func sheetsShowDifferentTrainingExamples() throws {
      let (_, training) = sets()
      var copies = [Int](repeating: 4, count: 10)
      copies += [7, 2]
      let values = copies.enumerated().flatMap { index, row in
        (training.raw?.rows([row]).values ?? []).map { $0 + 0.001 * Float(index) }
      }
      let generated = ExampleSet(
        try FeatureMatrix(values.map(Double.init), dimension: 64),
        raw: try RawExamples(values.map { min(1, $0) }, shape: [8, 8, 1]))
      let pairs = try NearestPairs(generated: generated, training: training, threads: 1)
      #expect(pairs.pairs.prefix(10).allSatisfy { $0.nearest == 4 })
      try withTemporaryFolder { folder in
        try pairs.write(sampleRateHz: nil) { folder.appending(path: "nearest.\($0)") }
        let sheet = try PNGFile.read(folder.appending(path: "nearest.png").path)
        guard case .bytes(let bytes) = sheet.samples else { return #expect(Bool(false)) }
        // The second of each three pictures is the training example; four pairs stand in a row.
        func shown(_ pair: Int) -> [Float] {
          let (left, top) = (2 + (pair % 4 * 4 + 1) * 10, 2 + pair / 4 * 10)
          return (0..<64).map { place in
            Float(bytes[(top + place / 8) * sheet.width + left + place % 8]) / 255
          }
        }
        let examples = try #require(training.raw)
        #expect([4, 7, 2, 4].enumerated().allSatisfy { shown($0) == examples.rows([$1]).values })
      }
    }

    @Test func positionsAreThoseOfTheWholeSet() throws {
      let (generated, training) = sets()
      let part = training.rows([7, 2])
      let pairs = try NearestPairs(
        generated: ExampleSet(generated.rows([2]).features), training: part, threads: 1)
      let row = pairs.csv.split(separator: "\n")[1].split(separator: ",")
      // Without raw examples the row has only these four cells.
      #expect(row.count == 4 && (row[2] == "7" || row[2] == "2") && row[1] == "0")
    }

    @Test func sheetsAreWrittenWhole() throws {
      try withTemporaryFolder { folder in
        let (generated, training) = sets()
        let pairs = try NearestPairs(generated: generated, training: training, threads: 1)
        try pairs.write(sampleRateHz: nil) { folder.appending(path: "nearest.\($0)") }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["nearest.csv", "nearest.png"])
        let sheet = try PNGFile.read(folder.appending(path: "nearest.png").path)
        // Three pairs of three images, with a gap after each pair but the last.
        #expect(sheet.width == 11 * 10 + 2 && sheet.height == 12)
      }
    }

    @Test func soundsAreWrittenWithTheirSpectrograms() throws {
      try withTemporaryFolder { folder in
        let data = try Dataset.load(
          SoundRequest(source: .builtIn, sampleRateHz: 8000, length: 800, tonesCount: 12))
        let raw = try RawExamples(data.training)
        let set = ExampleSet(
          try! FeatureMatrix(raw.values.map(Double.init), dimension: 800), raw: raw)
        try NearestPairs(generated: set.rows([3, 4]), training: set, threads: 2)
          .write(sampleRateHz: 8000) { folder.appending(path: "nearest.\($0)") }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["nearest.csv", "nearest.png", "nearest.wav"])
        // Six sounds and five silences of a tenth of a second each, with 16 bits a sample after the header.
        let bytes = try Data(contentsOf: folder.appending(path: "nearest.wav")).count
        #expect(bytes == 44 + 2 * 11 * 800)
      }
    }
  }
}
