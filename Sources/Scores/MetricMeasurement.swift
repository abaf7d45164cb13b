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
