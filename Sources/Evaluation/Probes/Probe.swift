internal import Scores
internal import Complaints
internal import Training
internal import Experiments
internal import Foundation
internal import Metrics
internal import Records
internal import Specification

/// A measurement that `metrics.probes` asks for. To add one, write a file with a type that conforms to this protocol
/// or, for one that looks inside the networks, to `NetworkProbe`, a line in `MeasurementCatalogue.probes` and a test.
protocol Probe: SingleMeasurement, SendableMetatype {
  /// Its name in `metrics.probes`.
  static var key: String { get }
  /// The direction in which its value is better; nil where neither is.
  static var better: MetricDirection? { get }
  /// True for a probe that reads `evaluation_loss` in the log.
  static var readsEvaluationLoss: Bool { get }
  /// Checks that it can be used with an experiment.
  ///
  /// - Throws: `InputError` about the key that rules it out.
  static func check(_ experiment: Experiment) throws
  init()
}

extension Probe {
  /// No direction is better, by default.
  static var better: MetricDirection? { nil }
  /// False, by default.
  static var readsEvaluationLoss: Bool { false }
  /// Accepts any experiment, by default.
  static func check(_ experiment: Experiment) throws {}

  /// Key of its entry: its name in `metrics.probes`.
  var key: String { Self.key }
  /// The mechanism: what goes on inside the networks.
  var aspect: MetricAspect { .mechanism }
  /// The direction in which its value is better; nil where neither is.
  var better: MetricDirection? { Self.better }

  /// Checks that an experiment has a log that a probe can read, and a family that it is for.
  ///
  /// - Parameter reason: Why it is not for the experiment's family; nil where it is.
  /// - Throws: `InputError` about `metrics.probes` or `metrics.every`.
  static func checkLog(_ experiment: Experiment, notFor reason: String?) throws {
    if let reason {
      throw InputError(
        experiment.place(of: "metrics.probes"), key: "metrics.probes",
        expected: "no \(key) with family \(experiment.model.family.rawValue), \(reason)",
        found: key)
    }
    guard experiment.metrics.every > 0 else {
      throw InputError(
        experiment.place(of: "metrics.every"), key: "metrics.every",
        expected: "steps between measurements, for the probe \(key)", found: "0")
    }
  }
}

/// A probe that looks inside the networks, during training and at its end.
protocol NetworkProbe: Probe {
  /// Measures the model in its current state.
  ///
  /// - Throws: `Unavailable` where there is nothing to measure.
  func look(at context: ProbeContext) throws -> ProbeReading
}

extension NetworkProbe {
  /// Scores the trained model; the parts are further numbers.
  func score(_ subject: Subject, in folder: TrialFolder) throws -> Score {
    let reading = try look(at: subject.probed())
    return Score(
      reading.value,
      extra: Dictionary(
        (reading.parts + reading.further).map { ($0.name, $0.value) },
        uniquingKeysWith: { a, _ in a }))
  }

  /// The value and, where there are several parts, each as `<name>/<part>`, such as
  /// `mean_activation/generator.block2.post_act`, and likewise further numbers. Empty where there is nothing to
  /// measure.
  func quickValues(of subject: Subject) throws -> [(name: String, value: Double)] {
    do {
      let reading = try look(at: subject.probed())
      let parts = reading.parts.count > 1 ? reading.parts : []
      return [(Self.key, reading.value)]
        + (parts + reading.further).map { ("\(Self.key)/\($0.name)", $0.value) }
    } catch is Unavailable {
      return []
    }
  }
}

/// The result of a probe: a mean, and the parts that it is taken over.
struct ProbeReading {
  /// The mean over the parts.
  let value: Double
  /// Finite values by site, norm or network.
  let parts: [(name: String, value: Double)]
  /// Further finite numbers.
  let further: [(name: String, value: Double)]

  /// Takes the mean of the finite parts.
  ///
  /// - Throws: `Unavailable` when no part is finite.
  init(
    meanOf parts: [(name: String, value: Double)], of what: String,
    further: [(name: String, value: Double)] = []
  ) throws(Unavailable) {
    self.parts = parts.filter(\.value.isFinite)
    self.further = further.filter(\.value.isFinite)
    value = finiteMean(parts.map(\.value))
    guard value.isFinite else { throw Unavailable("there is no \(what) that has a value") }
  }
}

/// The mean of those of some numbers that are finite; NaN without any.
func finiteMean(_ values: [Double]) -> Double {
  let finite = values.filter(\.isFinite)
  return finite.reduce(0, +) / Double(finite.count)
}
