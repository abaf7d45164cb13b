public import Metrics
public import Records
internal import Scores

extension MetricsDocument {
  /// What the metrics have found of sets of examples.
  ///
  /// - Parameter features: The name of the space that the features are of.
  public init(_ results: MetricResults, features: String) {
    self.init(sizes: Sizes(results.sizes), features: features, entries: results.entries)
  }

  /// What was measured of a model; no two entries have one key.
  init(
    sizes: Sizes, features: String?, entries: [MetricEntry], learnedRates: [String: Double] = [:]
  ) {
    self.init(
      sizes: sizes, features: features,
      values: Dictionary(uniqueKeysWithValues: entries.map { ($0.key, MetricRecord($0)) }),
      learnedRates: learnedRates)
  }
}

extension MetricsDocument.Sizes {
  /// Numbers of examples that metrics have compared.
  init(_ sizes: MetricResults.Sizes) {
    self.init()
    (train, holdout, generated) = (sizes.train, sizes.holdout, sizes.generated)
    (trainDuplicates, dimension) = (sizes.trainDuplicates, sizes.dimension)
    guard let variety = sizes.variety else { return }
    (distinctGenerated, distinctTrain) = (variety.generated, variety.training)
    distinctOf = variety.examples
    collapsed = variety.isCollapsed ? true : nil
  }
}

extension MetricRecord {
  /// A metric with what it says.
  public init(_ entry: MetricEntry) {
    self.init(
      aspect: entry.aspect, better: entry.better, value: entry.value, controls: entry.controls,
      word: entry.word.isEmpty ? nil : entry.word, isInformative: entry.isInformative,
      reason: entry.reason)
  }
}
