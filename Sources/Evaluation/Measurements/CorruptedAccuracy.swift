internal import Glossary
internal import Datasets
internal import Scores
internal import Specification
internal import Models
internal import Experiments
internal import Metrics
internal import Records
internal import Training

/// The accuracy of a detector or classifier on held-out examples after a corruption, such as blur.
final class CorruptedAccuracy: SingleMeasurement {
  let key: String
  let meaning: Meaning
  let aspect = MetricAspect.robustness
  let better: MetricDirection? = .higher
  private let corruption: any Corruption

  private init(_ corruption: any Corruption) {
    self.corruption = corruption
    meaning = Meaning("Accuracy on held-out examples after \(corruption.name)")
    key = Experiment.Metrics.robustnessKey(corruption.name, corruption.amount)
  }

  /// One measurement for each corruption of `metrics.corruptions`.
  static func all(of experiment: Experiment) -> [CorruptedAccuracy] {
    CorruptionCatalogue.corruptions(experiment).map(CorruptedAccuracy.init)
  }

  func score(_ subject: Subject, in folder: TrialFolder) throws -> Score {
    let (held, range) = (subject.heldOutExamples, subject.session.codec.range)
    let (shape, bounds) = (held.shape, range.bounds)
    let (size, values) = (held.size, held.floats(in: range))
    var changed: [Float] = []
    for number in 0..<held.count {
      let example = Array(values[number * size..<(number + 1) * size])
      changed += try corruption.apply(to: example, shape: shape, number: number)
        .map { min(max($0, bounds.lowerBound), bounds.upperBound) }
    }
    let corrupted = Examples(
      changed, shape: shape, range: range, positions: Array(0..<held.count), labels: held.labels)
    return try Accuracy().score(
      subject.predictions(of: LabelledValues(corrupted, seenBy: subject.session.codec)))
  }
}
