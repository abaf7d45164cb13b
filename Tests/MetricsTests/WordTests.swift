import Foundation
import Metrics
import Randomness
import Scores
import Testing

/// Error and power of the word `copies`, by simulation. `LETHE_DRAWS=200` repeats more often and prints the rows of the
/// tables in the README of `Metrics`.
@Suite struct WordTests {
  /// How generators are that have not seen the training set.
  enum Honest: String, CaseIterable {
    /// As the distribution is.
    case alike
    /// 1 to 20 rows again and again.
    case collapsed
    /// Two of five modes.
    case modes = "two of five modes"
    /// Modes of 0.4 and 1.8 times their width.
    case narrow, wide
  }

  private static let draws = ProcessInfo.processInfo.environment["LETHE_DRAWS"].flatMap(Int.init)

  /// Mixtures of five Gaussians.
  private struct Draw {
    let dimension: Int
    let number: Int

    private func normal(_ name: String, _ count: Int) -> [Double] {
      RandomStream(name, seed: UInt64(number)).normal(count * dimension).map(Double.init)
    }

    func rows(_ name: String, _ count: Int, modes: Int = 5, width: Double = 1) -> FeatureMatrix {
      let centers = normal("centers", 5)
      let noise = normal(name, count)
      let choices = RandomStream("mode \(name)", seed: UInt64(number)).uniform(count)
      return try! FeatureMatrix(
        noise.indices.map { index in
          let mode = min(modes - 1, Int(Double(choices[index / dimension]) * Double(modes)))
          return 3 * centers[mode * dimension + index % dimension] + width * noise[index]
        }, dimension: dimension)
    }

    func generated(_ kind: Honest, _ count: Int) -> FeatureMatrix {
      switch kind {
      case .alike: return rows("generated", count)
      case .modes: return rows("generated", count, modes: 2)
      case .narrow: return rows("generated", count, width: 0.4)
      case .wide: return rows("generated", count, width: 1.8)
      case .collapsed:
        let different = 1 + number % 20
        return rows("generated", count).rows((0..<count).map { $0 % different })
      }
    }

    /// Generated rows of which some are training rows, moved by a tenth of the median distance to the nearest other one.
    func copied(_ training: FeatureMatrix, _ count: Int, share: Double) -> FeatureMatrix {
      let made = rows("generated", count)
      let near = try! NearestNeighbors(
        of: training, in: training, k: 1, excludingSelf: true, threads: 1
      ).nearestSquares.sorted()
      let length = 0.1 * near[near.count / 2].squareRoot() / Double(dimension).squareRoot()
      let noise = normal("copies", count)
      let copies = Int(share * Double(count))
      return try! FeatureMatrix(
        made.values.enumerated().map { index, value in
          index / dimension < copies ? training.values[index] + length * noise[index] : value
        }, dimension: dimension)
    }
  }

  /// The metrics that say `copies` of some sets.
  private func accusers(
    _ training: FeatureMatrix, _ holdout: FeatureMatrix, _ generated: FeatureMatrix
  ) throws -> [String] {
    try MetricResults(
      training: ExampleSet(training), holdout: ExampleSet(holdout),
      generated: ExampleSet(generated),
      metrics: MetricCatalogue.all.filter { $0.aspect == .memorization && $0.key != "fld_gap" },
      controls: [], threads: 2
    ).entries.filter { $0.word == "copies" }.map(\.key)
  }

  private func table(_ text: String) { if Self.draws != nil { print(text) } }

  /// At most 5% of honest generators are called copying by any metric of a table.
  @Test(arguments: draws == nil ? [100, 500] : [100, 500, 2000], [2, 16, 64])
  func honestGenerators(_ count: Int, dimension: Int) throws {
    let repeats = Self.draws ?? (count == 100 ? 16 : 6)
    var accused: [String: Int] = [:]
    var calls = 0
    for kind in Honest.allCases {
      for number in 0..<repeats {
        let draw = Draw(dimension: dimension, number: number)
        let found = try accusers(
          draw.rows("training", count), draw.rows("holdout", max(25, count / 4)),
          draw.generated(kind, count))
        calls += found.isEmpty ? 0 : 1
        for key in found { accused["\(kind.rawValue) \(key)", default: 0] += 1 }
      }
    }
    let all = Double(repeats * Honest.allCases.count)
    let share = Double(calls) / all
    #expect(share <= 0.05 + 4 * (0.05 * 0.95 / all).squareRoot(), "\(accused)")
    table(
      "honest | \(count) | \(dimension) | \(String(format: "%.1f%%", 100 * share)) | \(accused)")
  }

  /// Copies are seen where there are enough of them.
  @Test(arguments: [
    (500, 2, 0.2, 0.9), (500, 16, 0.05, 0.8), (500, 64, 0.05, 0.8), (100, 16, 0.5, 0.8),
  ])
  func planted(_ count: Int, dimension: Int, share: Double, atLeast: Double) throws {
    let repeats = Self.draws ?? 8
    let shares = Self.draws == nil ? [share] : [0.02, 0.05, 0.2]
    for planted in shares {
      var found = 0
      for number in 0..<repeats {
        let draw = Draw(dimension: dimension, number: 1000 + number)
        let training = draw.rows("training", count)
        let seen = try accusers(
          training, draw.rows("holdout", count / 4), draw.copied(training, count, share: planted))
        found += seen.isEmpty ? 0 : 1
      }
      let power = Double(found) / Double(repeats)
      if planted == share { #expect(power >= atLeast, "\(count), \(dimension): \(power)") }
      table(
        "planted | \(count) | \(dimension) | \(planted) | \(String(format: "%.0f%%", 100 * power))")
    }
  }

  private func word(_ key: String, _ t: FeatureMatrix, _ p: FeatureMatrix, _ g: FeatureMatrix)
    throws -> String
  {
    try #require(
      try MetricResults(
        training: ExampleSet(t), holdout: ExampleSet(p), generated: ExampleSet(g),
        metrics: MetricCatalogue.all.filter { $0.key == key }, controls: [.null], threads: 2
      ).entries.first
    ).word
  }

  /// An integer grid, on which rows of all sets are equal by chance, says nothing.
  @Test(arguments: [
    "closer_to_train", "authenticity", "memorized_share", "nn_ratio", "membership", "local_copying",
  ])
  func tiesSayNothing(_ key: String) throws {
    func grid(_ seed: UInt64) -> FeatureMatrix {
      var stream = UniformStream(seed: seed)
      return try! FeatureMatrix((0..<800).map { _ in (stream.next() * 12).rounded() }, dimension: 2)
    }
    let found = try word(key, grid(1), grid(2), grid(3))
    #expect(found != "copies", "\(found)")
  }

  /// Held-out rows that are training rows are counted and left out, so that copies are found beside them.
  @Test func heldOutTrainingRowsAreLeftOut() throws {
    let draw = Draw(dimension: 16, number: 5)
    let training = draw.rows("training", 400)
    let holdout = try FeatureMatrix(
      training.rows(Array(300..<400)).values + draw.rows("holdout", 100).values, dimension: 16)
    let generated = draw.copied(training, 400, share: 0.2)
    let results = try MetricResults(
      training: ExampleSet(training), holdout: ExampleSet(holdout),
      generated: ExampleSet(generated),
      metrics: MetricCatalogue.all.filter { $0.key == "memorized_share" }, threads: 2)
    #expect(results.sizes.holdoutInTraining == 100)
    #expect(results.entries[0].word == "copies")
  }

  /// Windows of one sound have one label, so that the copying of one sound is one sign of it, and not a hundred.
  @Test func groupsHaveOneLabel() throws {
    let draw = Draw(dimension: 8, number: 6)
    func set(_ name: String, _ count: Int, _ first: Int) -> ExampleSet {
      ExampleSet(draw.rows(name, count), groups: (0..<count).map { first + $0 / 50 })
    }
    let training = set("training", 400, 0)
    // The windows of one training sound, moved by a little.
    let made = try FeatureMatrix(
      training.features.values.prefix(50 * 8).map { $0 + 1e-3 }
        + draw.rows("generated", 350).values, dimension: 8)
    let entry = try MetricResults(
      training: training, holdout: set("holdout", 400, 100), generated: ExampleSet(made),
      metrics: MetricCatalogue.all.filter { $0.key == "memorized_share" }, controls: [.null],
      threads: 2
    ).entries[0]
    #expect(try #require(entry.value?.copiesP) > 0.05 && entry.word != "copies")
  }
}
