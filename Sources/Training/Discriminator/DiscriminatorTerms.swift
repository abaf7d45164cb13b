internal import Experiments
internal import Layers
internal import Models
internal import Specification

/// The list of all terms of discriminators' losses.
enum DiscriminatorTerms {
  /// The terms that a loss asks for, in the order of the log.
  static func all(_ loss: Experiment.Loss) -> [any DiscriminatorTerm] {
    let all: [(any DiscriminatorTerm)?] = [
      loss.r1Gamma > 0 ? ZeroCenteredPenalty(name: "r1", isOfReal: true, gamma: loss.r1Gamma) : nil,
      loss.r2Gamma > 0
        ? ZeroCenteredPenalty(name: "r2", isOfReal: false, gamma: loss.r2Gamma) : nil,
      loss.gpLambda > 0 ? InterpolatedPenalty(lambda: loss.gpLambda) : nil,
      loss.leCam.map { LeCam(weight: $0.weight, decay: $0.decay) },
      loss.consistency.map { Consistency(real: $0.real, generated: $0.generated) },
      loss.noiseConsistency > 0 ? NoiseConsistency(weight: loss.noiseConsistency) : nil,
    ]
    return all.compactMap(\.self)
  }
}

extension Experiment {
  /// Arrays that the loss and augmentations keep from step to step, for each of several equal discriminators.
  ///
  /// - Throws: As `AugmentationCatalogue` does.
  func keptParameters(_ model: ModelNetworks, _ dropout: DropoutPlan) throws -> [Parameter] {
    guard model.hasPhases else { return [] }
    let copies = 1...dropout.copies(of: model.reader.role.rawValue)
    let ofAugmentations = try AugmentationCatalogue.augmentations(self)
      .compactMap { $0.probability?.parameter }
    let kept = DiscriminatorTerms.all(loss).flatMap(\.parameters) + ofAugmentations
    return kept.flatMap { parameter in copies.map { parameter.copy($0) } }
  }
}
