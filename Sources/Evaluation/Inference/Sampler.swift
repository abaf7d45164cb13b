internal import Specification
internal import Experiments
internal import Models
internal import Randomness
package import Training

/// Draws examples from a generator or decoder, a batch at a time; compiled when it is first asked.
///
/// The batch is always the same, for what an example's masks and last bits are depends on it: the examples of a checkpoint
/// are those of the training that wrote it, however many are drawn and whatever was drawn before.
package final class Sampler {
  private let inference: Inference
  private var compiled: Question?
  private let latent: Int
  /// Runs over masks that an example is the mean of.
  private let runs: Int

  /// Samples a model as it is.
  package init(_ inference: Inference) {
    self.inference = inference
    latent = inference.experiment.model.latent
    runs = inference.experiment.sampling.dropout.runs.count
  }

  /// New examples from fixed latents.
  ///
  /// - Returns: Shape [count, H, W, C] or [count, T, 1] in the model's value range.
  package func sample(_ count: Int, stream: String = "sampling") throws -> [Float] {
    try examples(RandomStream(stream, seed: inference.seed).normal(count * latent))
  }

  /// Examples for latents.
  ///
  /// - Parameters:
  ///   - latents: Shape [count, Z].
  ///   - first: Number of the first example, which chooses the masks of stochastic sampling.
  /// - Returns: Shape [count, H, W, C] or [count, T, 1] in the model's value range.
  func examples(_ latents: [Float], from first: Int = 0) throws -> [Float] {
    let question = try question()
    var sum = [Float](repeating: 0, count: latents.count / latent * question.outputs)
    for draw in 0..<runs {
      var place = 0
      try question.ask(
        latents, counter: { UInt64((first / Question.batch + $0) * self.runs + draw) }
      ) { answers in
        for value in answers {
          sum[place] += value
          place += 1
        }
      }
    }
    return runs == 1 ? sum : sum.map { $0 / Float(runs) }
  }

  private func question() throws -> Question {
    if let compiled { return compiled }
    let (network, masks) = (
      inference.model.product, inference.experiment.sampling.dropout.runs.masks
    )
    let made = try Question(inference, shape: network.input, masks: masks) { codes, forward in
      try inference.output(network(codes, forward))
    }
    compiled = made
    return made
  }
}

extension TrainingSession {
  /// New examples from fixed latents by the model as it is. Compiles the network each time; a `Sampler` that is kept does so
  /// once.
  ///
  /// - Returns: Shape [count, H, W, C] or [count, T, 1] in the model's value range.
  package func sample(_ count: Int, stream: String = "sampling") throws -> [Float] {
    try Sampler(Inference(self)).sample(count, stream: stream)
  }
}
