internal import Specification
public import Experiments
public import Glossary
internal import Layers
internal import Training

extension Experiment {
  /// The terms of its metrics, its dropout, and whatever else changes its training, such as augmentations.
  public var glossary: Glossary {
    let measurements = MeasurementCatalogue.measurements(of: self)
    let metrics = measurements.flatMap(\.numbers).map { ($0.key, $0.meaning) }
    let types = Set(dropout.map(\.type))
    let variants = DropoutCatalogue.variants.filter { types.contains($0.name) }
    return Glossary(
      metrics: Dictionary(metrics, uniquingKeysWith: { first, _ in first }),
      methods: variants.map { ($0.name, $0.meaning) } + changesOfTraining)
  }
}
