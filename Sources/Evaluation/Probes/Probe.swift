internal import Training
internal import Experiments
internal import Foundation
internal import Metrics
internal import Records

/// A look inside the networks while they train and at the end. A new one is a file with a type that conforms to this, a line
/// in `MeasurementCatalogue.probes` and a test.
protocol Probe: SingleMeasurement, SendableMetatype {
  /// Its name in `metrics.probes`.
  static var key: String { get }
  /// What its value is called in `log.jsonl`.
  static var logKey: String { get }
  /// Which way is better, where one is.
  static var better: MetricDirection? { get }
  /// Makes sure that it can look at an experiment.
  ///
  /// - Throws: `InputError` about the key that is in its way.
  static func check(_ experiment: Experiment) throws
  init()
  /// What it sees of the model as it is; all of it is logged.
  ///
  /// - Throws: `Unavailable` where there is nothing to see.
  func look(at context: ProbeContext) throws -> ProbeReading
}

extension Probe {
  /// Its name.
  static var logKey: String { key }
  /// Neither.
  static var better: MetricDirection? { nil }
  /// Any experiment.
  static func check(_ experiment: Experiment) throws {}

  /// Its name.
  var key: String { Self.key }
  /// What goes on inside.
  var aspect: MetricAspect { .mechanism }
  /// Which way is better, where one is.
  var better: MetricDirection? { Self.better }

  /// What it sees at the end, its parts as further numbers.
  func score(_ subject: Subject, in folder: TrialFolder) throws -> Score {
    let reading = try look(at: subject.probed())
    return Score(
      reading.value,
      extra: Dictionary(reading.parts.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a }))
  }

  /// Its value, and its parts as `<probe>/<part>`.
  func quickValues(of subject: Subject) throws -> [(name: String, value: Double)] {
    do {
      let reading = try look(at: subject.probed())
      let parts = reading.parts.count > 1 ? reading.parts : []
      return [(Self.logKey, reading.value)]
        + parts.map { ("\(Self.logKey)/\($0.name)", $0.value) }
    } catch is Unavailable {
      return []
    }
  }
}

/// What a probe sees: a number, and what it is the mean of.
struct ProbeReading {
  /// The mean over the parts.
  let value: Double
  /// By site or network.
  let parts: [(name: String, value: Double)]

  /// Takes the mean.
  ///
  /// - Throws: `Unavailable` when there are no parts, or none that is finite.
  init(meanOf parts: [(name: String, value: Double)], of what: String) throws(Unavailable) {
    let finite = parts.filter(\.value.isFinite)
    guard !finite.isEmpty else { throw Unavailable("there is no \(what) that has a value") }
    value = finite.reduce(0) { $0 + $1.value } / Double(finite.count)
    self.parts = finite
  }
}
