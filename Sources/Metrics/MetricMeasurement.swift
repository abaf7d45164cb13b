/// What one metric has found of one set. Measuring is made of these: those that are kept when it is stopped need
/// not be made again, see `MetricResults`.
public struct MetricMeasurement: Sendable, Equatable, Codable {
  /// The metric's key.
  public let metric: String
  /// What was in the place of the generated set; nil for the generated set itself.
  public let control: Control?
  /// What was found; nil when the metric has no value for the set. All its numbers are finite.
  public let score: Score?
  /// Why there is no value.
  public let reason: String?
  /// Examples in the place of the generated ones; nil where other things are measured.
  public let examples: Int?
  /// Time that it took.
  public let seconds: Double

  /// Records a score, or why there is none.
  public init(
    _ metric: String, _ control: Control? = nil, _ outcome: Result<Score, Unavailable>,
    examples: Int? = nil, seconds: Double = 0
  ) {
    (self.metric, self.control, self.examples) = (metric, control, examples)
    self.seconds = seconds
    do throws(Unavailable) {
      (score, reason) = (try outcome.get().finite(), nil)
    } catch {
      (score, reason) = (nil, error.description)
    }
  }

  /// Records what a function scores, or why it cannot, with the time that it takes.
  ///
  /// - Throws: What `score` throws, but for `Unavailable`.
  public init(
    _ metric: String, _ control: Control? = nil, examples: Int? = nil,
    of score: () throws -> Score
  ) throws {
    let started = ContinuousClock.now
    let outcome: Result<Score, Unavailable>
    do {
      outcome = .success(try score())
    } catch let reason as Unavailable {
      outcome = .failure(reason)
    }
    self.init(
      metric, control, outcome, examples: examples,
      seconds: (ContinuousClock.now - started) / .seconds(1))
  }
}

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

extension Score {
  /// The score without further numbers that are not finite, so that none is ever written.
  ///
  /// - Throws: `Unavailable` when the value itself is not finite.
  func finite() throws(Unavailable) -> Score {
    guard value.isFinite else {
      throw Unavailable(warning ?? "the value is not a finite number: \(value)")
    }
    return Score(
      value, spread: spread.flatMap { $0.isFinite ? $0 : nil },
      extra: extra.filter(\.value.isFinite),
      extraTables: extraTables.mapValues { $0.filter(\.value.isFinite) }, warning: warning)
  }
}
