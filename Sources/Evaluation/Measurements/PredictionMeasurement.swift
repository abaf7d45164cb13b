internal import Glossary
internal import Scores
internal import Datasets
internal import Files
internal import Foundation
internal import Metrics
internal import Records

/// Metrics of `ClassificationCatalogue` for a detector or classifier on held-out examples as they are. Also
/// writes `predictions.csv`.
final class PredictionMeasurement: UndividedMeasurement {
  /// Largest number of held-out examples that are measured during training: enough that an accuracy near 90% is known
  /// to within 1.3 points.
  private static let quickExamples = 2000

  private let metrics: [any ClassificationMetric]

  /// Chooses the metrics that suit a number of classes.
  ///
  /// - Parameter classes: Number of classes that the model tells apart; nil while it is not known.
  init(classes: Int?) {
    metrics = ClassificationCatalogue.all.filter { metric in classes.map(metric.isFor) ?? true }
  }

  var numbers: [MeasuredNumber] { metrics.map { MeasuredNumber($0) } }

  private func metric(_ key: String) -> any ClassificationMetric {
    guard let metric = metrics.first(where: { $0.key == key }) else {
      preconditionFailure("\(key) is not measured")
    }
    return metric
  }

  func entries(of subject: Subject, in folder: TrialFolder) throws -> [MetricEntry] {
    let predictions = try subject.predictions(of: subject.heldOut())
    try AtomicFile.write(Data(csv(predictions, subject).utf8), to: folder.predictions)
    return try metrics.map { try MetricEntry($0, predictions) }
  }

  func measure(
    _ subject: Subject, in folder: TrialFolder, _ kept: KeptMeasurements
  ) throws -> Findings {
    let found = try kept.part("predictions") { try entries(of: subject, in: folder) }
    let data = subject.data
    var sizes = MetricsDocument.Sizes()
    (sizes.train, sizes.holdout) = (data.training.count, data.holdout.count)
    (sizes.measured, sizes.classes) = (subject.heldOutExamples.count, data.classes.count)
    return Findings(found, sizes: sizes)
  }

  var criteria: [Criterion] { metrics.map { Criterion(key: $0.key, better: $0.better) } }

  func criterion(_ key: String, of subject: Subject) throws -> MetricEntry {
    let metric = metric(key)
    return try MetricEntry(key: key, aspect: metric.aspect, better: metric.better) {
      try metric.score(subject.predictions(of: subject.heldOut()))
    }
  }

  func quickValues(of subject: Subject) throws -> [(name: String, value: Double)] {
    do {
      let predictions = try subject.predictions(of: subject.heldOut().prefix(Self.quickExamples))
      return try metrics.map { try MetricEntry($0, predictions) }
        .compactMap { entry in entry.value.map { (entry.key, $0.value) } }
    } catch is Unavailable {
      return []
    }
  }

  /// CSV with a row for each held-out example that was measured: class, prediction and probabilities.
  private func csv(_ predictions: Predictions, _ subject: Subject) -> String {
    let names = subject.data.classes
    let header = ["class", "prediction"] + names.map { "p_\($0)" }
    let rows = (0..<predictions.count).map { row in
      [names[predictions.labels[row]], names[predictions.prediction(row)]]
        + (0..<predictions.classes).map { "\(predictions.probability(row, $0))" }
    }
    return ([header] + rows).map { CSV.row($0) + "\n" }.joined()
  }
}
