internal import Media
internal import Specification
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
  private let range: ValueRange
  /// Means and log-variances of examples.
  private let encoding: Question
  /// ln of p(x, z)/q(z | x) for a draw of z.
  private let weighing: Program
  private let logVariance, weight: Memory
  /// What is weighed: examples with their means and log-variances.
  private let weighed: (data: Memory, mean: Memory, logVariance: Memory)

  private typealias Memory = UnsafeMutableBufferPointer<Float>

  /// Compiles the two networks; later changes of their arrays are seen.
  init(_ inference: Inference, _ encoder: Network, _ decoder: Network) throws {
    let experiment = inference.experiment
    range = experiment.valueRange
    let (batch, latent) = (Question.batch, experiment.model.latent)
    let (encoding, logVariance) = try Question.compiled(inference, shape: encoder.input) {
      data, forward in
      let code = try encoder(data, forward)
      let logVariance = try code.slice(axis: 1, latent..<2 * latent)
      return (try code.slice(axis: 1, 0..<latent), others: [logVariance], handles: logVariance)
    }
    (self.encoding, self.logVariance) = (encoding, encoding.program[logVariance])
    let (program, (data, mean, spread, weight)) = try inference.program { graph, forward in
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
      return ((data, mean, logVariance, weight), outputs: [weight])
    }
    weighing = program
    self.weight = program[weight]
    weighed = (program[data], program[mean], program[spread])
  }

  private static func logLikelihood(
    _ likelihood: Likelihood, _ output: Tensor, _ data: Tensor
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
    try encoding.ask(about: examples, positions, range: range) { number in
      try self.encode()
      var weights = [[Double]](repeating: [], count: Question.batch)
      for draw in 0..<draws {
        try self.weighing.run(step: UInt64(number * draws + draw))
        for (row, weight) in self.weight.enumerated() {
          weights[row].append(Double(weight))
        }
      }
      return weights.map(logMeanExp)
    }
  }

  /// Encodes the examples of a batch and hands them and their codes on.
  private func encode() throws {
    try encoding.program.run(step: 0)
    _ = weighed.data.update(from: encoding.input)
    _ = weighed.mean.update(from: encoding.answer)
    _ = weighed.logVariance.update(from: logVariance)
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
    return try LogLikelihood(Inference(self), encoder, decoder).values(
      of: examples, positions, draws: draws)
  }
}
