internal import Randomness
internal import Training
internal import Experiments
internal import Autodiff
internal import Execution
internal import Models
internal import Records

/// Draws examples from a generator or decoder, a batch at a time.
///
/// The batch is always the same, for what an example's masks and last bits are depends on it: the examples of a checkpoint
/// are those of the training that wrote it, however many are drawn and whatever was drawn before.
package final class Sampler {
  private static let batch = 64
  private let program: Program
  private let seed: UInt64
  private let latent: Int
  private let exampleSize: Int
  private let averaged: Int

  /// Compiles the program.
  init(_ trained: TrainedModel) throws {
    let latent = trained.experiment.model.latent
    self.latent = latent
    let runs = trained.experiment.sampling.dropout.runs
    averaged = runs.count
    seed = trained.seed
    program = try trained.program(masks: runs.masks) { graph, forward in
      let codes = try graph.input("latents", shape: [Self.batch, latent])
      return ["examples": try trained.output(trained.model.product(codes, forward))]
    }
    exampleSize = trained.model.example.elementCount
  }

  /// New examples from fixed latents.
  ///
  /// - Returns: Shape [count, H, W, C] or [count, T, 1] in the model's value range.
  package func sample(_ count: Int, stream: String = "sampling") throws -> [Float] {
    try examples(RandomStream(stream, seed: seed).normal(count * latent))
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
    for start in stride(from: 0, to: count, by: Self.batch) {
      let rows = min(Self.batch, count - start)
      fill(latents[start * latent..<(start + rows) * latent])
      result += try average(batchNumber: (first + start) / Self.batch).prefix(rows * exampleSize)
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
    var sum = [Float](repeating: 0, count: Self.batch * exampleSize)
    for draw in 0..<averaged {
      try program.run(step: UInt64(batchNumber * averaged + draw))
      for (index, value) in program.output("examples").enumerated() { sum[index] += value }
    }
    return averaged == 1 ? sum : sum.map { $0 / Float(averaged) }
  }
}

extension TrainingSession {
  /// New examples from fixed latents by the model as it is; compiles the network, which a `Sampler` that is kept does once.
  ///
  /// - Returns: Shape [count, H, W, C] or [count, T, 1] in the model's value range.
  package func sample(_ count: Int, stream: String = "sampling") throws -> [Float] {
    try Sampler(trained).sample(count, stream: stream)
  }
}
