public import Metrics
public import Records
internal import Scores

extension MetricsDocument {
  /// Collects the results of metrics on sets of examples.
  ///
  /// - Parameter features: Name of the feature space.
  public init(_ results: MetricResults, features: String) {
    self.init(sizes: Sizes(results.sizes), features: features, set: nil, entries: results.entries)
  }

  /// Collects the measurements of a model.
  ///
  /// - Precondition: No two entries have the same key.
  init(
    sizes: Sizes, features: String?, set: String?, entries: [MetricEntry],
    validation: [MetricEntry]? = nil, learnedRates: [String: Double] = [:]
  ) {
    func records(_ entries: [MetricEntry]) -> [String: MetricRecord] {
      Dictionary(uniqueKeysWithValues: entries.map { ($0.key, MetricRecord($0)) })
    }
    self.init(
      sizes: sizes, features: features, set: set, values: records(entries),
      validation: validation.map(records), learnedRates: learnedRates)
  }
}

extension MetricsDocument.Sizes {
  /// Copies the numbers of examples that metrics have compared.
  init(_ sizes: MetricResults.Sizes) {
    self.init()
    (train, holdout, generated) = (sizes.train, sizes.holdout, sizes.generated)
    (trainDuplicates, dimension) = (sizes.trainDuplicates, sizes.dimension)
    holdoutInTrain = sizes.holdoutInTraining > 0 ? sizes.holdoutInTraining : nil
    guard let variety = sizes.variety else { return }
    (distinctGenerated, distinctTrain) = (variety.generated, variety.training)
    distinctOf = variety.examples
    collapsed = variety.isCollapsed ? true : nil
  }
}

extension MetricRecord {
  /// Converts a metric to a record, with its verdict in words.
  public init(_ entry: MetricEntry) {
    self.init(
      aspect: entry.aspect, better: entry.better, value: entry.value, controls: entry.controls,
      word: entry.word.isEmpty ? nil : entry.word, isInformative: entry.isInformative,
      reason: entry.reason)
  }
}
