import Evaluation
import Foundation
import Metrics
import Randomness
import Records
import Scores
import Testing

extension TrainingSuite {
  /// Conversion of metric results to the written document.
  @Suite struct MetricsDocumentTests {
    private func rows(_ count: Int, seed: UInt64, scale: Float = 1) throws -> ExampleSet {
      let values = RandomStream("test/rows", seed: seed).normal(count * 8).map {
        Double($0 * scale)
      }
      return ExampleSet(try FeatureMatrix(values, dimension: 8))
    }

    /// Writes results; returns the text, and the document read back from it.
    private func written(_ results: MetricResults) throws -> (text: String, read: MetricsDocument) {
      let document = MetricsDocument(results, features: "pixels")
      let url = FileManager.default.temporaryDirectory
        .appendingPathComponent("lethe-metrics-\(UUID().uuidString).json")
      defer { try? FileManager.default.removeItem(at: url) }
      try document.write(to: url)
      let read = try #require(try MetricsDocument.read(from: url))
      #expect(read == document)
      return (try String(contentsOf: url, encoding: .utf8), read)
    }

    @Test func theKeysOfTheContract() throws {
      let results = try MetricResults(
        training: rows(600, seed: 1), holdout: rows(400, seed: 2), generated: rows(200, seed: 3),
        threads: 2)
      let (text, read) = try written(results)
      #expect(Set(read.values.keys) == Set(MetricCatalogue.all.map(\.key)))
      // The value and the controls are written even where there are none.
      for key in ["value"] + Control.allCases.map(\.rawValue) {
        #expect(text.matches(of: try Regex("\"\(key)\" :")).count == read.values.count)
      }
      let vendi = try #require(read.values["vendi"])
      #expect(Set(vendi.tables["orders"]?.keys.map(\.self) ?? []) == ["0.5", "2", "inf"])
      #expect(read.values["closer_to_train"]?.extra["p"] != nil)
      #expect(read.values["ct"]?.extra["global"] != nil)
      for entry in results.entries {
        let record = try #require(read.values[entry.key])
        #expect(
          record.value == entry.value?.value && record.controls == entry.controls.mapValues(\.value)
        )
        #expect(record.word ?? "" == entry.word && record.reason == entry.reason)
      }
    }

    @Test func collapseIsWritten() throws {
      let results = try MetricResults(
        training: rows(600, seed: 1), holdout: rows(400, seed: 2),
        generated: rows(400, seed: 3, scale: 1e-6), threads: 2)
      let (text, read) = try written(results)
      #expect(read.sizes.collapsed == true && read.sizes.distinctGenerated == 1)
      #expect(read.sizes.distinctOf == 400 && (read.sizes.distinctTrain ?? 0) > 300)
      #expect(text.contains("\"distinct_generated\" : 1,"))
      let precision = try #require(read.values["precision"])
      #expect(precision.word == nil && precision.value != nil)
    }
  }
}
