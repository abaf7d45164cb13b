import FolderSupport
import Foundation
import Records
import Scores
import Testing

/// Files of earlier versions: each is read, or refused with advice.
@Suite struct OlderFormsTests {
  private func file(_ name: String) throws -> URL {
    let folder = try #require(
      Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    return folder.appendingPathComponent("older/\(name)")
  }

  /// A file without directions and collapse, and with empty words.
  @Test func metrics() throws {
    let metrics = try #require(try MetricsDocument.read(from: file("metrics.json")))
    #expect(metrics.sizes.train == 500 && metrics.sizes.collapsed == nil)
    let closer = try #require(metrics.values["closer_to_train"])
    #expect(closer.value == 0.51 && closer.controls == [.null: 0.5, .copies: 1, .planted: 0.52])
    #expect(closer.extra == ["p": 0.25] && closer.better == nil && closer.isInformative == true)
    let vendi = try #require(metrics.values["vendi"])
    #expect(vendi.tables == ["orders": ["0.5": 12, "2": 4, "inf": 1.5]])
    #expect(
      vendi.numbers.map { MetricRecord.name(of: $0.path) }
        == ["copies", "null", "orders_0.5", "orders_2", "orders_inf", "planted", "value"])
    let rate = try #require(metrics.values["copy_rate"])
    #expect(rate.value == nil && rate.controls.isEmpty && rate.word == nil)
    #expect(rate.reason == "needs at least 500 training examples, found 100")
    let trial = TrialFolder(try file("."))
    #expect(trial.read().state == .finished)
  }

  @Test func logs() throws {
    let url = try file("log.jsonl")
    #expect(try LogLines.steps(in: url) == [1, 10, 20])
    let losses = try LogLines.values(of: "d_loss", in: url)
    #expect(losses.map(\.step) == [1, 20] && losses.map(\.value) == [1.5, 1e-5])
    let recall = try LogLines.values(of: "recall", in: url)
    #expect(recall.map(\.step) == [10])
  }

  @Test func statuses() throws {
    let status = try #require(try TrialStatus.read(from: file("status.json")))
    #expect(status.state == .finished && status.machine == nil && status.data == nil)
  }

  @Test(arguments: [1, 2])
  func plans(_ version: Int) throws {
    let url = try file("sweep-\(version).json")
    #expect(
      complaint { try SweepRecord.read(from: url) }
        == "\(url.path): version: expected a results folder of version 3, found \(version), which an earlier lethe "
        + "has made; --out names another folder for a new run")
  }

  /// Measurements kept by another version are not used; they are made anew.
  @Test func whatWasBeingMeasured() throws {
    #expect(try MeasuringRecord.read(from: file("measuring.json"))?.ofSamples.isEmpty ?? true)
  }

  @Test(arguments: [
    ("{}", "values is missing"), ("[]", ""), ("{\"values\": {\"recall\": 0.5}}", ""),
    ("{\"values\": {\"recall\": {\"value\": 0.5}}}", "aspect is missing"),
    ("{\"values\": {\"recall\": {\"aspect\": \"charm\"}}}", "aspect: "),
    ("{\"values\": {\"recall\": {\"aspect\": \"diversity\", \"value\": \"much\"}}}", "value: "),
  ])
  func metricsOfNoVersion(_ text: String, _ problem: String) throws {
    try withTemporaryFolder { folder in
      let trial = TrialFolder(folder)
      try Data(text.utf8).write(to: trial.metrics)
      let complaint = complaint { try MetricsDocument.read(from: trial.metrics) }
      #expect(
        complaint.hasPrefix(
          "\(trial.metrics.path): expected the metrics of a trial, found something else: \(problem)"
        ))
      #expect(complaint.hasSuffix("; lethe measure writes it anew"))
      // The trial counts as interrupted, with the same complaint.
      try FileManager.default.copyItem(at: file("status.json"), to: trial.status)
      let reading = trial.read()
      #expect(reading.state == .interrupted && reading.problem == complaint)
    }
  }
}
