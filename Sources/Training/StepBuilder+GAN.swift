internal import Specification
internal import Experiments
internal import Autodiff
internal import Layers
internal import Models
internal import Records

extension StepBuilder {
  /// The terms of one discriminator's loss, with the names that penalties have in the log, and its logits of training
  /// examples.
  private typealias Terms = (
    loss: Tensor, penalties: [(name: String, value: Tensor)], ofReal: Tensor
  )

  /// Builds the updates of the discriminator, or of each of several, and then one of the generator.
  ///
  /// Generated examples are of the classes of the batch of real ones that they are judged beside.
  mutating func buildGAN(_ generator: Network, _ discriminator: Network) throws {
    if discriminator.classes != nil { try augmenter.requireWholeExamples() }
    for term in terms { try term.check(discriminator, dropout, augmenter) }
    try checkAdaptiveProbabilities()
    let steps = experiment.loss.discriminatorSteps
    let copies = Array(1...dropout.copies(of: discriminator.role.rawValue))
    var last: [Terms] = []
    var real = graph.constant(0)
    for index in 0..<steps {
      forward.phase = .discriminatorStep
      real = try batch("data/\(index)")
      let generated = try generator(latents("latent/discriminator/\(index)"), forward)
      let scalars = try optimizerScalars(
        "discriminator", learningRate: experiment.optimizer.discriminatorRate, perStep: steps,
        index: index)
      last = []
      for copy in copies {
        let penaltyStream = "penalty/\(index)" + (copy > 1 ? "/\(copy)" : "")
        let terms = try forward.inCopy(copy) {
          try judged(discriminator, real: real, generated: generated, penaltyStream)
        }
        let total = try terms.penalties.reduce(terms.loss) { try $0 + $1.value }
        try update([discriminator], copy: copy, minimizing: total, scalars)
        try adapt(to: terms.ofReal, by: copy, isLastUpdate: index == steps - 1)
        last.append(terms)
      }
    }
    let lossOfGenerator = try fooling(discriminator, copies, with: generator, beside: real)
    losses = [
      (LogName.discriminatorLoss, try last.map(\.loss).mean()),
      (LogName.generatorLoss, lossOfGenerator),
    ]
    for (index, penalty) in last[0].penalties.enumerated() {
      losses.append((penalty.name, try last.map { $0.penalties[index].value }.mean()))
    }
    losses += try adaptiveProbabilities(of: copies)
    let scalars = try optimizerScalars("generator")
    try update([generator], minimizing: lossOfGenerator, scalars)
  }

  /// The terms of a discriminator's loss. It sees both batches augmented, each with random numbers of its
  /// own, unless augmentations are for a term alone; penalties are taken at what it sees.
  private func judged(
    _ discriminator: Network, real: Tensor, generated: Tensor, _ stream: String
  ) throws -> Terms {
    let (real, generated) = (try shown(real), try shown(generated))
    let batch = JudgedBatch(
      real: (real, try discriminator(real, forward)),
      generated: (generated, try discriminator(generated, forward)), stream: stream,
      discriminator, forward, augmenter)
    let loss = try AdversarialLoss.discriminator(
      experiment.loss.adversarial, real: batch.real.logits, generated: batch.generated.logits)
    return (loss, try terms.map { ($0.name, try $0.value(batch)) }, batch.real.logits)
  }

  private var terms: [any DiscriminatorTerm] { DiscriminatorTerms.all(experiment.loss) }

  /// What discriminators are shown of examples.
  private func shown(_ x: Tensor) throws -> Tensor {
    terms.contains { $0.keepsAugmentations } ? x : try augmenter.seen(x)
  }

  /// The loss of the generator, by the discriminators after their updates.
  private func fooling(
    _ discriminator: Network, _ copies: [Int], with generator: Network, beside real: Tensor
  ) throws -> Tensor {
    forward.phase = .generatorStep
    let generated = try generator(latents("latent/generator"), forward)
    let heard = try copies.map { copy in
      try forward.inCopy(copy) {
        let logits = try discriminator(shown(generated), forward)
        return try AdversarialLoss.generator(
          experiment.loss.adversarial,
          real: { try discriminator(shown(real), forward) }, generated: logits)
      }
    }
    return try forward.feedback(heard, of: discriminator.role.rawValue)
  }
}
