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
  private let session: TrainingSession
  private let data: Dataset
  private let threads: Int
  private var prepared: (family: any FamilyMeasuring, probes: Probes)?

  /// Checks what `metrics` asks for.
  ///
  /// - Throws: `InputError` for a metric that there is not or a network file that is not usable.
  package init(_ session: TrainingSession, _ data: Dataset, threads: Int) throws {
    self.session = session
    self.data = data
    self.threads = threads
    try session.experiment.checkMeasuring(of: data)
    if case .network = session.experiment.metrics.features { _ = try prepare() }
  }

  /// The cheap numbers of the model as it is.
  package func quickValues() throws -> [(name: String, value: Double)] {
    let (family, probes) = try prepare()
    return try family.quickValues() + probes.logged()
  }

  /// Makes what needs the data, where the model is measured while it trains.
  ///
  /// - Throws: `Stopped` when the session is asked to stop.
  package func prepareForTraining() throws {
    if session.experiment.metrics.every > 0 { _ = try prepare() }
  }

  /// Writes `metrics.json`, and what else there is to write of a finished model. What was measured before it was
  /// stopped is not measured again.
  ///
  /// - Parameters:
  ///   - madeBy: What measures.
  ///   - report: Is told before each measurement.
  /// - Throws: `Stopped` when the session is asked to stop.
  package func write(
    to folder: TrialFolder, madeBy: Provenance,
    report: @escaping (MeasuringProgress) -> Void
  ) throws {
    report(MeasuringProgress(done: 0, total: 0, next: "features"))
    let (family, probes) = try prepare()
    let metrics = session.experiment.metrics
    let facts = madeBy.facts.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    let kept = KeptMeasurements(
      folder.measuring,
      identity: "\(session.experiment.measuringHash) of step \(session.step) by \(facts)",
      total: family.measurements + (metrics.probes.isEmpty ? 0 : 1)
        + (metrics.averaging.isEmpty ? 0 : 1), report: report)
    var entries = try family.entries(in: folder, kept)
    if !metrics.probes.isEmpty {
      entries += try kept.part("probes") { try probes.entries(log: folder.log) }
    }
    if !metrics.averaging.isEmpty {
      entries += try kept.part("averaging") {
        try Averaging(session, data).entries(counts: metrics.averaging)
      }
    }
    let document = MetricDocument(
      sizes: family.sizes, features: family.features, entries: entries)
    try TrialMetrics(document: document, learnedRates: session.learnedRates())
      .write(to: folder.metrics)
    try kept.remove()
  }

  /// Makes what needs the data the first time it is wanted.
  private func prepare() throws -> (family: any FamilyMeasuring, probes: Probes) {
    if let prepared { return prepared }
    let family: any FamilyMeasuring =
      session.model.isGenerative
      ? try GeneratorMeasuring(session, data, threads: threads)
      : try ClassifierMeasuring(session, data)
    let made = (family: family, probes: try Probes(session, data))
    prepared = made
    return made
  }
}

extension Experiment {
  /// Makes sure that the model can be built with its dropout, and that the metrics asked for are there.
  ///
  /// - Throws: `InputError` naming the file, line and key of what does not fit.
  public func checkModel() throws {
    _ = try makeModel()
    try checkMetricNames()
  }

  /// Makes sure that what `metrics` asks for can be measured, as far as that shows before anything is computed.
  ///
  /// - Throws: `InputError` for a metric that there is not or a network file that is not usable.
  public func checkMeasuring(of data: Dataset) throws {
    try checkMetricNames()
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

  /// The keys of all that a trial can measure.
  private var metricNames: [String] {
    let family =
      switch model.family {
      case .gan: MetricCatalogue.all.map(\.key) + ["discriminator_gap"]
      case .vae: MetricCatalogue.all.map(\.key) + ["log_likelihood_gap"]
      case .detector, .classifier: ClassifierMeasuring.keys(self)
      }
    return family + metrics.probes + Averaging.keys(self)
  }

  /// Makes sure that there are metrics of the names that `metrics.primary` gives, and the probes.
  func checkMetricNames() throws {
    try Probes.check(self)
    for primary in metrics.primary {
      try checkMetric(primary.metric, "metrics.primary.\(primary.question)")
    }
  }

  /// Makes sure that there are metrics of the names that `claim` gives.
  ///
  /// - Throws: `InputError` about the first that is unknown.
  public func checkClaimMetrics() throws {
    for (index, criterion) in (claim?.criteria ?? []).enumerated() {
      // `accuracy_gap.training` is a number beside the value of `accuracy_gap`.
      let isWhole = metricNames.contains(criterion.metric)
      let name = isWhole ? criterion.metric : criterion.metric.untilLastDot
      try checkMetric(name, "claim.reproduced_if.\(index).metric")
    }
  }

  private func checkMetric(_ name: String, _ key: String) throws {
    let names = metricNames
    guard !names.contains(name) else { return }
    throw InputError(
      place(of: key), key: key, expected: "one of \(names.joined(separator: ", "))", found: name,
      suggestion: MetricCatalogue.keys(named: name).first ?? nearestName(to: name, among: names))
  }
}

extension String {
  /// What stands before the last dot; all of it where there is none.
  fileprivate var untilLastDot: String { lastIndex(of: ".").map { String(self[..<$0]) } ?? self }
}
