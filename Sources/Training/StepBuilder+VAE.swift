internal import Specification
internal import Experiments
internal import Autodiff
internal import Layers
internal import Models
internal import Records

extension StepBuilder {
  /// Builds the update of an encoder and a decoder.
  mutating func buildVAE(_ encoder: Network, _ decoder: Network) throws {
    let drawn = try batch("data")
    forward.classes = try forward.classes.map { try augmenter.labels($0, of: drawn) }
    let examples = try augmenter.changed(drawn)
    let target = try augmenter.target(examples)
    let read = try augmenter.hidden(examples)
    let first = try coded(encoder, decoder, read, target: target)
    var total = first.loss.total
    var divergences: [(name: String, value: Tensor)] = []
    if experiment.loss.rDrop > 0 {
      try TwoDraws.check([encoder, decoder], dropout, augmenter)
      let second = try coded(encoder, decoder, read, target: target)
      let divergence =
        try TwoDraws.ofCodes(first.code, second.code)
        + TwoDraws.ofExamples(
          experiment.loss.likelihood, first.output, second.output,
          logDeviation: decoder.logDeviation(forward))
      total =
        try (total + second.loss.total) * 0.5 + divergence * Float(experiment.loss.rDrop)
      divergences = [(LogName.twoDraws, divergence)]
    }
    losses = [(LogName.loss, total)] + first.loss.parts + divergences
    let scalars = try optimizerScalars("model")
    try update([encoder, decoder], minimizing: total, scalars)
  }

  /// A pass through both networks, with the loss of what comes out of them. All passes have the same noise of codes.
  private func coded(
    _ encoder: Network, _ decoder: Network, _ read: Tensor, target: Tensor
  ) throws -> (code: (mean: Tensor, logVariance: Tensor), output: Tensor, loss: AutoencoderLoss) {
    let latent = experiment.model.latent
    let code = try encoder(read, forward)
    let mean = try code.slice(axis: 1, 0..<latent)
    let logVariance = try code.slice(axis: 1, latent..<2 * latent)
    let noise = try graph.normal("latent", shape: mean.shape)
    let output = try decoder(mean + noise * (logVariance * 0.5).exp(), teacher: target, forward)
    let loss = try AutoencoderLoss(
      experiment, decoder, forward, inputs, mean: mean, logVariance: logVariance, output: output,
      data: target)
    return ((mean, logVariance), output, loss)
  }
}
