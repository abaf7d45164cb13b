public import Records

/// What a finished trial has measured, in a few rows for a terminal.
public struct TrialSummary {
  /// Names of the columns.
  public static let headings = ["metric", "value", "null", "copies", "planted", ""]
  /// The primary metrics, in the order of their questions: cells for each heading.
  public let rows: [[String]]

  /// Reads `metrics.json`.
  ///
  /// - Parameter primary: The questions that the experiment asks.
  /// - Throws: `InputError` for something else.
  public init(of trial: TrialFolder, primary: [Experiment.Metrics.Primary]) throws {
    let readings = try MetricReading.read(trial.metrics) ?? [:]
    rows = primary.map { primary in
      let reading = readings[primary.metric]
      let numbers = Self.headings[1...4].map { heading in
        reading?.numbers[heading].map(shortNumber) ?? "–"
      }
      return [primary.metric] + numbers + [reading?.reason ?? reading?.word ?? ""]
    }
  }
}
