internal import Training
internal import Files
internal import Foundation
internal import Metrics
internal import Records

/// What has been measured of a finished model, kept in `measuring.json` of its trial until all of it is: measuring
/// that was stopped goes on from there.
final class KeptMeasurements {
  /// An entry without what follows from its measurements.
  private struct Part: Codable {
    let key: String
    let aspect: MetricAspect
    let better: MetricDirection?
    let measurements: [MetricMeasurement]
  }

  private struct Document: Codable {
    /// Changes with whatever would change a measurement.
    var identity: String
    var progress: MeasuringProgress
    var ofSamples: [MetricMeasurement] = []
    var parts: [String: [Part]] = [:]

    enum CodingKeys: String, CodingKey {
      case identity, progress, parts
      case ofSamples = "of_samples"
    }
  }

  private let file: URL
  private let report: (MeasuringProgress) -> Void
  private var document: Document

  /// Takes up what is kept, unless it was measured of something else.
  ///
  /// - Parameters:
  ///   - total: Measurements that there are to be.
  ///   - report: Is told before each measurement.
  init(
    _ file: URL, identity: String, total: Int, report: @escaping (MeasuringProgress) -> Void
  ) {
    (self.file, self.report) = (file, report)
    let kept = try? readJSON(Document.self, from: file, as: "measurements")
    document =
      kept.flatMap { $0.identity == identity ? $0 : nil }
      ?? Document(identity: identity, progress: MeasuringProgress(done: 0, total: total))
    document.progress = MeasuringProgress(done: done, total: total)
  }

  /// What is known of the samples.
  var ofSamples: [MetricMeasurement] { document.ofSamples }

  /// Keeps what was measured of the samples.
  ///
  /// - Throws: `FileError`.
  func keep(_ progress: MetricProgress) throws {
    if let measured = progress.measured, measured != document.ofSamples.last {
      document.ofSamples.append(measured)
    }
    try tell(next: progress.next, secondsLeft: progress.secondsLeft)
  }

  /// Measures a part and keeps it, or takes what is kept of it.
  ///
  /// - Throws: What measuring throws; `FileError`.
  func part(_ name: String, _ measure: () throws -> [MetricEntry]) throws -> [MetricEntry] {
    if let known = document.parts[name] {
      return known.map {
        MetricEntry(
          key: $0.key, aspect: $0.aspect, better: $0.better, measurements: $0.measurements)
      }
    }
    try tell(next: name)
    let entries = try measure()
    document.parts[name] = entries.map {
      Part(key: $0.key, aspect: $0.aspect, better: $0.better, measurements: $0.measurements)
    }
    try tell(next: nil)
    return entries
  }

  /// Forgets everything, as it is all written elsewhere.
  ///
  /// - Throws: `FileError`.
  func remove() throws { try removeFile(file) }

  private var done: Int { document.ofSamples.count + document.parts.count }

  private func tell(next: String?, secondsLeft: Double? = nil) throws {
    document.progress = MeasuringProgress(
      done: done, total: document.progress.total, next: next, secondsLeft: secondsLeft)
    report(document.progress)
    try writeJSON(document, to: file, isDurable: false)
  }
}
