/// The result of one metric on one set: a score, or the reason why there is none. A run consists of
/// measurements; those that were kept when it was stopped are not made again, see `MetricResults`.
public struct MetricMeasurement: Sendable, Equatable, Codable {
  /// The metric's key.
  public let metric: String
  /// The control that took the place of the generated set; nil for the generated set itself.
  public let control: Control?
  /// The score; nil when the metric has no value for the set. All its numbers are finite.
  public let score: Score?
  /// The reason why there is no value; nil where there is one.
  public let reason: String?
  /// Number of generated examples, or of those in their place; nil where no such set is measured.
  public let examples: Int?
  /// Time that the measurement took.
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

  /// Records what a function scores, or the reason why it cannot, and the time that it takes.
  ///
  /// - Throws: What `score` throws, except `Unavailable`, which becomes the reason.
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
