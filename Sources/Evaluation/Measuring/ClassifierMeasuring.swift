internal import Statistics
internal import Media
internal import Training
internal import Experiments
internal import Files
internal import Datasets
internal import Foundation
internal import Layers
internal import Metrics
internal import Models
internal import Randomness
internal import Records

/// What is measured of a detector or classifier: how it does on held-out examples as they are, changed to
/// mislead it and spoilt, and whether masks tell where it is wrong.
final class ClassifierMeasuring: FamilyMeasuring {
  /// Held-out examples that are looked at while training goes on.
  private static let quickExamples = 256

  private let session: TrainingSession
  private let data: Dataset
  private let held: LabelledValues
  private let predictor: Predictor
  let features: String? = nil

  /// Chooses the examples and compiles the network.
  init(_ session: TrainingSession, _ data: Dataset) throws {
    self.session = session
    self.data = data
    held = LabelledValues(
      data.holdout, atMost: session.experiment.metrics.samples, session.experiment, "holdout")
    predictor = try Predictor(session.trained, dropout: session.experiment.sampling.dropout)
  }

  var sizes: any Encodable & Sendable {
    [
      "train": data.training.count, "holdout": data.holdout.count, "measured": held.count,
      "classes": data.classes.count,
    ]
  }

  /// The keys of all entries.
  static func keys(_ experiment: Experiment) -> [String] {
    ClassificationCatalogue.all.map(\.key) + ["accuracy_gap", "uncertainty_auc"]
      + attacked(experiment).map(\.key)
      + CorruptionCatalogue.corruptions(experiment).map(\.key)
  }

  func quickValues() throws -> [(name: String, value: Double)] {
    let entries: [MetricEntry]
    do {
      let predictions = try predictions(of: held.prefix(Self.quickExamples))
      entries = try ClassificationCatalogue.all.map { try MetricEntry($0, predictions) }
    } catch is Unavailable {
      return []
    }
    return entries.compactMap { entry in entry.value.map { (entry.key, $0.value) } }
  }

  /// One of the predictions as they are, the gap, uncertainty, and one for each attack and corruption.
  var measurements: Int {
    let experiment = session.experiment
    return 3 + Self.attacked(experiment).count + CorruptionCatalogue.corruptions(experiment).count
  }

  /// Also writes `predictions.csv`.
  func entries(in folder: TrialFolder, _ kept: KeptMeasurements) throws -> [MetricEntry] {
    let predictions = try predictions(of: held)
    try AtomicFile.write(Data(csv(predictions).utf8), to: folder.predictions)
    var entries = try kept.part("predictions") {
      // The rate of equal errors means nothing for more than two classes.
      try ClassificationCatalogue.all
        .filter { predictions.classes <= 2 || $0.key != EqualErrorRate().key }
        .map { try MetricEntry($0, predictions) }
    }
    entries += try kept.part("accuracy_gap") { [try accuracyGap(predictions)] }
    entries += try kept.part("uncertainty_auc") {
      [
        try MetricEntry(
          key: "uncertainty_auc", aspect: .uncertainty, better: .higher, uncertaintyScore)
      ]
    }
    entries += try underAttack(kept)
    for corruption in CorruptionCatalogue.corruptions(session.experiment) {
      entries += try kept.part(corruption.key) { [try spoilt(corruption)] }
    }
    return entries
  }

  private func predictions(of examples: LabelledValues) throws -> Predictions {
    try Predictions(
      predictor(examples.values), labels: examples.labels,
      classes: predictor.outputs)
  }

  /// How much better it does on examples that it was trained with.
  private func accuracyGap(_ predictions: Predictions) throws -> MetricEntry {
    let experiment = session.experiment
    let seen = LabelledValues(
      data.training, atMost: experiment.metrics.samples, experiment, "training")
    let (training, holdout) = (
      try Accuracy().score(try self.predictions(of: seen)), try Accuracy().score(predictions)
    )
    return MetricEntry(
      key: "accuracy_gap", aspect: .performance, better: .lower,
      value: .success(
        Score(
          training.value - holdout.value, spread: hypot(training.spread ?? 0, holdout.spread ?? 0),
          extra: ["training": training.value, "holdout": holdout.value])), null: nil)
  }

  // MARK: Changed examples

  /// The attacks, by their entries' keys.
  private static func attacked(
    _ experiment: Experiment
  ) -> [(key: String, strength: Double, isIterated: Bool)] {
    let key = Experiment.Metrics.robustnessKey
    let attacks = experiment.metrics.attacks
    return attacks.fgsm.map { (key("fgsm", $0), $0, false) }
      + attacks.pgd.map { (key("pgd", $0), $0, true) }
  }

  private func underAttack(_ kept: KeptMeasurements) throws -> [MetricEntry] {
    let experiment = session.experiment
    let chosen = Self.attacked(experiment)
    guard !chosen.isEmpty else { return [] }
    let settings = experiment.metrics.attacks
    let attack = try Attack(session)
    // In −1…1, the same for every strength.
    let direction =
      settings.randomStart
      ? RandomStream("metrics/attack", seed: UInt64(experiment.seed)).uniform(held.values.count)
        .map { 2 * $0 - 1 } : [Float](repeating: 0, count: held.values.count)
    return try chosen.flatMap { key, strength, isIterated in
      try kept.part(key) {
        let changed =
          isIterated
          ? try attack.pgd(
            held.values, labels: held.labels, strength: strength, steps: settings.pgdSteps,
            from: zip(held.values, direction).map { $0 + Float(strength) * $1 })
          : try attack.fgsm(held.values, labels: held.labels, strength: strength)
        return [try accuracy(of: changed, key)]
      }
    }
  }

  private func spoilt(_ corruption: any Corruption) throws -> MetricEntry {
    let experiment = session.experiment
    let (size, shape, bounds) = (
      predictor.size, try experiment.example.sizes, experiment.valueRange.bounds
    )
    let changed = try (0..<held.count).flatMap { number in
      try corruption.apply(
        to: Array(held.values[number * size..<(number + 1) * size]), shape: shape, number: number
      ).map { min(max($0, bounds.lowerBound), bounds.upperBound) }
    }
    return try accuracy(of: changed, corruption.key)
  }

  private func accuracy(of values: [Float], _ key: String) throws -> MetricEntry {
    let predictions = try predictions(of: LabelledValues(values, labels: held.labels))
    return MetricEntry(
      key: key, aspect: .robustness, better: .higher,
      value: .success(try Accuracy().score(predictions)), null: nil)
  }

  // MARK: Uncertainty

  /// How well the entropy of the mean over masks tells wrong answers from right ones.
  private func uncertaintyScore() throws -> Score {
    let experiment = session.experiment
    guard session.dropout.drops(in: session.model.product.role.rawValue) else {
      throw Unavailable("needs dropout, whose masks can be drawn")
    }
    let plain = try predictions(of: held)
    let masks = try Predictor(session.trained, dropout: .meanOf(experiment.metrics.masks))
    let drawn = try Predictions(
      masks(held.values), labels: held.labels, classes: masks.outputs)
    func entropies(_ predictions: Predictions, right: Bool) -> [Double] {
      (0..<predictions.count).filter { predictions.isRight($0) == right }.map(predictions.entropy)
    }
    let (wrong, right) = (entropies(drawn, right: false), entropies(drawn, right: true))
    guard !wrong.isEmpty, !right.isEmpty else {
      throw Unavailable("needs wrong and right answers, found \(wrong.count) and \(right.count)")
    }
    let area = AreaUnderCurve.area(wrong, over: right)
    let without = AreaUnderCurve.area(
      entropies(plain, right: false), over: entropies(plain, right: true))
    return Score(
      area.area, spread: area.variance.squareRoot(),
      extra: [
        "entropy_wrong": mean(wrong), "entropy_right": mean(right), "without_masks": without.area,
        "accuracy_of_mean": 1 - Double(wrong.count) / Double(wrong.count + right.count),
      ])
  }

  /// A row for each held-out example that was looked at.
  private func csv(_ predictions: Predictions) -> String {
    let names = data.classes
    let header = ["class", "prediction"] + names.map { "p_\($0)" }
    let rows = (0..<predictions.count).map { row in
      [names[predictions.labels[row]], names[predictions.prediction(row)]]
        + (0..<predictions.classes).map { "\(predictions.probability(row, $0))" }
    }
    return ([header] + rows).map { CSV.row($0) + "\n" }.joined()
  }
}

extension Corruption {
  /// The key of the accuracy under it.
  var key: String { Experiment.Metrics.robustnessKey(name, amount) }
}

extension ValueRange {
  /// The lowest and the highest number.
  var bounds: ClosedRange<Float> { self == .unit ? 0...1 : -1...1 }
}
