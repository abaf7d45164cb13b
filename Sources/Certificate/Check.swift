package import Metrics

/// The property of a metric that a check is about. The first five are the desiderata of the paper; the last two are about
/// the words beside a value.
///
/// Source: O. Räisä, B. van Breugel, M. van der Schaar 2025, "Position: all current generative fidelity and diversity
/// metrics are flawed", arXiv:2505.22450, §3.
package enum CheckKind: String, CaseIterable, Codable, Sendable {
  /// The value moves with what it is to measure, and with nothing else.
  case purpose
  /// What a user may choose, as a seed or the number of samples, does not move the value.
  case hyperparameters
  /// The number of examples, and a few bad ones among them, do not move the value.
  case data
  /// The best and the worst value are the same for all data.
  case bounds
  /// Changes of units do not move the value.
  case invariance
  /// Honest generators are not accused.
  case falseAlarms = "false_alarms"
  /// Planted copies are found.
  case power
}

/// The data that a check can be made on.
package enum Reach: Sendable {
  /// Any data, once.
  case anyData
  /// Any data, at every size and dimension of a plan.
  case everySize
  /// Sets that the check makes itself.
  case ownData
}

/// One check of metrics, with a criterion that is fixed beforehand.
package protocol Check: Sendable {
  /// Its name in tables and files.
  var name: String { get }
  /// The property that it is about.
  var kind: CheckKind { get }
  /// The data that it can be made on.
  var reach: Reach { get }
  /// What passing means, in words.
  var passing: String { get }

  /// True where the check asks something of metrics of a question.
  func asks(_ question: Question) -> Bool

  /// Judges metrics; all of them are asked something.
  ///
  /// - Throws: `Stopped`.
  func findings(of metrics: [any Metric], on bench: Bench) throws -> [Finding]
}
