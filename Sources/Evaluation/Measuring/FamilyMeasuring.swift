internal import Training
internal import Metrics
internal import Records

/// What is measured of the models of one family, beside what any model can be asked.
protocol FamilyMeasuring {
  /// Numbers of examples, for `metrics.json`.
  var sizes: any Encodable & Sendable { get }
  /// How reports name the space of distances; nil without one.
  var features: String? { get }
  /// The cheap numbers, of the model as it is.
  func quickValues() throws -> [(name: String, value: Double)]
  /// How many measurements `entries` keeps.
  var measurements: Int { get }
  /// Everything, of a finished model; other files than `metrics.json` are written on the way.
  ///
  /// - Throws: `Stopped` when the session is asked to stop.
  func entries(in folder: TrialFolder, _ kept: KeptMeasurements) throws -> [MetricEntry]
}
