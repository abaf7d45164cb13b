public import Experiments
public import Glossary
internal import Specification

/// A number that is measured of trained models, in words.
public struct MetricDescription: Sendable, Equatable {
  /// The key in `metrics.json`, which `metrics.primary` and claims may name.
  public let key: String
  /// The families of models that it is measured of, as `model.family` names them, and `external`.
  public internal(set) var families: [String]
  /// What it says of a model, and its source.
  public let meaning: Meaning
}

extension Experiment {
  /// Every number that is measured of trained models, those of samples first; amounts in keys, such as the strengths of
  /// attacks, are the defaults.
  ///
  /// - Throws: `InputError` if an example of the reference is not valid, which is a mistake in the program.
  public static func metricReference() throws -> [MetricDescription] {
    var metrics: [MetricDescription] = []
    for example in try referenceExamples() {
      let family = example.model.family.rawValue
      for measurement in MeasurementCatalogue.measurements(of: try example.withAllProbes()) {
        for key in measurement.keys {
          if let index = metrics.firstIndex(where: { $0.key == key }) {
            if !metrics[index].families.contains(family) { metrics[index].families.append(family) }
          } else {
            let meaning = measurement.meaning(of: key)
            metrics.append(MetricDescription(key: key, families: [family], meaning: meaning))
          }
        }
      }
    }
    return metrics
  }

  /// An experiment with probes, with all of them in their place.
  private func withAllProbes() throws -> Experiment {
    guard !metrics.probes.isEmpty else { return self }
    let names = MeasurementCatalogue.probes.map { YAMLValue.text($0.key) }
    return try overriding([Override("metrics.probes", .list(names))])
  }
}
