public import Experiments
public import Glossary
internal import Metrics
public import Scores
internal import Specification

/// A number that is measured of trained models, in words.
public struct MetricDescription: Sendable, Equatable {
  /// The key in `metrics.json`, which `metrics.primary` and claims may name.
  public let key: String
  /// The families of models that it is measured of, as `model.family` names them, and `external`.
  public internal(set) var families: [String]
  /// The aspect of a model that it measures; nil where keys that are measured together differ in it.
  public let aspect: MetricAspect?
  /// The direction in which a better model moves it; nil where neither is better, or as for `aspect`.
  public let better: MetricDirection?
  /// What it says of a model, and its source.
  public let meaning: Meaning
}

extension MetricDescription {
  fileprivate init(_ key: String, of measurement: any Measurement, family: String) {
    let single = measurement as? any SingleMeasurement
    let known = MetricCatalogue.all.first { $0.key == key }
    self.init(
      key: key, families: [family], aspect: single?.aspect ?? known?.aspect,
      better: single?.better ?? known?.better, meaning: measurement.meaning(of: key))
  }
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
            metrics.append(MetricDescription(key, of: measurement, family: family))
          }
        }
      }
    }
    let order = (Family.allCases + [.external]).map(\.rawValue)
    for index in metrics.indices {
      metrics[index].families = order.filter(metrics[index].families.contains)
    }
    return metrics
  }

  /// An experiment with probes, with all that it can have in their place.
  private func withAllProbes() throws -> Experiment {
    guard !metrics.probes.isEmpty else { return self }
    let probes = MeasurementCatalogue.probes.filter { (try? $0.check(self)) != nil }
    let names = probes.map { YAMLValue.text($0.key) }
    return try overriding([Override("metrics.probes", .list(names))])
  }
}
