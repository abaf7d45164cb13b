package import Autodiff
package import Experiments
package import Layers
package import Models
internal import Records
internal import Specification

/// What a VAE minimises, for a batch.
package struct AutoencoderLoss {
  /// The sum of the weighted terms.
  package let total: Tensor
  /// The terms without their weights, and the mean of the learned deviations, by their names in the log.
  package let parts: [(name: String, value: Tensor)]

  /// Puts the loss together.
  ///
  /// The spectral loss counts once for each sample of a sound, as the reconstruction is a sum over samples.
  ///
  /// - Parameters:
  ///   - inputs: Receives what the spectral loss needs.
  ///   - mean: Means of the codes, [N, Z].
  ///   - logVariance: Log-variances of the codes, [N, Z].
  ///   - output: What the decoder makes of the codes.
  ///   - data: What it is to make.
  package init(
    _ experiment: Experiment, _ decoder: Network, _ forward: Forward, _ inputs: StepInputs,
    mean: Tensor, logVariance: Tensor, output: Tensor, data: Tensor
  ) throws {
    let settings = experiment.loss
    let logDeviation = try decoder.logDeviation(forward)
    let reconstruction = try EvidenceLowerBound.reconstruction(
      settings.likelihood, output: output, data: data, logDeviation: logDeviation)
    let divergence = try EvidenceLowerBound.divergence(mean: mean, logVariance: logVariance)
    var total = try reconstruction + divergence * Float(settings.klWeight)
    var parts = [("reconstruction", reconstruction), ("kl", divergence)]
    if settings.stft > 0 {
      // Samples are in 0…1 where they are logits.
      func sounds(_ x: Tensor) throws -> Tensor {
        settings.likelihood == .bernoulli ? try x * 2 - 1 : x
      }
      let made = settings.likelihood == .bernoulli ? try output.sigmoid() : output
      let spectral = try SpectralLoss.loss(of: sounds(made), wanted: sounds(data), inputs)
      total = try total + spectral * Float(settings.stft * Double(data.shape[1]))
      parts.append(("stft", spectral))
    }
    if let logDeviation { parts.append(("deviation", try logDeviation.exp().mean())) }
    (self.total, self.parts) = (total, parts)
  }
}
