public import Foundation
public import Scores

/// The measurements made so far of a trial: `measuring.json`, which is removed when all of them are in `metrics.json`.
public struct MeasuringRecord: Codable, Sendable, Equatable {
  /// The measurements of one metric, without the figures derived from them.
  public struct Part: Codable, Sendable, Equatable {
    /// The metric's key.
    public let key: String
    /// Aspect of the model that the metric is about.
    public let aspect: MetricAspect
    /// Direction in which a better model moves the value; nil where neither is better.
    public let better: MetricDirection?
    /// One measurement for each set.
    public let measurements: [MetricMeasurement]

    /// Describes a metric; see the properties.
    public init(
      key: String, aspect: MetricAspect, better: MetricDirection?,
      measurements: [MetricMeasurement]
    ) {
      (self.key, self.aspect, self.better) = (key, aspect, better)
      self.measurements = measurements
    }
  }

  /// Identity of everything that a measurement depends on. Measurements kept under another identity are not used.
  public var identity: String
  /// Progress of measuring.
  public var progress: MeasuringProgress
  /// Finished measurements of the samples.
  public var ofSamples: [MetricMeasurement] = []
  /// Other finished measurements, by the name of the part of measuring that makes them together.
  public var parts: [String: [Part]] = [:]

  private enum CodingKeys: String, CodingKey {
    case identity, progress, parts
    case ofSamples = "of_samples"
  }

  /// Starts with nothing measured.
  public init(identity: String, progress: MeasuringProgress) {
    (self.identity, self.progress) = (identity, progress)
  }

  /// Writes the file without waiting for the disk; measurements lost in a crash of the system are made again.
  ///
  /// - Throws: `FileError`.
  public func write(to url: URL) throws { try writeJSON(self, to: url, isDurable: false) }

  /// Reads the file.
  ///
  /// - Returns: Nil when there is no such file, or one that cannot be used, such as one of another version.
  public static func read(from url: URL) -> MeasuringRecord? {
    try? readJSON(MeasuringRecord.self, from: url, as: "measurements")
  }
}
