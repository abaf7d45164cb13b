internal import Specification
package import Training
public import Experiments
internal import Complaints
public import Datasets
internal import Foundation
internal import Metrics
internal import Scores
internal import Models
package import Records

/// Measures the model of a trial: cheap numbers during training, everything at its end.
package final class Measuring {
  private let subject: Subject
  private let measurements: [any Measurement]

  /// Prepares the measurements that `metrics` asks for, and checks them.
  ///
  /// - Throws: `InputError` for an unknown metric or an unusable network file.
  package convenience init(_ session: TrainingSession, _ data: Dataset) throws {
    try self.init(Subject(session, data))
  }

  /// Prepares the measurements of what another program's model has left.
  ///
  /// - Throws: `InputError` for an unknown metric or an unusable network file.
  package convenience init(
    _ model: ForeignModel, of experiment: Experiment, _ data: Dataset, threads: Int
  ) throws {
    try self.init(Subject(model, of: experiment, data, threads: threads))
  }

  private init(_ subject: Subject) throws {
    self.subject = subject
    let (experiment, data) = (subject.experiment, subject.data)
    try experiment.checkMeasuring(of: data)
    measurements = MeasurementCatalogue.measurements(of: experiment, classes: data.classes.count)
    if case .network = experiment.metrics.features { try prepare() }
  }

  /// Returns true when measuring is to end early. It is called repeatedly while measuring goes on.
  package var shouldStop: () -> Bool {
    get { subject.shouldStop }
    set { subject.shouldStop = newValue }
  }

  /// Cheap numbers of the model in its current state, for the log.
  package func quickValues() throws -> [(name: String, value: Double)] {
    subject.modelHasChanged()
    return try measurements.flatMap { try $0.quickValues(of: subject) }
  }

  /// The number that `train.until` watches; nil without that rule.
  package var criterion: Criterion? {
    let key = subject.experiment.train.until?.metric
    return measurements.flatMap(\.criteria).first { $0.key == key }
  }

  /// The value of a criterion for the model in its current state.
  ///
  /// - Throws: `InputError` where there are too few held-out examples for it.
  package func value(of criterion: Criterion) throws -> Double {
    subject.modelHasChanged()
    guard let measurement = measurements.first(where: { $0.criteria.contains(criterion) }) else {
      preconditionFailure("\(criterion.key) is a criterion of a measurement")
    }
    let entry = try measurement.criterion(criterion.key, of: subject)
    guard let value = entry.value?.value else {
      throw InputError(
        subject.experiment.place(of: "train.until.metric"), key: "train.until.metric",
        expected: "a metric that there are enough held-out examples for",
        found: "\(criterion.key), which \(entry.reason ?? "has no value")")
    }
    return value
  }

  /// Switches off units of a trained generator where `sampling.deactivate` says so.
  ///
  /// - Returns: What was done, in words; nil without that key.
  /// - Throws: `Stopped` when `shouldStop` returns true.
  package func deactivate() throws -> String? {
    guard let asked = subject.experiment.sampling.deactivate else { return nil }
    subject.modelHasChanged()
    return try Deactivation(subject: subject).apply(asked).text
  }

  /// Computes what depends on the data alone, if the model is measured during training, and switches on all units of
  /// it.
  ///
  /// - Throws: `Stopped` when `shouldStop` returns true.
  package func prepareForTraining() throws {
    try Deactivation(subject: subject).reset()
    if subject.experiment.metrics.every > 0 { try prepare() }
  }

  private func prepare() throws {
    for measurement in measurements { try measurement.prepare(for: subject) }
  }

  /// Measures a trained model and writes `metrics.json` and the files beside it. Measurements that were
  /// made before measuring was stopped are not repeated.
  ///
  /// - Parameters:
  ///   - validation: Measures the same model with the held-out examples, where there is a test set; else nil.
  ///   - madeBy: The program and machine that measure.
  ///   - report: Called with the progress whenever it changes.
  /// - Throws: `Stopped` when `shouldStop` returns true.
  package func write(
    to folder: TrialFolder, validation: Measuring?, madeBy: Provenance,
    report: @escaping (MeasuringProgress) -> Void
  ) throws {
    report(MeasuringProgress(done: 0, total: 0, next: "features"))
    let isOfValidation = subject.experiment.metrics.set == .validation
    let measurements = isOfValidation ? [] : measurements
    for part in [self, validation].compactMap(\.self) {
      part.subject.modelHasChanged()
      try part.prepare()
    }
    let facts = madeBy.facts.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    let kept = KeptMeasurements(
      folder.measuring,
      identity: "\(subject.experiment.measuringHash) of step \(subject.step) by \(facts)",
      total: measurements.reduce(validation == nil ? 0 : 1) { $0 + $1.pieces }, report: report)
    let findings = try measurements.map { try $0.measure(subject, in: folder, kept) }
    let validated = try validation.map { validation in
      try kept.part(MetricsDocument.validationSet) {
        try validation.measurements.flatMap { try $0.validation(of: validation.subject) }
      }
    }
    try MetricsDocument(
      sizes: findings.lazy.compactMap(\.sizes).first ?? MetricsDocument.Sizes(),
      features: findings.lazy.compactMap(\.features).first,
      set: isOfValidation
        ? MetricsDocument.validationSet : subject.data.isOfTest ? MetricsDocument.testSet : nil,
      entries: isOfValidation ? validated ?? [] : findings.flatMap(\.entries),
      validation: validated,
      learnedRates: subject.learnedRates
    ).write(to: folder.metrics)
    try kept.remove()
  }
}

extension Experiment {
  /// Checks that what `metrics` asks for can be measured, as far as this is known before anything is
  /// computed.
  ///
  /// - Throws: `InputError` for an unknown metric or an unusable network file.
  public func checkMeasuring(of data: Dataset) throws {
    try checkMetricNames(classes: model.family.isGenerative ? nil : data.classes.count)
    try checkFolds(of: data.training)
    try checkReferences(of: data.measured.holdout)
    if model.family.isGenerative, case .network(let file) = metrics.features {
      _ = try NetworkMap(file, shape: data.training.shape)
    }
  }
}
