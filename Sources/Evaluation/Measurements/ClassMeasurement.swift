internal import Glossary
internal import Datasets
internal import Experiments
internal import Metrics
internal import Records
internal import Scores
internal import Training

/// How diverse the samples of a class are, and how many of them copies: metrics of the samples of each class beside the
/// training and held-out examples of that class, and their means over the classes.
///
/// The value of a class is among the further numbers, in the table `by_class`, and its null in `null_by_class`.
final class ClassMeasurement: UndividedMeasurement {
  private static let metrics = MetricCatalogue.all.filter {
    ["coverage", "recall", "memorized_share", "copy_rate"].contains($0.key)
  }

  private static let prefix = "class_"
  let numbers = ClassMeasurement.metrics.map { metric in
    MeasuredNumber(
      prefix + metric.key, metric.aspect, metric.better,
      Meaning("Mean over classes of \(metric.key) within the class", as: metric.meaning))
  }

  /// Too few training, held-out or generated examples of every class.
  func obstacle(to key: String, of experiment: Experiment, on data: Dataset) -> Unavailable? {
    guard let metric = zip(keys, Self.metrics).first(where: { $0.0 == key })?.1 else { return nil }
    func counts(_ labels: [Int]) -> [Int] {
      SampledClasses(of: labels, classes: data.classes.count).counts
    }
    let (training, holdout) = (counts(data.training.labels), counts(data.holdout.labels))
    let generated = counts(
      SampledClasses(counts: training).drawn(
        experiment.metrics.samples, stream: Sampler.stream, seed: UInt64(experiment.seed)))
    let shortfalls = data.classes.indices.map { label in
      metric.needed.shortfall(
        training: training[label], holdout: metric.needsHoldout ? holdout[label] : nil,
        generated: generated[label])
    }
    guard let first = shortfalls.first, shortfalls.allSatisfy({ $0 != nil }) else { return nil }
    return first.map { Self.ofNoClass("\($0)") }
  }

  private static func ofNoClass(_ reason: String) -> Unavailable {
    Unavailable("of no class: \(reason)")
  }

  func prepare(for subject: Subject) throws { _ = try subject.sampleSets() }

  func entries(of subject: Subject, in folder: TrialFolder) throws -> [MetricEntry] {
    let count = subject.experiment.metrics.samples
    let samples = try subject.sample(count)
    let classes = subject.classes(ofSamples: count)
    let names = subject.data.classes
    let found = try subject.sampleSets().results(
      Self.metrics, of: samples, classes: classes, count: names.count, beforeEach: subject.check)
    return numbers.enumerated().map { index, number in
      let entries = zip(names, found).compactMap { name, entries in
        entries.map { (name: name, entry: $0[index]) }
      }
      let (value, null) = Self.means(entries, classes: names.count)
      return MetricEntry(number, value, null: null)
    }
  }

  /// The mean over the classes that have a value, and that of the nulls of these classes; no null where one of them has
  /// none.
  private static func means(
    _ entries: [(name: String, entry: MetricEntry)], classes: Int
  ) -> (value: Result<Score, Unavailable>, null: Score?) {
    let valued = entries.compactMap { name, entry in
      entry.value.map { (name: name, value: $0.value, null: entry.controls[.null]?.value) }
    }
    guard !valued.isEmpty else {
      let reason = entries.lazy.compactMap(\.entry.reason).first
      return (.failure(ofNoClass(reason ?? "there are no samples")), nil)
    }
    let nulls = valued.compactMap { part in part.null.map { (part.name, $0) } }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    var score = Score(mean(valued.map(\.value)))
    score.extraTables["by_class"] = Dictionary(
      valued.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a })
    score.extraTables["null_by_class"] = Dictionary(nulls, uniquingKeysWith: { a, _ in a })
    if valued.count < classes {
      score.warning =
        "of \(valued.count) of \(classes) classes, as the others have too few examples"
    }
    return (
      .success(score), nulls.count == valued.count ? Score(mean(nulls.map(\.1))) : nil
    )
  }
}
