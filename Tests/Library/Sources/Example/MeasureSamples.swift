import Metrics
import Scores

/// Measures a generator that makes good samples, of which every other one is a copy.
func measureSamples() throws {
  func drawn(_ count: Int) -> [[Double]] {
    (0..<count).map { _ in (0..<4).map { _ in Double.random(in: 0...1) } }
  }
  func examples(_ rows: [[Double]]) throws -> ExampleSet {
    ExampleSet(try FeatureMatrix(rows.flatMap(\.self), dimension: 4))
  }
  let training = drawn(300)
  let results = try MetricResults(
    training: examples(training), holdout: examples(drawn(300)),
    generated: examples(training.prefix(150) + drawn(150)),
    metrics: MetricCatalogue.all.filter { ["coverage", "memorized_share"].contains($0.key) })
  let found = Dictionary(uniqueKeysWithValues: results.entries.map { ($0.key, $0) })
  let copied = found["memorized_share"]?.value?.value ?? 0
  let byChance = found["memorized_share"]?.controls[.null]?.value ?? 1
  expect(copied > 0.4 && byChance < 0.1, "copies that are found, found \(copied) and \(byChance)")
  expect((found["coverage"]?.value?.value ?? 0) > 0.8, "coverage of such samples above 0.8")
}
