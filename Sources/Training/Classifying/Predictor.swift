internal import Autodiff
internal import Execution
internal import Models
package import Records

/// Applies a detector or classifier to examples in memory, a batch at a time.
package final class Predictor {
  static let batch = 64
  /// Numbers of one example.
  let size: Int
  /// Classes.
  let classes: Int
  private let program: Program
  private let runs: Int

  /// Compiles the network.
  ///
  /// - Parameter dropout: What masks do: off, one draw, or the mean over several.
  init(_ trained: TrainedModel, dropout: Experiment.Sampling.Dropout) throws {
    let network = trained.model.product
    let runs = dropout.runs
    var classes = 0
    program = try trained.program(masks: runs.masks) { graph, forward in
      let data = try graph.input("data", shape: [Self.batch] + network.input)
      let logits = try network(data, forward)
      classes = logits.shape[1]
      return ["probabilities": try trained.output(logits)]
    }
    (self.classes, self.runs) = (classes, runs.count)
    size = network.input.reduce(1, *)
  }

  /// Applies the network of a session as it is.
  package convenience init(
    _ session: TrainingSession, dropout: Experiment.Sampling.Dropout
  ) throws {
    try self.init(session.trained, dropout: dropout)
  }

  /// Probabilities of the classes, [N, K]: the mean over masks where they are drawn.
  ///
  /// - Parameter examples: [N] + the shape of an example, in the model's value range.
  package func probabilities(_ examples: [Float]) throws -> [Double] {
    var sum = try probabilities(examples, draw: 0)
    for draw in 1..<max(1, runs) {
      for (index, value) in try probabilities(examples, draw: draw).enumerated() {
        sum[index] += value
      }
    }
    return runs > 1 ? sum.map { $0 / Double(runs) } : sum
  }

  /// Probabilities with one draw of the masks, [N, K].
  package func probabilities(_ examples: [Float], draw: Int) throws -> [Double] {
    let batches = (examples.count / size + Self.batch - 1) / Self.batch
    var result: [Double] = []
    result.reserveCapacity(examples.count / size * classes)
    try inBatches(examples, of: size, batch: Self.batch) { number, part, count in
      program.input("data").map { fill($0, with: part) }
      try program.run(step: UInt64(draw * batches + number))
      result += program.output("probabilities").prefix(count * classes).map(Double.init)
    }
    return result
  }
}

/// Goes through rows in batches; the last may have fewer.
///
/// - Parameter body: Is given the batch's number, its values and its count of rows.
func inBatches(
  _ values: [Float], of size: Int, batch: Int,
  _ body: (_ number: Int, _ part: ArraySlice<Float>, _ count: Int) throws -> Void
) rethrows {
  let count = values.count / size
  for (number, start) in stride(from: 0, to: count, by: batch).enumerated() {
    let rows = min(batch, count - start)
    try body(number, values[start * size..<(start + rows) * size], rows)
  }
}

/// Writes values to the start of an input, and zeros behind them.
func fill(_ memory: UnsafeMutableBufferPointer<Float>, with values: ArraySlice<Float>) {
  memory.update(repeating: 0)
  _ = memory.update(from: values)
}
