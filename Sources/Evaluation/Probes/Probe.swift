internal import Training
internal import Experiments
internal import Foundation
internal import Metrics
internal import Records

/// A look inside the networks while they train. A new one is a file with a type that conforms to this, a line in
/// `Probes.all` and a test.
protocol Probe: AnyObject, SendableMetatype {
  /// Its name in `metrics.probes`.
  static var key: String { get }
  /// What its value is called in `log.jsonl`.
  static var logKey: String { get }
  /// Makes sure that it can look at an experiment.
  ///
  /// - Throws: `InputError` about the key that is in its way.
  static func check(_ experiment: Experiment) throws
  init(_ context: ProbeContext) throws
  /// What it sees of the model as it is; all of it is logged.
  func measure() throws -> ProbeReading
  /// What it says of a finished training.
  ///
  /// - Parameter log: The training's `log.jsonl`.
  func score(log: URL) throws -> Score
  /// Which way is better, where one is.
  static var better: MetricDirection? { get }
}

extension Probe {
  /// Its name.
  static var logKey: String { key }
  /// Any experiment.
  static func check(_ experiment: Experiment) throws {}
  /// What it sees at the end, its parts as further numbers.
  func score(log: URL) throws -> Score {
    let reading = try measure()
    return Score(
      reading.value,
      extra: Dictionary(reading.parts.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a }))
  }
  /// Neither.
  static var better: MetricDirection? { nil }
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
