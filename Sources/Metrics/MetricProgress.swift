public import Scores

/// How far measuring has come.
public struct MetricProgress: Sendable {
  /// Measurements done, and all there are: one of the generated set and one of each control, for every metric.
  public let done, total: Int
  /// The measurement that was made last; nil at the beginning.
  public let measured: MetricMeasurement?
  /// The metric that comes next; nil at the end.
  public let next: String?
  /// Seconds that the rest may take: of a metric as long as for the sets before, of one that was not measured yet
  /// as long as the others on average. Nil before anything was measured.
  public let secondsLeft: Double?
}
