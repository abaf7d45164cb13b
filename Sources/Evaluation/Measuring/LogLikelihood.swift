internal import Training
internal import Experiments
internal import Autodiff
package import Datasets
internal import Execution
internal import Foundation
internal import Layers
internal import Models
internal import Records

/// The log-likelihood of examples under a VAE by importance weighting, in nats: the logarithm of the mean of
/// p(x, z)/q(z | x) over draws z from the encoder.
///
/// Bernoulli likelihoods of pixels between 0 and 1 are as in the training loss, and not normalised. The decoder is the
/// one that samples are drawn from, averages of its weights included; dropout is off. A recurrent decoder sees the
/// true earlier steps.
///
/// Source: Y. Burda, R. Grosse, R. Salakhutdinov 2016, "Importance weighted autoencoders", arXiv:1509.00519,
/// eq. 8.
final class LogLikelihood {
  private static let batch = 64

  private let range: ValueRange
  private let encoding: Program
  /// An example, and the mean and logarithm of the variance of its code.
  private let encoded: (data: Memory, mean: Memory, logVariance: Memory)
  private let weighing: Program
  private let weighed: (data: Memory, mean: Memory, logVariance: Memory)
  private let weight: Memory

  private typealias Memory = UnsafeMutableBufferPointer<Float>

  /// Compiles the two networks.
  ///
  /// - Parameter trained: Later changes of its arrays are seen.
  init(_ trained: TrainedModel, _ encoder: Network, _ decoder: Network) throws {
    let experiment = trained.experiment
    range = experiment.valueRange
    let (batch, latent) = (Self.batch, experiment.model.latent)
    let encoding = try trained.program { graph, forward in
      let data = try graph.input("data", shape: [batch] + encoder.input)
      let code = try encoder(data, forward)
      let mean = try code.slice(axis: 1, 0..<latent)
      let logVariance = try code.slice(axis: 1, latent..<2 * latent)
      return ([data, mean, logVariance], outputs: [mean, logVariance])
    }
    let weighing = try trained.program { graph, forward in
      let data = try graph.input("data", shape: [batch] + encoder.input)
      let mean = try graph.input("mean", shape: [batch, latent])
      let logVariance = try graph.input("log_variance", shape: [batch, latent])
      let noise = try graph.normal("metrics/log_likelihood", shape: mean.shape)
      let code = try mean + noise * (logVariance * 0.5).exp()
      let output = try decoder(code, teacher: data, forward)
      let each = try Self.logLikelihood(experiment.loss.likelihood, output, data)
      let likelihood = try each.reshape([batch, data.shape.elementCount / batch]).sum(axes: [1])
      // ln p(z) − ln q(z | x): the constants of the two Gaussians are the same.
      let prior = try (noise.squared() + logVariance - code.squared()).sum(axes: [1]) * 0.5
      let weight = try likelihood + prior
      return ([data, mean, logVariance, weight], outputs: [weight])
    }
    let (found, taken) = (
      encoding.handles.map { encoding.program[$0] }, weighing.handles.map { weighing.program[$0] }
    )
    (encoded, weighed) = ((found[0], found[1], found[2]), (taken[0], taken[1], taken[2]))
    weight = taken[3]
    (self.encoding, self.weighing) = (encoding.program, weighing.program)
  }

  private static func logLikelihood(
    _ likelihood: Experiment.Loss.Likelihood, _ output: Tensor, _ data: Tensor
  ) throws -> Tensor {
    switch likelihood {
    case .bernoulli: try output * data - output.softplus()
    // Variance ½, as in the loss; its constant is −½ ln π.
    case .gaussian: try -((output - data).squared()) - Float(log(Double.pi) / 2)
    }
  }

  /// Log-likelihoods of some examples.
  ///
  /// - Parameters:
  ///   - positions: Which examples.
  ///   - draws: Draws of an example.
  func values(of examples: Examples, _ positions: [Int], draws: Int) throws -> [Double] {
    try scores(
      of: examples, positions, batch: Self.batch, range: range, into: encoded.data
    ) { number in
      try encoding.run(step: 0)
      _ = weighed.data.update(from: encoded.data)
      _ = weighed.mean.update(from: encoded.mean)
      _ = weighed.logVariance.update(from: encoded.logVariance)
      var weights = [[Double]](repeating: [], count: Self.batch)
      for draw in 0..<draws {
        try weighing.run(step: UInt64(number * draws + draw))
        for (row, weight) in self.weight.enumerated() {
          weights[row].append(Double(weight))
        }
      }
      return weights.map(logMeanExp)
    }
  }
}

/// ln of the mean of the exponentials.
func logMeanExp(_ values: [Double]) -> Double {
  let highest = values.max() ?? 0
  return highest + log(values.reduce(0) { $0 + exp($1 - highest) } / Double(values.count))
}

extension TrainingSession {
  /// Log-likelihoods of some examples under a VAE as it is, for tests and tools; none for a GAN.
  package func logLikelihoods(
    of examples: Examples, _ positions: [Int], draws: Int
  ) throws -> [Double] {
    guard case .vae(let encoder, let decoder) = model else { return [] }
    return try LogLikelihood(trained, encoder, decoder).values(
      of: examples, positions, draws: draws)
  }
}
