public import Datasets
public import Experiments
internal import Scores

extension Experiment {
  /// Finds named metrics that have no value for data of these sizes, so that what depends on them is never decided.
  ///
  /// - Parameters:
  ///   - data: The data of this experiment.
  ///   - claim: The claim of the ablation that this experiment is a trial of; nil without one.
  ///   - arm: The arm of that ablation; nil without one.
  /// - Returns: A sentence for each key of the file that names such a metric.
  public func missingValues(for data: Dataset, claim: Claim? = nil, arm: String? = nil) -> [String]
  {
    let measurements = MeasurementCatalogue.measurements(of: self, classes: data.classes.count)
    let primary = metrics.primary.map {
      (place: "metrics.primary.\($0.question)", metric: $0.metric)
    }
    let criteria = (claim?.criteria ?? []).enumerated().compactMap { index, criterion in
      criterion.namedArms.contains { $0.arm == arm }
        ? (place: "claim.reproduced_if.\(index)", metric: criterion.metric) : nil
    }
    let conditions = (claim?.conditions ?? []).enumerated().compactMap { index, condition in
      condition.arm == arm ? (place: "claim.valid_if.\(index)", metric: condition.metric) : nil
    }
    let keys = measurements.flatMap(\.keys)
    return (primary + criteria + conditions).compactMap { place, named in
      let key = named.key(among: keys)
      let measurement = measurements.first { $0.keys.contains(key) }
      return measurement?.obstacle(to: key, of: self, on: data.measured).map {
        "\(place): \(key) has no value: \($0)"
      }
    }
  }
}
