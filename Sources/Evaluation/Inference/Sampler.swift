internal import Specification
internal import Execution
internal import Experiments
internal import Metrics
internal import Models
internal import Randomness
package import Training

/// Draws examples from a generator or decoder, a batch at a time, and makes sounds of spectrograms. The network is
/// compiled at its first use.
///
/// The size of a batch is fixed, because the masks and the last bits of an example depend on it. So a
/// checkpoint gives the same examples as the training that wrote it, however many are drawn and whatever
/// was drawn before.
package final class Sampler {
  /// The name of the random stream of latents, and of the classes that go with them.
  package static let stream = "sampling"
  private let inference: Inference
  private var compiled: Question?
  private let latent: Int
  /// Number of runs, each with its own masks, whose mean is an example.
  private let runs: Int

  /// Samples a model in its current state.
  package init(_ inference: Inference) {
    self.inference = inference
    latent = inference.experiment.model.latent
    runs = inference.experiment.sampling.dropout.runs.count
  }

  /// Generates examples from latents, and of classes, that depend only on the seed and the stream's name.
  ///
  /// - Returns: Shape [count, H, W, C] or [count, T, 1] in the model's value range.
  package func sample(_ count: Int, stream: String = Sampler.stream) throws -> [Float] {
    try examples(
      latents(count, stream: stream), classes: inference.classes(ofSamples: count, stream: stream))
  }

  /// Standard normal latents, shape [count, Z].
  func latents(_ count: Int, stream: String = Sampler.stream) -> [Float] {
    RandomStream(stream, seed: inference.seed).normal(count * latent)
  }

  /// The class of each of `count` samples; empty where the network is not told of classes.
  func classes(_ count: Int) -> [Int] { inference.classes(ofSamples: count) }

  /// Generates examples for a sheet of about `count`. Where networks are told of classes, each row has a class, for at
  /// most 64 of these, and each column a latent.
  ///
  /// - Returns: The examples, row after row, and the number in a row; nil where any will do.
  package func sheet(_ count: Int) throws -> (examples: [Float], columns: Int?) {
    guard let classes = inference.sampledClasses?.counts.count else {
      return (try sample(count), nil)
    }
    let (rows, columns) = (min(classes, 64), max(4, count / classes))
    let latents = latents(columns)
    let labels = (0..<rows).flatMap { Array(repeating: $0, count: columns) }
    return (
      try examples(Array(repeatElement(latents, count: rows).joined()), classes: labels), columns
    )
  }

  /// Generates examples from latents.
  ///
  /// - Parameters:
  ///   - latents: Shape [count, Z].
  ///   - classes: The class of each example, where the network is told of it.
  ///   - first: Number of the first example, which chooses the masks of stochastic sampling.
  /// - Returns: Shape [count, H, W, C] or [count, T, 1] in the model's value range.
  func examples(_ latents: [Float], classes: [Int], from first: Int = 0) throws -> [Float] {
    let question = try question()
    var sum = [Float](repeating: 0, count: latents.count / latent * question.outputs)
    for draw in 0..<runs {
      var place = 0
      try question.ask(
        latents, labels: classes,
        counter: { UInt64((first / Question.batch + $0) * self.runs + draw) }
      ) { answers in
        for value in answers {
          sum[place] += value
          place += 1
        }
      }
    }
    return try examples(ofOutputs: runs == 1 ? sum : sum.map { $0 / Float(runs) })
  }

  /// The examples that outputs of the network stand for.
  private func examples(ofOutputs outputs: [Float]) throws -> [Float] {
    let codec = inference.codec
    guard codec.changesExamples else { return outputs }
    let size = codec.shape.sizes.reduce(1, *)
    var examples = [[Float]](repeating: [], count: outputs.count / size)
    for first in stride(from: 0, to: examples.count, by: Question.batch) {
      try inference.beforeRun?()
      let count = min(Question.batch, examples.count - first)
      try examples.withUnsafeMutableBufferPointer { examples in
        try inParallel(count, threads: Threads(inference.backend.threads)) { row in
          let place = (first + row) * size
          examples[first + row] = codec.example(of: outputs[place..<place + size])
        }
      }
    }
    return Array(examples.joined())
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

extension Inference {
  /// The class of each of `count` samples; empty where networks are not told of classes.
  func classes(ofSamples count: Int, stream: String = Sampler.stream) -> [Int] {
    sampledClasses?.drawn(count, stream: stream, seed: seed) ?? []
  }
}

extension TrainingSession {
  /// Generates examples by the model in its current state, from latents that depend only on the seed and
  /// the stream's name. Compiles the network each time; a `Sampler` that is kept does so once.
  ///
  /// - Returns: Shape [count, H, W, C] or [count, T, 1] in the model's value range.
  package func sample(_ count: Int, stream: String = Sampler.stream) throws -> [Float] {
    try Sampler(Inference(self)).sample(count, stream: stream)
  }
}
