internal import Execution
internal import Autodiff
package import Experiments
internal import Layers
internal import Models
package import Training

/// Applies the network that a model is there for to inputs in memory: a detector or classifier to examples, for
/// probabilities, or a generator or decoder to latents, for samples.
package final class Predictor {
  private let question: Question
  private let runs: Int

  /// Numbers of one input.
  var size: Int { question.size }
  /// Numbers of one output: of a classifier its classes.
  var outputs: Int { question.outputs }

  /// Compiles the network.
  ///
  /// - Parameters:
  ///   - runs: Runs of which the mean is taken.
  ///   - more: What else is wanted of the graph.
  init(
    _ inference: Inference, masks: SamplingDropout, runs: Int = 1,
    _ more: (Forward) -> [Tensor] = { _ in [] }
  ) throws {
    let network = inference.model.product
    question = try Question.compiled(inference, shape: network.input, masks: masks) {
      rows, forward in
      let answer = try inference.output(network(rows, forward))
      return (answer, others: more(forward), handles: ())
    }.question
    self.runs = runs
  }

  /// Applies the network of a session as it is.
  package convenience init(
    _ session: TrainingSession, dropout: Experiment.Sampling.Dropout
  ) throws {
    try self.init(Inference(session), dropout: dropout)
  }

  /// Compiles the network.
  ///
  /// - Parameter dropout: What masks do: off, one draw, or the mean over several.
  convenience init(_ inference: Inference, dropout: Experiment.Sampling.Dropout) throws {
    try self.init(inference, masks: dropout.runs.masks, runs: dropout.runs.count)
  }

  /// What the network gives, [N, outputs]: the mean over masks where they are drawn.
  ///
  /// - Parameter inputs: [N, Z], or [N] + the shape of an example in the model's value range.
  package func callAsFunction(_ inputs: [Float]) throws -> [Double] {
    var sum = try callAsFunction(inputs, draw: 0)
    for draw in 1..<max(1, runs) {
      for (index, value) in try callAsFunction(inputs, draw: draw).enumerated() {
        sum[index] += value
      }
    }
    return runs > 1 ? sum.map { $0 / Double(runs) } : sum
  }

  /// What the network gives with one draw of the masks, [N, outputs].
  func callAsFunction(_ inputs: [Float], draw: Int) throws -> [Double] {
    let batches = (inputs.count / size + Question.batch - 1) / Question.batch
    var result: [Double] = []
    result.reserveCapacity(inputs.count / size * outputs)
    try question.ask(inputs, counter: { UInt64(draw * batches + $0) }) {
      result += $0.map(Double.init)
    }
    return result
  }

  /// The memory of a mask that is given, or, after a run, of what else was wanted of the graph.
  subscript(tensor: Tensor) -> UnsafeMutableBufferPointer<Float> { question.program[tensor] }
}
