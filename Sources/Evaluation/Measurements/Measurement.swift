internal import Metrics
internal import Records

/// A number about a trained model, or some that are computed together. A new one is a file with a type that conforms to this,
/// a line in `MeasurementCatalogue` and a test; its names may then be asked for in `metrics.primary` and in claims.
///
/// A measurement is made for one model and may keep what it has compiled for it.
protocol Measurement: AnyObject {
  /// The keys of its entries in `metrics.json`, for the experiment that it was made for.
  var keys: [String] { get }
  /// How many pieces of work it is where the progress of measuring is told.
  var pieces: Int { get }
  /// Makes what takes long and does not change while the model is trained, such as the features of the data.
  ///
  /// - Throws: `Stopped` when the subject is asked to stop; `InputError` for a file that it cannot use.
  func prepare(for subject: Subject) throws
  /// Measures a finished model, but for what is kept of earlier attempts.
  ///
  /// - Parameter folder: Takes what there is to write beside the numbers.
  /// - Throws: `Stopped` when the subject is asked to stop; `FileError`.
  func measure(
    _ subject: Subject, in folder: TrialFolder, _ kept: KeptMeasurements
  ) throws -> Findings
  /// The cheap numbers of the model as it is, for the log.
  func quickValues(of subject: Subject) throws -> [(name: String, value: Double)]
}

extension Measurement {
  /// One.
  var pieces: Int { 1 }

  /// Nothing.
  func prepare(for subject: Subject) throws {}

  /// None: it is looked at when the training has ended.
  func quickValues(of subject: Subject) throws -> [(name: String, value: Double)] { [] }
}

/// What a measurement has found.
struct Findings {
  /// An entry for each of its keys.
  let entries: [MetricEntry]
  /// Numbers of examples that were compared, an object in `metrics.json`; nil from all measurements but one.
  let sizes: (any Encodable & Sendable)?
  /// How reports name the space of distances; nil without one.
  let features: String?

  init(
    _ entries: [MetricEntry], sizes: (any Encodable & Sendable)? = nil, features: String? = nil
  ) {
    (self.entries, self.sizes, self.features) = (entries, sizes, features)
  }
}

/// A measurement that is done at one go.
protocol UndividedMeasurement: Measurement {
  /// Measures a finished model.
  func entries(of subject: Subject, in folder: TrialFolder) throws -> [MetricEntry]
}

extension UndividedMeasurement {
  /// The entries, kept under the first key.
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
  /// What it is asked for.
  var aspect: MetricAspect { get }
  /// Which way a better model moves it; nil where neither is better.
  var better: MetricDirection? { get }
  /// Scores a finished model.
  ///
  /// - Throws: `Unavailable` where it cannot be.
  func score(_ subject: Subject, in folder: TrialFolder) throws -> Score
}

extension SingleMeasurement {
  /// Its one key.
  var keys: [String] { [key] }

  /// The score, or why there is none.
  func entries(of subject: Subject, in folder: TrialFolder) throws -> [MetricEntry] {
    [
      try MetricEntry(key: key, aspect: aspect, better: better) {
        try score(subject, in: folder)
      }
    ]
  }
}
