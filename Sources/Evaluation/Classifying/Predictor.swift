package import Training
package import Experiments
internal import Autodiff
internal import Execution
internal import Layers
internal import Models
internal import Records

/// Applies the network that a model is there for to inputs in memory, a batch at a time: a detector or classifier to
/// examples, for probabilities, or a generator or decoder to latents, for samples.
package final class Predictor {
  static let batch = 64
  /// Numbers of one input.
  let size: Int
  /// Numbers of one output: of a classifier its classes.
  let outputs: Int
  /// Has the inputs `input` and, with given masks, those.
  let program: Program
  private let runs: Int

  /// Compiles the network.
  ///
  /// - Parameters:
  ///   - runs: Runs of which the mean is taken.
  ///   - more: What else is wanted of the graph.
  init(
    _ trained: TrainedModel, masks: SamplingDropout, runs: Int = 1,
    _ more: (Forward) -> [String: Tensor] = { _ in [:] }
  ) throws {
    let network = trained.model.product
    program = try trained.program(masks: masks) { graph, forward in
      let input = try graph.input("input", shape: [Self.batch] + network.input)
      let output = try trained.output(network(input, forward))
      return more(forward).merging(["output": output]) { a, _ in a }
    }
    self.runs = runs
    size = network.input.reduce(1, *)
    outputs = program.output("output").count / Self.batch
  }

  /// Applies the network of a session as it is.
  package convenience init(
    _ session: TrainingSession, dropout: Experiment.Sampling.Dropout
  ) throws {
    try self.init(session.trained, dropout: dropout)
  }

  /// Compiles the network.
  ///
  /// - Parameter dropout: What masks do: off, one draw, or the mean over several.
  convenience init(_ trained: TrainedModel, dropout: Experiment.Sampling.Dropout) throws {
    try self.init(trained, masks: dropout.runs.masks, runs: dropout.runs.count)
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
    let batches = (inputs.count / size + Self.batch - 1) / Self.batch
    var result: [Double] = []
    result.reserveCapacity(inputs.count / size * outputs)
    try inBatches(inputs, of: size, batch: Self.batch) { number, part, count in
      program.input("input").map { fill($0, with: part) }
      try program.run(step: UInt64(draw * batches + number))
      result += program.output("output").prefix(count * outputs).map(Double.init)
    }
    return result
  }
}
