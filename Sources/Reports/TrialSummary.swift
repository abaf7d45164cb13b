public import Experiments
public import Records
internal import Scores

/// The primary metrics of a finished trial, in a few rows for a terminal.
public struct TrialSummary {
  /// Names of the columns.
  public static let headings =
    ["metric", MetricRecord.valueName] + Control.allCases.map(\.rawValue) + [""]
  /// The primary metrics, in the order of their questions: cells for each heading.
  public let rows: [[String]]
  /// A warning that the generator makes only a few distinct samples; nil where it does not.
  public let collapse: String?

  /// Reads `metrics.json`.
  ///
  /// - Parameter primary: The questions that the experiment asks.
  /// - Throws: `InputError` for a file that holds something else.
  public init(of trial: TrialFolder, primary: [Experiment.Metrics.Primary]) throws {
    let document = try MetricsDocument.comparable(from: trial.metrics)
    collapse = Collapse(document?.sizes).map { "collapsed: \($0.text)" }
    rows = primary.map { primary in
      let metric = document?.values[primary.metric]
      let numbers = [metric?.value] + Control.allCases.map { metric?.controls[$0] }
      return [primary.metric] + numbers.map { $0.map(shortNumber) ?? "–" }
        + [metric?.reason ?? metric?.word ?? ""]
    }
  }
}
