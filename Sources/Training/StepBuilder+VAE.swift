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
    let latent = experiment.model.latent
    let code = try encoder(augmenter.hidden(examples), forward)
    let mean = try code.slice(axis: 1, 0..<latent)
    let logVariance = try code.slice(axis: 1, latent..<2 * latent)
    let noise = try graph.normal("latent", shape: mean.shape)
    let output = try decoder(mean + noise * (logVariance * 0.5).exp(), teacher: target, forward)
    let loss = try AutoencoderLoss(
      experiment, decoder, forward, inputs, mean: mean, logVariance: logVariance, output: output,
      data: target)
    losses = [(LogName.loss, loss.total)] + loss.parts
    let scalars = try optimizerScalars("model")
    try update([encoder, decoder], minimizing: loss.total, scalars)
  }
}
