package import Metrics
internal import Scores

/// What a metric is asked, as far as checks differ by it.
package enum Question: String, CaseIterable, Sendable {
  /// Are the generated rows, one by one, like the data?
  case rows
  /// Is the generated distribution, its variety included, like that of the data?
  case distribution
  /// Is the generated set diverse?
  case diversity
  /// Does the generated set copy the training set?
  case memorization

  /// One reaction for metrics of every question.
  static func all(expecting reaction: Reaction) -> [Question: Reaction] {
    Dictionary(uniqueKeysWithValues: allCases.map { ($0, reaction) })
  }
}

extension Metric {
  /// The question that the metric answers; nil for metrics of trained models.
  ///
  /// Metrics of fidelity that look at rows one by one are asked about rows alone; of the others, such as a Fréchet
  /// distance, lost modes are to be noticed too.
  package var question: Question? {
    switch aspect {
    case .fidelity: looksAtSingleRows ? .rows : .distribution
    case .diversity: .diversity
    case .memorization: .memorization
    case .performance, .robustness, .uncertainty, .mechanism: nil
    }
  }
}
