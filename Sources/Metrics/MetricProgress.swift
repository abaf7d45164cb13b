public import Scores

/// The progress of a run of metrics.
public struct MetricProgress: Sendable {
  /// Number of measurements made, and of all: one of the generated set and one of each control, for every
  /// metric.
  public let done, total: Int
  /// The measurement that was made last; nil at the beginning.
  public let measured: MetricMeasurement?
  /// The metric that comes next; nil at the end.
  public let next: String?
  /// Estimated seconds for the rest. A metric is expected to take as long as its measurements so far on
  /// average, one that was not measured yet as long as the average metric. Nil before anything was
  /// measured.
  public let secondsLeft: Double?
}
