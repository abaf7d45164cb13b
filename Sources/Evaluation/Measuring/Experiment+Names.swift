internal import Complaints
internal import Datasets
public import Experiments
internal import Metrics
internal import Training

/// Which numbers an experiment may name; all are read from `MeasurementCatalogue`.
extension Experiment {
  /// Makes sure that the model can be built with its dropout, and that the metrics asked for are there.
  ///
  /// - Throws: `InputError` naming the file, line and key of what does not fit.
  public func checkModel() throws {
    _ = try makeModel()
    try checkMetricNames()
  }

  /// Makes sure that there are metrics of the names that `metrics.primary` gives, and the probes.
  ///
  /// - Parameter classes: How many classes the data have; nil while they are not loaded.
  func checkMetricNames(classes: Int? = nil) throws {
    try checkProbes()
    for primary in metrics.primary {
      try checkMetric(primary.metric, "metrics.primary.\(primary.question)", classes: classes)
    }
  }

  /// Makes sure that there are metrics of the names that `claim` gives.
  ///
  /// - Throws: `InputError` about the first that is unknown.
  public func checkClaimMetrics() throws {
    let names = MeasurementCatalogue.keys(of: self)
    for (index, criterion) in (claim?.criteria ?? []).enumerated() {
      // `accuracy_gap.training` is a number beside the value of `accuracy_gap`.
      let isWhole = names.contains(criterion.metric)
      let name = isWhole ? criterion.metric : criterion.metric.untilLastDot
      try checkMetric(name, "claim.reproduced_if.\(index).metric")
    }
  }

  private func checkMetric(_ name: String, _ key: String, classes: Int? = nil) throws {
    let names = MeasurementCatalogue.keys(of: self, classes: classes)
    guard !names.contains(name) else { return }
    throw InputError(
      place(of: key), key: key, expected: "one of \(names.joined(separator: ", "))", found: name,
      suggestion: MetricCatalogue.keys(named: name).first ?? nearestName(to: name, among: names))
  }

  /// Makes sure that there are probes of the names asked for, and that they can look at the experiment.
  private func checkProbes() throws {
    for (index, name) in metrics.probes.enumerated() {
      guard let probe = MeasurementCatalogue.probes.first(where: { $0.key == name }) else {
        let names = MeasurementCatalogue.probes.map { $0.key }
        throw InputError(
          place(of: "metrics.probes.\(index)"), key: "metrics.probes",
          expected: "some of \(names.joined(separator: ", "))", found: name,
          suggestion: nearestName(to: name, among: names))
      }
      try probe.check(self)
    }
  }
}

extension String {
  /// What stands before the last dot; all of it where there is none.
  fileprivate var untilLastDot: String { lastIndex(of: ".").map { String(self[..<$0]) } ?? self }
}
