internal import Specification
package import Experiments
internal import Metrics

/// All measurements of models. The names that `metrics.primary`, claims and `metrics.probes` may give are
/// read from here.
package enum MeasurementCatalogue {
  /// The probes that `metrics.probes` may name, in the order of the report.
  static let probes: [any Probe.Type] = [
    ActivationSparsity.self, MeanActivation.self, CoAdaptation.self, EffectiveRank.self,
    NeighborCorrelation.self, VarianceShift.self, SubnetworkVariance.self, GradientDirections.self,
    StepsToLoss.self, StepsToBest.self, RecallAtLoss.self,
  ]

  /// The measurements of the models of an experiment, in the order in which they are made.
  ///
  /// - Parameter classes: Number of classes that a classifier tells apart; nil while the data are not
  ///   loaded.
  static func measurements(of experiment: Experiment, classes: Int? = nil) -> [any Measurement] {
    let metrics = experiment.metrics
    func onRequest(_ makeGap: @escaping () -> any Gap) -> [any Measurement] {
      (experiment.data.canaries == nil ? [] : [CanaryRate()])
        + (metrics.calibratedMembership.map { [CalibratedMembership($0, of: makeGap)] } ?? [])
        + (metrics.memorizationScore.map { [MemorizationScore($0)] } ?? [])
    }
    let ofSamples: [any Measurement] =
      [SampleMeasurement()] + (experiment.model.isConditional ? [ClassMeasurement()] : [])
    let ofFamily: [any Measurement] =
      switch experiment.model.family {
      case .gan: ofSamples + [DiscriminatorGap()] + onRequest(DiscriminatorGap.init)
      case .vae: ofSamples + [LogLikelihoodGap()] + onRequest(LogLikelihoodGap.init)
      case .external: ofSamples + (experiment.trainer?.scores == nil ? [] : [OwnScores()])
      case .detector, .classifier:
        [PredictionMeasurement(classes: classes), GeneralizationGap(), UncertaintyArea()]
          + (experiment.data.wrongLabels > 0 ? [WrongLabels()] : [])
          + AttackedAccuracy.all(of: experiment) + CorruptedAccuracy.all(of: experiment)
      }
    let probes = metrics.probes.compactMap { name in self.probes.first { $0.key == name } }
    let loss = probes.contains { $0.readsEvaluationLoss } ? [EvaluationLoss()] : []
    return ofFamily + loss + probes.map { $0.init() }
      + (metrics.averaging.isEmpty ? [] : [Averaging(experiment)])
  }

  /// What `train.until` may name for the models of an experiment.
  static func criteria(of experiment: Experiment, classes: Int? = nil) -> [Criterion] {
    measurements(of: experiment, classes: classes).flatMap(\.criteria)
  }

  /// The keys of everything that is measured of the models of an experiment.
  package static func keys(of experiment: Experiment, classes: Int? = nil) -> [String] {
    measurements(of: experiment, classes: classes).flatMap(\.keys)
  }
}
