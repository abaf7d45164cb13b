internal import Specification
internal import Experiments
internal import Autodiff
internal import Layers
internal import Models
internal import Records

extension StepBuilder {
  /// The terms of one discriminator's loss; `r1` and `gp` are named as in the log.
  private typealias Terms = (loss: Tensor, r1: Tensor?, gp: Tensor?)

  /// Builds the updates of the discriminator, or of each of several, and then one of the generator.
  mutating func buildGAN(_ generator: Network, _ discriminator: Network) throws {
    let steps = experiment.loss.discriminatorSteps
    let copies = Array(1...dropout.copies(of: discriminator.role.rawValue))
    var last: [Terms] = []
    var real = graph.constant(0)
    for index in 0..<steps {
      forward.phase = .discriminatorStep
      real = try batch("data/\(index)")
      let generated = try generator(latents("latent/discriminator/\(index)"), forward)
      let scalars = try optimizerScalars("discriminator", perStep: steps, index: index)
      last = []
      for copy in copies {
        let penaltyStream = "penalty/\(index)" + (copy > 1 ? "/\(copy)" : "")
        let terms = try forward.inCopy(copy) {
          try judged(discriminator, real: real, generated: generated, penaltyStream)
        }
        let total = try [terms.r1, terms.gp].compactMap(\.self).reduce(terms.loss) { try $0 + $1 }
        try update([discriminator], copy: copy, minimizing: total, scalars)
        last.append(terms)
      }
    }
    let lossOfGenerator = try fooling(discriminator, copies, with: generator, beside: real)
    losses = [
      (LogName.discriminatorLoss, try last.map(\.loss).mean()),
      (LogName.generatorLoss, lossOfGenerator),
    ]
    if last[0].r1 != nil { losses.append(("r1", try last.compactMap(\.r1).mean())) }
    if last[0].gp != nil { losses.append(("gp", try last.compactMap(\.gp).mean())) }
    let scalars = try optimizerScalars("generator", perStep: 1, index: 0)
    try update([generator], minimizing: lossOfGenerator, scalars)
  }

  /// The terms of a discriminator's loss. It sees both batches augmented, each with random numbers of its
  /// own; penalties are taken at the augmented examples.
  private func judged(
    _ discriminator: Network, real: Tensor, generated: Tensor, _ penaltyStream: String
  ) throws -> Terms {
    let settings = experiment.loss
    let real = try augmenter.seen(real)
    let generated = try augmenter.seen(generated)
    let realLogits = try discriminator(real, forward)
    let generatedLogits = try discriminator(generated, forward)
    let loss = try AdversarialLoss.discriminator(
      settings.adversarial, real: realLogits, generated: generatedLogits)
    let r1 =
      settings.r1Gamma > 0
      ? try GradientPenalty.r1(realLogits, images: real, gamma: settings.r1Gamma) : nil
    let gp =
      settings.gpLambda > 0
      ? try GradientPenalty.wassersteinGP(
        real: real, generated: generated, lambda: settings.gpLambda, stream: penaltyStream
      ) { [forward] in try discriminator($0, forward) } : nil
    return (loss, r1, gp)
  }

  /// The loss of the generator, by the discriminators after their updates.
  private func fooling(
    _ discriminator: Network, _ copies: [Int], with generator: Network, beside real: Tensor
  ) throws -> Tensor {
    forward.phase = .generatorStep
    let generated = try generator(latents("latent/generator"), forward)
    let heard = try copies.map { copy in
      try forward.inCopy(copy) {
        let logits = try discriminator(augmenter.seen(generated), forward)
        return try AdversarialLoss.generator(
          experiment.loss.adversarial,
          real: { try discriminator(augmenter.seen(real), forward) }, generated: logits)
      }
    }
    return try forward.feedback(heard, of: discriminator.role.rawValue)
  }
}
