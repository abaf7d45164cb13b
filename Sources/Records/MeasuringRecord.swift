public import Foundation
public import Scores

/// What has been measured so far of a trial that is being measured: `measuring.json`, which is removed when all of it is in
/// `metrics.json`.
public struct MeasuringRecord: Codable, Sendable, Equatable {
  /// A metric without what follows from its measurements.
  public struct Part: Codable, Sendable, Equatable {
    /// The metric's key.
    public let key: String
    /// What it is asked for.
    public let aspect: MetricAspect
    /// Which way a better model moves it.
    public let better: MetricDirection?
    /// What was found of each set.
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

  /// Changes with whatever would change a measurement; what is kept under another one is of no use.
  public var identity: String
  /// How far measuring is.
  public var progress: MeasuringProgress
  /// What is known of the samples.
  public var ofSamples: [MetricMeasurement] = []
  /// What else is known, by the names of what is measured together.
  public var parts: [String: [Part]] = [:]

  private enum CodingKeys: String, CodingKey {
    case identity, progress, parts
    case ofSamples = "of_samples"
  }

  /// Starts with nothing measured.
  public init(identity: String, progress: MeasuringProgress) {
    (self.identity, self.progress) = (identity, progress)
  }

  /// Writes the file; what a crash of the system takes is measured again.
  ///
  /// - Throws: `FileError`.
  public func write(to url: URL) throws { try writeJSON(self, to: url, isDurable: false) }

  /// Reads the file.
  ///
  /// - Returns: Nil when there is no such file, or one that is of no use, as of another version.
  public static func read(from url: URL) -> MeasuringRecord? {
    try? readJSON(MeasuringRecord.self, from: url, as: "measurements")
  }
}
