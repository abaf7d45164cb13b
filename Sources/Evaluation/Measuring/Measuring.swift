internal import Specification
package import Training
public import Experiments
internal import Complaints
public import Datasets
internal import Foundation
internal import Metrics
internal import Models
package import Records

/// What a trial measures of itself: cheap numbers while it trains, all of them at its end.
package final class Measuring {
  private let subject: Subject
  private let measurements: [any Measurement]

  /// Checks what `metrics` asks for.
  ///
  /// - Throws: `InputError` for a metric that there is not or a network file that is not usable.
  package init(_ session: TrainingSession, _ data: Dataset) throws {
    let experiment = session.experiment
    try experiment.checkMeasuring(of: data)
    subject = Subject(session, data)
    measurements = MeasurementCatalogue.measurements(of: experiment, classes: data.classes.count)
    if case .network = experiment.metrics.features { try prepare() }
  }

  /// Whether measuring is to be given up; asked again and again while it goes on.
  package var shouldStop: () -> Bool {
    get { subject.shouldStop }
    set { subject.shouldStop = newValue }
  }

  /// The cheap numbers of the model as it is.
  package func quickValues() throws -> [(name: String, value: Double)] {
    subject.modelHasChanged()
    return try measurements.flatMap { try $0.quickValues(of: subject) }
  }

  /// Makes what needs the data, where the model is measured while it trains.
  ///
  /// - Throws: `Stopped` when it is asked to stop.
  package func prepareForTraining() throws {
    if subject.experiment.metrics.every > 0 { try prepare() }
  }

  private func prepare() throws {
    for measurement in measurements { try measurement.prepare(for: subject) }
  }

  /// Writes `metrics.json`, and what else there is to write of a finished model. What was measured before it was
  /// stopped is not measured again.
  ///
  /// - Parameters:
  ///   - madeBy: What measures.
  ///   - report: Is told before each measurement.
  /// - Throws: `Stopped` when it is asked to stop.
  package func write(
    to folder: TrialFolder, madeBy: Provenance,
    report: @escaping (MeasuringProgress) -> Void
  ) throws {
    report(MeasuringProgress(done: 0, total: 0, next: "features"))
    subject.modelHasChanged()
    try prepare()
    let facts = madeBy.facts.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    let kept = KeptMeasurements(
      folder.measuring,
      identity: "\(subject.experiment.measuringHash) of step \(subject.session.step) by \(facts)",
      total: measurements.reduce(0) { $0 + $1.pieces }, report: report)
    let findings = try measurements.map { try $0.measure(subject, in: folder, kept) }
    try MetricsDocument(
      sizes: findings.lazy.compactMap(\.sizes).first ?? MetricsDocument.Sizes(),
      features: findings.lazy.compactMap(\.features).first,
      entries: findings.flatMap(\.entries), learnedRates: subject.session.learnedRates()
    ).write(to: folder.metrics)
    try kept.remove()
  }
}

extension Experiment {
  /// Makes sure that what `metrics` asks for can be measured, as far as that shows before anything is computed.
  ///
  /// - Throws: `InputError` for a metric that there is not or a network file that is not usable.
  public func checkMeasuring(of data: Dataset) throws {
    try checkMetricNames(classes: model.family.isGenerative ? nil : data.classes.count)
    try checkFolds(of: data.training)
    if model.family.isGenerative, case .network(let file) = metrics.features {
      _ = try NetworkMap(file, shape: data.training.shape)
    }
  }

  /// Makes sure that a batch is left of the training set without any of its folds.
  func checkFolds(of examples: Examples) throws {
    guard let folds = metrics.memorizationScore?.folds else { return }
    let left = examples.count - (examples.count + folds - 1) / folds
    guard folds <= examples.count, left >= train.batch else {
      let key = "metrics.memorization_score.folds"
      throw InputError(
        place(of: key), key: key,
        expected:
          "folds that leave a batch of \(train.batch) of \(examples.count) training examples",
        found: "\(folds)")
    }
  }
}
