/// How far the measuring of a trained model is.
public struct MeasuringProgress: Codable, Sendable, Equatable {
  /// Measurements that are made, and all there are to be.
  public var done, total: Int
  /// What is measured next, or being measured; nil at the end.
  public var next: String?
  /// Seconds that the rest may take; nil where that is not known.
  public var secondsLeft: Double?

  /// Describes progress; see the properties.
  public init(done: Int, total: Int, next: String? = nil, secondsLeft: Double? = nil) {
    (self.done, self.total) = (done, total)
    (self.next, self.secondsLeft) = (next, secondsLeft)
  }

  private enum CodingKeys: String, CodingKey {
    case done, total, next
    case secondsLeft = "seconds_left"
  }

  /// Reads how far a trial is; nil when it is not being measured.
  public init?(of trial: TrialFolder) {
    guard let record = MeasuringRecord.read(from: trial.measuring) else { return nil }
    self = record.progress
  }
}
