/// Progress of measuring a trained model.
public struct MeasuringProgress: Codable, Sendable, Equatable {
  /// Number of measurements made, and of all that are to be made.
  public var done, total: Int
  /// Name of the measurement that is next or under way; nil at the end.
  public var next: String?
  /// Estimated seconds for the rest; nil where not known.
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

  /// Reads the progress of a trial; nil when it is not being measured.
  public init?(of trial: TrialFolder) {
    guard let record = MeasuringRecord.read(from: trial.measuring) else { return nil }
    self = record.progress
  }
}
