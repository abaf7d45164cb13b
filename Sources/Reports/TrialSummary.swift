public import Experiments
public import Records

/// What a finished trial has measured, in a few rows for a terminal.
public struct TrialSummary {
  /// Names of the columns.
  public static let headings = ["metric", "value", "null", "copies", "planted", ""]
  /// The primary metrics, in the order of their questions: cells for each heading.
  public let rows: [[String]]
  /// What must be said first: that the samples are a few different ones again and again; nil where they are not.
  public let collapse: String?

  /// Reads `metrics.json`.
  ///
  /// - Parameter primary: The questions that the experiment asks.
  /// - Throws: `InputError` for something else.
  public init(of trial: TrialFolder, primary: [Experiment.Metrics.Primary]) throws {
    let read = try TrialReadings.read(trial.metrics) ?? TrialReadings()
    let readings = read.metrics
    collapse = read.collapse.map { "collapsed: \($0.text)" }
    rows = primary.map { primary in
      let reading = readings[primary.metric]
      let numbers = Self.headings[1...4].map { heading in
        reading?.numbers[heading].map(shortNumber) ?? "–"
      }
      return [primary.metric] + numbers + [reading?.reason ?? reading?.word ?? ""]
    }
  }
}
