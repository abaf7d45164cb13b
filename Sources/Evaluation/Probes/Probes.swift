internal import Training
internal import Experiments
internal import Complaints
internal import Datasets
internal import Foundation
internal import Metrics
internal import Records

/// The probes that an experiment asks for.
final class Probes {
  /// All there are, in the order of the report.
  static let all: [any Probe.Type] = [
    ActivationSparsity.self, MeanActivation.self, CoAdaptation.self, EffectiveRank.self,
    SubnetworkVariance.self, GradientDirections.self, StepsToLoss.self,
  ]

  private let context: ProbeContext
  private let probes: [any Probe]

  init(_ session: TrainingSession, _ data: Dataset) throws {
    let context = try ProbeContext(session, data)
    self.context = context
    probes = try session.experiment.metrics.probes.compactMap { name in
      try Self.all.first { $0.key == name }?.init(context)
    }
  }

  /// Makes sure that there are probes of the names asked for, and that they can look at the experiment.
  ///
  /// - Throws: `InputError`.
  static func check(_ experiment: Experiment) throws {
    for (index, name) in experiment.metrics.probes.enumerated() {
      guard let probe = all.first(where: { $0.key == name }) else {
        let names = all.map { $0.key }
        throw InputError(
          experiment.place(of: "metrics.probes.\(index)"), key: "metrics.probes",
          expected: "some of \(names.joined(separator: ", "))", found: name,
          suggestion: nearestName(to: name, among: names))
      }
      try probe.check(experiment)
    }
  }

  /// What is logged while training goes on: each probe's value, and its parts as `<probe>/<part>`.
  func logged() throws -> [(name: String, value: Double)] {
    context.forget()
    return try probes.flatMap { probe -> [(name: String, value: Double)] in
      let key = type(of: probe).logKey
      do {
        let reading = try probe.measure()
        let parts = reading.parts.count > 1 ? reading.parts : []
        return [(key, reading.value)] + parts.map { ("\(key)/\($0.name)", $0.value) }
      } catch is Unavailable {
        return []
      }
    }
  }

  /// What is said of the finished model.
  func entries(log: URL) throws -> [MetricEntry] {
    context.forget()
    return try probes.map { probe in
      try MetricEntry(
        key: type(of: probe).key, aspect: .mechanism, better: type(of: probe).better
      ) { try probe.score(log: log) }
    }
  }
}
