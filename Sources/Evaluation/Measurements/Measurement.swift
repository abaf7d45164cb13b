internal import Datasets
internal import Experiments
internal import Glossary
package import Scores
internal import Metrics
internal import Records

/// One number about a trained model, or several that are computed together. To add one, write a file with a
/// type that conforms to this protocol, a line in `MeasurementCatalogue` and a test; its keys may then be
/// named in `metrics.primary` and in claims.
///
/// A measurement is made for one model and may keep what it has compiled for it.
protocol Measurement: AnyObject {
  /// The numbers that it gives, each an entry in `metrics.json`, for the experiment that it was made for.
  var numbers: [MeasuredNumber] { get }
  /// The reason why one of its keys has no value for any model of an experiment, where that is known before training.
  func obstacle(to key: String, of experiment: Experiment, on data: Dataset) -> Unavailable?
  /// Number of pieces of work that it counts as in the progress of measuring.
  var pieces: Int { get }
  /// Computes in advance what does not change while the model is trained, such as the features of the data.
  ///
  /// - Throws: `Stopped` when the subject is asked to stop; `InputError` for a file that it cannot use.
  func prepare(for subject: Subject) throws
  /// Measures a trained model, except for what is kept of earlier attempts.
  ///
  /// - Parameter folder: Receives the files that are written beside the numbers.
  /// - Throws: `Stopped` when the subject is asked to stop; `FileError`.
  func measure(
    _ subject: Subject, in folder: TrialFolder, _ kept: KeptMeasurements
  ) throws -> Findings
  /// Cheap numbers of the model in its current state, for the log.
  func quickValues(of subject: Subject) throws -> [(name: String, value: Double)]
  /// What `train.until` and `ablation.tune` may name: cheap numbers that only held-out examples decide.
  var criteria: [Criterion] { get }
  /// The entry of one of `criteria` for the model in its current state.
  func criterion(_ key: String, of subject: Subject) throws -> MetricEntry
  /// An entry for each of `criteria`, of a trained model and as many examples as its metrics are of.
  func validation(of subject: Subject) throws -> [MetricEntry]
}

extension Measurement {
  /// The keys of its numbers.
  var keys: [String] { numbers.map(\.key) }

  /// Nothing is known before training, by default.
  func obstacle(to key: String, of experiment: Experiment, on data: Dataset) -> Unavailable? { nil }

  /// One piece of work, by default.
  var pieces: Int { 1 }

  /// Computes nothing in advance, by default.
  func prepare(for subject: Subject) throws {}

  /// No criteria, by default.
  var criteria: [Criterion] { [] }

  /// Fails, as there are no criteria by default.
  func criterion(_ key: String, of subject: Subject) throws -> MetricEntry {
    preconditionFailure("\(key) is no criterion")
  }

  /// The entries of the criteria as they are during training, by default.
  func validation(of subject: Subject) throws -> [MetricEntry] {
    try criteria.map { try criterion($0.key, of: subject) }
  }

  /// No numbers during training, by default.
  func quickValues(of subject: Subject) throws -> [(name: String, value: Double)] { [] }
}

/// A number by which models of one training can be told better and worse.
package struct Criterion: Sendable, Equatable {
  /// The metric's key.
  package let key: String
  /// The direction in which a better model moves it.
  package let better: MetricDirection

  /// Names a number; see the properties.
  package init(key: String, better: MetricDirection) { (self.key, self.better) = (key, better) }
}

/// The results of a measurement.
struct Findings {
  /// An entry for each of its keys.
  let entries: [MetricEntry]
  /// Numbers of examples that were compared; one measurement of a model gives them, the others nil.
  let sizes: MetricsDocument.Sizes?
  /// Name of the feature space in reports; nil without one.
  let features: String?

  init(
    _ entries: [MetricEntry], sizes: MetricsDocument.Sizes? = nil, features: String? = nil
  ) {
    (self.entries, self.sizes, self.features) = (entries, sizes, features)
  }
}

/// A measurement that is made in one go.
protocol UndividedMeasurement: Measurement {
  /// Measures a finished model.
  func entries(of subject: Subject, in folder: TrialFolder) throws -> [MetricEntry]
}

extension UndividedMeasurement {
  /// Measures the entries, and keeps them under the first key.
  func measure(
    _ subject: Subject, in folder: TrialFolder, _ kept: KeptMeasurements
  ) throws -> Findings {
    Findings(try kept.part(keys[0]) { try entries(of: subject, in: folder) })
  }
}

/// A measurement of a single number.
protocol SingleMeasurement: UndividedMeasurement {
  /// Its key.
  var key: String { get }
  /// What it says of a model, and its source.
  var meaning: Meaning { get }
  /// The aspect of a model that it measures.
  var aspect: MetricAspect { get }
  /// The direction in which a better model moves it; nil where neither is better.
  var better: MetricDirection? { get }
  /// Scores a finished model.
  ///
  /// - Throws: `Unavailable` where there is no score.
  func score(_ subject: Subject, in folder: TrialFolder) throws -> Score
}

extension SingleMeasurement {
  /// Its one number.
  var numbers: [MeasuredNumber] { [MeasuredNumber(key, aspect, better, meaning)] }

  /// One entry with the score, or with the reason why there is none.
  func entries(of subject: Subject, in folder: TrialFolder) throws -> [MetricEntry] {
    try numbers.map { try MetricEntry($0) { try score(subject, in: folder) } }
  }
}
