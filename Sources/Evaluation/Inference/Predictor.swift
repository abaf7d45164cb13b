internal import Execution
internal import Autodiff
package import Experiments
internal import Layers
internal import Models
package import Training

/// Applies a model's product, the network that it is trained for, to inputs in memory: a detector or
/// classifier turns examples into probabilities, a generator or decoder turns latents into samples.
package final class Predictor {
  private let question: Question
  private let runs: Int

  /// Size of one input, in numbers.
  var size: Int { question.size }
  /// Size of one output, in numbers: for a classifier the number of classes.
  var outputs: Int { question.outputs }

  /// Compiles the network.
  ///
  /// - Parameters:
  ///   - runs: Number of runs whose mean is taken.
  ///   - more: Further outputs of the graph.
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

  /// Applies the network of a session in its current state.
  package convenience init(
    _ session: TrainingSession, dropout: Experiment.Sampling.Dropout
  ) throws {
    try self.init(Inference(session), dropout: dropout)
  }

  /// Compiles the network.
  ///
  /// - Parameter dropout: Use of masks: none, one draw, or the mean over several.
  convenience init(_ inference: Inference, dropout: Experiment.Sampling.Dropout) throws {
    try self.init(inference, masks: dropout.runs.masks, runs: dropout.runs.count)
  }

  /// Outputs of the network, [N, outputs]; their mean over masks where several are drawn.
  ///
  /// - Parameters:
  ///   - inputs: [N, Z], or [N] + the shape of an example in the model's value range.
  ///   - classes: The class of each input, where the network is told of it.
  package func callAsFunction(_ inputs: [Float], classes: [Int] = []) throws -> [Double] {
    var sum = try callAsFunction(inputs, classes: classes, draw: 0)
    for draw in 1..<max(1, runs) {
      for (index, value) in try callAsFunction(inputs, classes: classes, draw: draw).enumerated() {
        sum[index] += value
      }
    }
    return runs > 1 ? sum.map { $0 / Double(runs) } : sum
  }

  /// Outputs of the network with one draw of the masks, [N, outputs].
  func callAsFunction(_ inputs: [Float], classes: [Int] = [], draw: Int) throws -> [Double] {
    let batches = question.batches(of: inputs)
    var result: [Double] = []
    result.reserveCapacity(inputs.count / size * outputs)
    try question.ask(inputs, labels: classes, counter: { UInt64(draw * batches + $0) }) {
      result += $0.map(Double.init)
    }
    return result
  }

  /// The memory of a given mask or, after a run, of a further output of the graph.
  subscript(tensor: Tensor) -> UnsafeMutableBufferPointer<Float> { question.program[tensor] }
}
