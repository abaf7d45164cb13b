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
/// The Bernoulli likelihood of pixels between 0 and 1 is that of the training loss, which is not
/// normalised. The decoder is the one that samples are drawn from, with averaged weights where there are
/// any; dropout is off. A recurrent decoder is given the true earlier steps.
///
/// Source: Y. Burda, R. Grosse, R. Salakhutdinov 2016, "Importance weighted autoencoders", arXiv:1509.00519,
/// eq. 8.
final class LogLikelihood {
  /// Computes the means and log-variances of examples.
  private let encoding: Question
  /// Computes ln p(x, z)/q(z | x) for one draw of z.
  private let weighing: Program
  private let logVariance, weight: Memory
  /// Inputs of `weighing`: examples with their means and log-variances.
  private let weighed: (data: Memory, mean: Memory, logVariance: Memory)
  /// The classes of the examples that are weighed; nil where there are none.
  private let classes: Memory?

  private typealias Memory = UnsafeMutableBufferPointer<Float>

  /// Compiles the two networks. Every run reads the current values of their arrays.
  init(_ inference: Inference, _ encoder: Network, _ decoder: Network) throws {
    let experiment = inference.experiment
    let (batch, latent) = (Question.batch, experiment.model.latent)
    let (encoding, logVariance) = try Question.compiled(inference, shape: encoder.input) {
      data, forward in
      let code = try encoder(data, forward)
      let logVariance = try code.slice(axis: 1, latent..<2 * latent)
      return (try code.slice(axis: 1, 0..<latent), others: [logVariance], handles: logVariance)
    }
    (self.encoding, self.logVariance) = (encoding, encoding.program[logVariance])
    let (program, (data, classes, mean, spread, weight)) = try inference.program {
      graph, forward in
      let classes = try inference.classes(of: batch, in: forward)
      let data = try graph.input("data", shape: [batch] + encoder.input)
      let mean = try graph.input("mean", shape: [batch, latent])
      let logVariance = try graph.input("log_variance", shape: [batch, latent])
      let noise = try graph.normal("metrics/log_likelihood", shape: mean.shape)
      let code = try mean + noise * (logVariance * 0.5).exp()
      let output = try decoder(code, teacher: data, forward)
      let each = try EvidenceLowerBound.reconstructions(
        experiment.loss.likelihood, output: output, data: data,
        logDeviation: decoder.logDeviation(forward))
      let numbers = data.shape.elementCount / batch
      let likelihood =
        try -each.reshape([batch, numbers]).sum(axes: [1])
        - Float(numbers) * EvidenceLowerBound.constant(of: experiment.loss.likelihood)
      // ln p(z) − ln q(z | x): the constants of the two Gaussians cancel.
      let prior = try (noise.squared() + logVariance - code.squared()).sum(axes: [1]) * 0.5
      let weight = try likelihood + prior
      return ((data, classes, mean, logVariance, weight), outputs: [weight])
    }
    weighing = program
    self.classes = classes.map { program[$0] }
    self.weight = program[weight]
    weighed = (program[data], program[mean], program[spread])
  }

  /// Log-likelihoods of some examples.
  ///
  /// - Parameters:
  ///   - positions: Positions of the examples.
  ///   - draws: Number of draws of z for each example.
  func values(of examples: Examples, _ positions: [Int], draws: Int) throws -> [Double] {
    try encoding.ask(about: examples, positions) { number in
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

  /// Encodes the examples of a batch, and copies examples and codes to the inputs of `weighing`.
  private func encode() throws {
    try encoding.program.run(step: 0)
    _ = weighed.data.update(from: encoding.input)
    if let classes, let own = encoding.classes { _ = classes.update(from: own) }
    _ = weighed.mean.update(from: encoding.answer)
    _ = weighed.logVariance.update(from: logVariance)
  }
}

/// The logarithm of the mean of the exponentials, without overflow.
func logMeanExp(_ values: [Double]) -> Double {
  let highest = values.max() ?? 0
  return highest + log(values.reduce(0) { $0 + exp($1 - highest) } / Double(values.count))
}

extension TrainingSession {
  /// Log-likelihoods of some examples under a VAE in its current state; empty for other models.
  package func logLikelihoods(
    of examples: Examples, _ positions: [Int], draws: Int
  ) throws -> [Double] {
    guard case .vae(let encoder, let decoder) = model else { return [] }
    return try LogLikelihood(Inference(self), encoder, decoder).values(
      of: examples, positions, draws: draws)
  }
}
