internal import Glossary
internal import Datasets
internal import Experiments
internal import Metrics
internal import Records
internal import Scores
internal import Training

/// `membership_calibrated`: the attack by the numbers of a `Gap` less those that reference models, which have not seen
/// the examples, give the same ones. What every model takes for likely is then no sign of membership.
///
/// The held-out examples are divided at random. References are trained like the model, as many steps, on one half in
/// the place of the training set; training examples are told from the other half, which neither the model nor a
/// reference has seen. With references trained on all of them, any held-out example would stand out. The numbers of
/// several references are averaged.
///
/// Source: L. Watson et al. 2022, "On the importance of difficulty calibration in membership inference attacks",
/// arXiv:2111.08440, §3; N. Carlini et al. 2022, "Membership inference attacks from first principles",
/// arXiv:2112.03570.
final class CalibratedMembership: UndividedMeasurement {
  /// Number of the first further model, so that no leave-out score has a model of its seed.
  private static let firstModel = 1 << 31

  /// An attack, and what it is calibrated by.
  private static let number = MeasuredNumber(
    "membership_calibrated", .memorization, .lower,
    Meaning(
      "Share of training examples that an attacker finds who compares the model's numbers with those of models that have not "
        + "seen them, at one false alarm in a hundred", .watson2022, .carlini2022))
  let numbers = [CalibratedMembership.number]
  private let settings: Experiment.Metrics.CalibratedMembership
  private let makeGap: () -> any Gap

  /// Calibrates the numbers of a gap, one of which is made for each model.
  init(_ settings: Experiment.Metrics.CalibratedMembership, of makeGap: @escaping () -> any Gap) {
    (self.settings, self.makeGap) = (settings, makeGap)
  }

  /// Too few training examples, or too few in the half of the held-out ones that is attacked.
  func obstacle(to key: String, of experiment: Experiment, on data: Dataset) -> Unavailable? {
    let (_, tested) = data.holdout.halves(seed: UInt64(experiment.seed))
    return .fewPairs(
      Self.pairs(of: data, tested, experiment), needed: MembershipAttack.needed)
  }

  /// The number of examples of each kind that are told apart.
  private static func pairs(of data: Dataset, _ tested: Examples, _ experiment: Experiment) -> Int {
    min(experiment.metrics.samples, data.training.count, tested.count)
  }

  /// The attack on at most `metrics.samples` examples of each set.
  func entries(of subject: Subject, in folder: TrialFolder) throws -> [MetricEntry] {
    let (learned, tested) = subject.data.holdout.halves(seed: subject.seed)
    guard learned.count >= subject.experiment.train.batch else {
      let reason = Unavailable(
        "the half of the held-out sounds that a reference would be trained on has fewer windows than a batch"
      )
      return [MetricEntry(Self.number, .failure(reason))]
    }
    let count = Self.pairs(of: subject.data, tested, subject.experiment)
    let training = subject.data.training.sample(count, "gap/training", seed: subject.seed)
    let holdout = tested.sample(count, "gap/holdout", seed: subject.seed)
    var numbers = try scaled(subject, training, holdout)
    for reference in 0..<settings.references {
      let session = try subject.further(
        Self.firstModel + reference, on: Dataset(training: learned, classes: subject.data.classes))
      let other = Subject(session, subject.data)
      other.shouldStop = subject.shouldStop
      for (row, number) in try scaled(other, training, holdout).enumerated() {
        numbers[row] -= number / Double(settings.references)
      }
    }
    return [
      MetricEntry(
        Self.number, of: (Array(numbers[..<count]), Array(numbers[count...])),
        atLeast: MembershipAttack.needed
      ) { MembershipAttack(members: $0, others: $1).score }
    ]
  }

  /// The numbers that a model gives training examples, then held-out ones.
  private func scaled(
    _ subject: Subject, _ training: Examples, _ holdout: Examples
  ) throws -> [Double] {
    let gap = makeGap()
    return gap.scaled(
      try [training, holdout].flatMap {
        try gap.values(of: $0, Array(0..<$0.count), subject, isQuick: false)
      })
  }
}
