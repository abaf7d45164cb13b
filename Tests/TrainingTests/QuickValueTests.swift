import Datasets
import Foundation
import Media
import Statistics
import Testing
import Evaluation
import Training

extension TrainingSuite {
  /// Cheap numbers of a generator while it trains.
  @Suite struct QuickValueTests {
    private func quickValues(
      _ overrides: [String], _ check: ([String: Double], Measuring, Dataset) throws -> Void
    ) throws {
      let shapes = "data={source: shapes, size: 8, channels: 1, limit: 60, holdout: 0.5}"
      try withExperiment(Settings.gan, [shapes] + overrides) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        let measuring = try Measuring(session, data)
        let values = try measuring.quickValues()
        #expect(Set(values.map(\.name)).count == values.count)
        try check(Dictionary(values, uniquingKeysWith: { a, _ in a }), measuring, data)
      }
    }

    private func rows(_ examples: Examples) -> [[Float]] {
      (0..<examples.count).map { row in
        var values = [Float](repeating: 0, count: examples.size)
        values.withUnsafeMutableBufferPointer { examples.copy(row, into: $0, range: .unit) }
        return values
      }
    }

    /// The null of the memorised share is of all held-out examples that are no training examples, counted here one by one.
    @Test func theMemorisedShareHasItsNull() throws {
      try quickValues([]) { values, _, data in
        let training = Set(rows(data.training))
        let holdout = Set(rows(data.holdout)).subtracting(training)
        let found = holdout.count { row in
          let distances = training.map { other in
            zip(row, other).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
              .squareRoot()
          }.sorted()
          return distances[0] < distances[1] / 3
        }
        let share = Double(found) / Double(holdout.count)
        #expect(values["memorized_share"] != nil && values["memorized_share.null"] == share)
        // The smallest share that 256 samples stay below with 97.5% at the upper end of the null's interval.
        let rate = Interval(ofShare: found, of: holdout.count).upper
        var (below, term, most) = (0.0, pow(1 - rate, 256), 0)
        while true {
          below += term
          if below >= 0.975 { break }
          term *= Double(256 - most) / Double(most + 1) * rate / (1 - rate)
          most += 1
        }
        #expect(values["memorized_share.null_high"] == Double(most) / 256)
      }
    }

    /// What is kept of the first time changes no later number.
    @Test func laterValuesAreThoseOfAFreshStart() throws {
      try quickValues([]) { values, measuring, _ in
        let again = Dictionary(try measuring.quickValues(), uniquingKeysWith: { a, _ in a })
        #expect(again == values)
        #expect(values["discriminator_gap"] != nil && values["discriminator_gap.null"] != nil)
      }
    }

    /// Without held-out examples there are values and no nulls.
    @Test func withoutHeldOutExamplesThereAreNoNulls() throws {
      try quickValues(["data.holdout=0"]) { values, _, _ in
        #expect(values["memorized_share"] != nil && values["holdout_coverage"] == nil)
        #expect(!values.keys.contains { $0.contains(".null") })
      }
    }
  }
}
