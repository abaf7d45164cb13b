internal import Scores
internal import Training
internal import Files
internal import Foundation
internal import Metrics
internal import Records

/// Finished measurements of a trained model, kept in the trial's `measuring.json` until all are made.
/// Measuring that was stopped goes on from them.
final class KeptMeasurements {
  private let file: URL
  private let report: (MeasuringProgress) -> Void
  private var record: MeasuringRecord

  /// Reads the kept measurements, or starts with none if they were made of something else.
  ///
  /// - Parameters:
  ///   - identity: Names what is measured and what measures; kept measurements of another identity are
  ///     dropped.
  ///   - total: Number of all measurements.
  ///   - report: Called with the progress whenever it changes.
  init(
    _ file: URL, identity: String, total: Int, report: @escaping (MeasuringProgress) -> Void
  ) {
    (self.file, self.report) = (file, report)
    let kept = MeasuringRecord.read(from: file)
    record =
      kept.flatMap { $0.identity == identity ? $0 : nil }
      ?? MeasuringRecord(identity: identity, progress: MeasuringProgress(done: 0, total: total))
    record.progress = MeasuringProgress(done: done, total: total)
  }

  /// The finished measurements of the samples.
  var ofSamples: [MetricMeasurement] { record.ofSamples }

  /// Keeps the last measurement of the samples.
  ///
  /// - Throws: `FileError`.
  func keep(_ progress: MetricProgress) throws {
    if let measured = progress.measured, measured != record.ofSamples.last {
      record.ofSamples.append(measured)
    }
    try tell(next: progress.next, secondsLeft: progress.secondsLeft)
  }

  /// The entries of a part: those that are kept, or else newly measured ones, which are then kept.
  ///
  /// - Throws: What `measure` throws; `FileError`.
  func part(_ name: String, _ measure: () throws -> [MetricEntry]) throws -> [MetricEntry] {
    if let known = record.parts[name] {
      return known.map {
        MetricEntry(
          key: $0.key, aspect: $0.aspect, better: $0.better, measurements: $0.measurements)
      }
    }
    try tell(next: name)
    let entries = try measure()
    record.parts[name] = entries.map {
      MeasuringRecord.Part(
        key: $0.key, aspect: $0.aspect, better: $0.better, measurements: $0.measurements)
    }
    try tell(next: nil)
    return entries
  }

  /// Removes the file when everything is in `metrics.json`.
  ///
  /// - Throws: `FileError`.
  func remove() throws { try removeFile(file) }

  private var done: Int { record.ofSamples.count + record.parts.count }

  private func tell(next: String?, secondsLeft: Double? = nil) throws {
    record.progress = MeasuringProgress(
      done: done, total: record.progress.total, next: next, secondsLeft: secondsLeft)
    report(record.progress)
    try record.write(to: file)
  }
}
