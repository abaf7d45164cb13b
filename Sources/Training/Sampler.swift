internal import Autodiff
internal import Execution
internal import Models
internal import Records

/// Draws examples from a generator or decoder, a batch at a time.
final class Sampler {
  private let program: Program
  private let batch: Int
  private let latent: Int
  private let exampleSize: Int
  private let averaged: Int

  /// - Parameters:
  ///   - batch: Examples of one run of the program.
  init(_ trained: TrainedModel, batch: Int) throws {
    self.batch = batch
    let latent = trained.experiment.model.latent
    self.latent = latent
    let runs = trained.experiment.sampling.dropout.runs
    averaged = runs.count
    program = try trained.program(masks: runs.masks) { graph, forward in
      let codes = try graph.input("latents", shape: [batch, latent])
      return ["examples": try trained.output(trained.model.product(codes, forward))]
    }
    exampleSize = trained.model.example.elementCount
  }

  /// Examples for latents.
  ///
  /// - Parameters:
  ///   - latents: Shape [count, Z].
  ///   - first: Number of the first example, which chooses the masks of stochastic sampling.
  /// - Returns: Shape [count, H, W, C] or [count, T, 1] in the model's value range.
  func examples(_ latents: [Float], from first: Int = 0) throws -> [Float] {
    let count = latents.count / latent
    var result: [Float] = []
    result.reserveCapacity(count * exampleSize)
    for start in stride(from: 0, to: count, by: batch) {
      let rows = min(batch, count - start)
      fill(latents[start * latent..<(start + rows) * latent])
      result += try average(batchNumber: (first + start) / batch).prefix(rows * exampleSize)
    }
    return result
  }

  private func fill(_ latents: ArraySlice<Float>) {
    guard let memory = program.input("latents") else { return }
    memory.update(repeating: 0)
    _ = memory.update(from: latents)
  }

  /// The mean over masks; one run when masks are off or drawn once.
  private func average(batchNumber: Int) throws -> [Float] {
    var sum = [Float](repeating: 0, count: batch * exampleSize)
    for draw in 0..<averaged {
      try program.run(step: UInt64(batchNumber * averaged + draw))
      for (index, value) in program.output("examples").enumerated() { sum[index] += value }
    }
    return averaged == 1 ? sum : sum.map { $0 / Float(averaged) }
  }
}
