internal import Glossary
internal import Scores
internal import Training
internal import Experiments
internal import Metrics
internal import Randomness
internal import Records

/// The accuracy of a detector or classifier on held-out examples that were changed to mislead it.
final class AttackedAccuracy: SingleMeasurement {
  let key: String
  let meaning: Meaning
  let aspect = MetricAspect.robustness
  let better: MetricDirection? = .higher
  /// Largest change of a value of an example.
  private let strength: Double
  /// True for an attack in several steps (PGD), false for one step (FGSM).
  private let isIterated: Bool

  private init(_ name: String, _ strength: Double, isIterated: Bool) {
    key = Experiment.Metrics.robustnessKey(name, strength)
    (self.strength, self.isIterated) = (strength, isIterated)
    let steps = isIterated ? "many steps" : "one step"
    meaning = Meaning(
      "Accuracy on held-out examples that were changed to mislead the network, by at most \(strength) in \(steps)",
      isIterated ? .madry2018 : .goodfellow2015)
  }

  /// One measurement for each strength of `metrics.attacks`.
  static func all(of experiment: Experiment) -> [AttackedAccuracy] {
    let attacks = experiment.metrics.attacks
    return attacks.fgsm.map { AttackedAccuracy("fgsm", $0, isIterated: false) }
      + attacks.pgd.map { AttackedAccuracy("pgd", $0, isIterated: true) }
  }

  func score(_ subject: Subject, in folder: TrialFolder) throws -> Score {
    let held = try subject.heldOut()
    let attacks = subject.experiment.metrics.attacks
    let attack = try Attack(
      subject.inference, range: subject.experiment.valueRange.bounds, masks: attacks.masks)
    let changed =
      isIterated
      ? try attack.pgd(
        held.values, labels: held.labels, strength: strength,
        steps: attacks.pgdSteps,
        from: zip(held.values, start(subject, held)).map { $0 + Float(strength) * $1 })
      : try attack.fgsm(held.values, labels: held.labels, strength: strength)
    return try Accuracy().score(
      subject.predictions(of: LabelledValues(changed, labels: held.labels)))
  }

  /// Offset from the examples at which the steps begin, in units of the strength: random numbers in −1…1
  /// that are the same for every strength, or zeros.
  private func start(_ subject: Subject, _ held: LabelledValues) -> [Float] {
    let count = held.values.count
    guard subject.experiment.metrics.attacks.randomStart else {
      return [Float](repeating: 0, count: count)
    }
    return RandomStream("metrics/attack", seed: subject.seed).uniform(count).map { 2 * $0 - 1 }
  }
}
