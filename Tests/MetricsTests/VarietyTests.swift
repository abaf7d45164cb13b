import Scores
import Foundation
import Metrics
import Testing

/// The distinction between a collapsed generator, a varied one, and one of data that vary little themselves.
@Suite struct VarietyTests {
  /// Rows made by `row`, each from new random numbers.
  private func rows(
    _ count: Int, dimension: Int, seed: UInt64, groups: [Int]? = nil,
    _ row: (Int, _ next: () -> Double) -> [Double]
  ) throws -> ExampleSet {
    var stream = UniformStream(seed: seed)
    return ExampleSet(
      try FeatureMatrix(
        (0..<count).flatMap { index in row(index) { stream.next() } }, dimension: dimension),
      groups: groups)
  }

  /// Uniform rows.
  private func varied(_ count: Int, _ dimension: Int, seed: UInt64) throws -> ExampleSet {
    try rows(count, dimension: dimension, seed: seed) { _, next in
      (0..<dimension).map { _ in next() }
    }
  }

  /// The first `kinds` rows of a set, repeated, with each number moved by at most `noise`.
  private func repeated(
    _ set: ExampleSet, _ kinds: Int, count: Int, noise: Double = 0, seed: UInt64 = 9
  ) throws -> ExampleSet {
    let dimension = set.features.dimension
    return try rows(count, dimension: dimension, seed: seed) { row, next in
      (0..<dimension).map {
        set.features.values[row % kinds * dimension + $0] + noise * (2 * next() - 1)
      }
    }
  }

  private func variety(_ generated: ExampleSet, _ training: ExampleSet) throws -> Variety? {
    try MetricResults(training: training, holdout: nil, generated: generated, metrics: [])
      .sizes.variety
  }

  @Test(arguments: [1, 2, 16, 100])
  func anHonestGeneratorIsVaried(_ dimension: Int) throws {
    let found = try #require(
      try variety(varied(700, dimension, seed: 2), varied(900, dimension, seed: 1)))
    #expect(found.examples == 500)
    #expect(abs(found.generated - found.training) < 40)
    #expect(!found.isCollapsed)
  }

  @Test(arguments: [1, 2, 16, 100], [0, 1e-6])
  func aFewExamplesAgainAndAgainAreFew(_ dimension: Int, _ noise: Double) throws {
    let training = try varied(600, dimension, seed: 1)
    let found = try #require(
      try variety(repeated(varied(3, dimension, seed: 3), 3, count: 500, noise: noise), training))
    #expect(found.generated == 3 && found.isCollapsed)
    #expect(
      found.text
        == "collapsed: 3 distinct samples in 500, where training examples have \(found.training)")
  }

  /// Near-exact collapse: samples differ far less than training examples do.
  @Test func faintDifferencesAreNone() throws {
    let training = try varied(600, 64, seed: 1)
    let grey = try rows(500, dimension: 64, seed: 5) { _, next in
      (0..<64).map { _ in 0.5 + 0.05 * next() }
    }
    let found = try #require(try variety(grey, training))
    #expect(found.generated == 1 && found.isCollapsed)
  }

  /// Data of 48 kinds, exact or nearly so, and generators that make all of them or only three.
  @Test(arguments: [0, 0.001])
  func dataThatVaryLittleAreNoCollapse(_ noise: Double) throws {
    let kinds = try varied(48, 16, seed: 1)
    let training = try repeated(kinds, 48, count: 480, noise: noise, seed: 2)
    let honest = try #require(
      try variety(repeated(kinds, 48, count: 500, noise: noise, seed: 3), training))
    #expect(!honest.isCollapsed)
    if noise == 0 { #expect(honest.generated == 48 && honest.training == 48) }
    let three = try #require(try variety(repeated(kinds, 3, count: 500, seed: 4), training))
    #expect(three.generated == 3 && three.isCollapsed)
  }

  /// Windows of one sound are near each other, but only distances between different sounds count.
  @Test func windowsOfOneSoundCountByTheSound() throws {
    let sounds = try varied(100, 16, seed: 1)
    func windows(_ groups: [Int]?) throws -> ExampleSet {
      try rows(500, dimension: 16, seed: 2, groups: groups) { row, next in
        (0..<16).map { sounds.features.values[row / 5 * 16 + $0] + 1e-4 * next() }
      }
    }
    let generated = try rows(500, dimension: 16, seed: 3) { _, next in
      (0..<16).map { _ in 0.5 + 0.01 * next() }
    }
    let grouped = try #require(
      try variety(generated, windows((0..<500).map { $0 / 5 })))
    #expect(grouped.training == 100 && grouped.generated == 1 && grouped.isCollapsed)
  }

  @Test func tooFewExamplesSayNothing() throws {
    let training = try varied(600, 4, seed: 1)
    #expect(try variety(repeated(training, 1, count: 19), training) == nil)
    #expect(try variety(repeated(training, 1, count: 20), training)?.isCollapsed == true)
    #expect(try variety(training, repeated(training, 1, count: 19)) == nil)
  }

  @Test func dataThatDoNotVaryAreNoMeasure() throws {
    let one = try varied(1, 4, seed: 1)
    let constant = try repeated(one, 1, count: 100)
    let found = try #require(try variety(constant, constant))
    #expect(found.generated == 1 && found.training == 1 && !found.isCollapsed)
  }

  /// For a collapsed generator, metrics that look at single samples get no verdict.
  @Test func whatLooksAtSingleRowsIsSilent() throws {
    let training = try varied(600, 16, seed: 1)
    let results = try MetricResults(
      training: training, holdout: varied(400, 16, seed: 2),
      generated: repeated(training, 1, count: 400, noise: 1e-3), threads: 2)
    let entries = Dictionary(uniqueKeysWithValues: results.entries.map { ($0.key, $0) })
    for key in ["precision", "density", "closer_to_train", "authenticity", "ct", "copy_rate"] {
      let entry = try #require(entries[key])
      #expect(entry.value != nil && entry.word == "" && entry.isInformative == nil, "\(key)")
    }
    for key in ["recall", "coverage", "vendi", "frechet_distance", "fld"] {
      #expect(entries[key]?.word == "worse than held-out", "\(key)")
    }
    let variety = try #require(results.sizes.variety)
    #expect(variety.isCollapsed && variety.generated == 1)
    #expect(variety.examples == 400 && variety.training > 300)
    #expect(entries["precision"]?.value?.value.isFinite == true)
  }
}
