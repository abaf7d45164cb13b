public import Experiments
public import Glossary
public import Scores
internal import Specification

/// A number that is measured of trained models, in words.
public struct MetricDescription: Sendable, Equatable {
  /// The key in `metrics.json`, which `metrics.primary` and claims may name.
  public let key: String
  /// The families of models that it is measured of, as `model.family` names them, and `external`.
  public internal(set) var families: [String]
  /// The aspect of a model that it measures.
  public let aspect: MetricAspect
  /// The direction in which a better model moves it; nil where neither is better.
  public let better: MetricDirection?
  /// What it says of a model, and its source.
  public let meaning: Meaning
}

extension MetricDescription {
  fileprivate init(_ number: MeasuredNumber, family: String) {
    self.init(
      key: number.key, families: [family], aspect: number.aspect, better: number.better,
      meaning: number.meaning)
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
        for number in measurement.numbers {
          if let index = metrics.firstIndex(where: { $0.key == number.key }) {
            if !metrics[index].families.contains(family) { metrics[index].families.append(family) }
          } else {
            metrics.append(MetricDescription(number, family: family))
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
