internal import Complaints
internal import Datasets
public import Experiments
internal import Metrics
internal import Training

/// Checks of the metrics and probes that an experiment names. The valid names are read from
/// `MeasurementCatalogue`.
extension Experiment {
  /// Checks that the model can be built with its dropout, and that the metrics and probes asked for exist.
  ///
  /// - Throws: `InputError` naming the file, line and key of what does not fit.
  public func checkModel() throws {
    if trainer == nil { _ = try makeModel() }
    try checkMetricNames()
  }

  /// Checks that the metrics of `metrics.primary` and the probes of `metrics.probes` exist.
  ///
  /// - Parameter classes: Number of classes of the data; nil while they are not loaded.
  func checkMetricNames(classes: Int? = nil) throws {
    try checkProbes()
    try checkSmallestEffects()
    if let until = train.until {
      try checkCriterion(until.metric, "train.until.metric", classes: classes)
    }
    if let tuning = ablation?.tuning {
      try checkCriterion(tuning.by, "ablation.tune.by", classes: classes)
    }
    for primary in metrics.primary {
      try checkMetric(primary.metric, "metrics.primary.\(primary.question)", classes: classes)
    }
  }

  /// Checks that the metrics of `claim` exist.
  ///
  /// - Throws: `InputError` about the first that is unknown.
  public func checkClaimMetrics() throws {
    let names = MeasurementCatalogue.keys(of: self)
    let named = [
      "reproduced_if": claim?.criteria.map(\.metric), "valid_if": claim?.conditions.map(\.metric),
    ]
    for (key, metrics) in named.sorted(by: { $0.key < $1.key }) {
      for (index, metric) in (metrics ?? []).enumerated() {
        try checkMetric(metric.key(among: names), "claim.\(key).\(index).metric")
      }
    }
    for (index, criterion) in (claim?.criteria ?? []).enumerated() where criterion.peak != nil {
      let key = "claim.reproduced_if.\(index)"
      try checkCriterion(criterion.metric, "\(key).metric")
      guard data.test != nil else {
        throw InputError(
          place(of: "\(key).peak"), key: "\(key).peak",
          expected:
            "data.test, a share or a path, as the best arm is chosen by the held-out examples",
          found: "no test set")
      }
    }
  }

  /// Checks that the smallest effects of interest are of the primary metrics, which are what is decided.
  private func checkSmallestEffects() throws {
    let names = metrics.primary.map(\.metric)
    for effect in ablation?.smallestEffects ?? [] where !names.contains(effect.metric) {
      let key = "ablation.smallest_effect.\(effect.metric)"
      throw InputError(
        place(of: key), key: key, expected: "a primary metric: \(names.joined(separator: " or "))",
        found: effect.metric, suggestion: nearestName(to: effect.metric, among: names))
    }
  }

  private func checkMetric(_ name: String, _ key: String, classes: Int? = nil) throws {
    let names = MeasurementCatalogue.keys(of: self, classes: classes)
    let isOwn = trainer?.scores != nil && ForeignScores.canBeKey(name)
    guard !isOwn, !names.contains(name) else { return }
    throw InputError(
      place(of: key), key: key, expected: "one of \(names.joined(separator: ", "))", found: name,
      suggestion: Self.suggestion(for: name, among: names))
  }

  /// The valid name that a wrong one may stand for: the key of a metric that has another name, or the nearest.
  private static func suggestion(for name: String, among names: [String]) -> String? {
    MetricCatalogue.keys(named: name).first(where: names.contains)
      ?? nearestName(to: name, among: names)
  }

  /// Checks that a metric tells models of held-out examples apart.
  private func checkCriterion(_ name: String, _ key: String, classes: Int? = nil) throws {
    let names = MeasurementCatalogue.criteria(of: self, classes: classes).map(\.key)
    guard !names.contains(name) else { return }
    throw InputError(
      place(of: key), key: key,
      expected:
        "one of \(names.joined(separator: ", ")), which held-out examples alone decide",
      found: name,
      suggestion: Self.suggestion(for: name, among: names))
  }

  /// Checks that the probes of `metrics.probes` exist and can be used with the experiment.
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
  /// The key of the metric that a claim names: the text itself, or, of a further number of a metric, what stands before
  /// the last dot: `accuracy_gap.training` gives `accuracy_gap`.
  func key(among keys: [String]) -> String {
    keys.contains(self) ? self : lastIndex(of: ".").map { String(self[..<$0]) } ?? self
  }
}
