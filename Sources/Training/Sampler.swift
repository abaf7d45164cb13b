internal import Autodiff
internal import Datasets
internal import Execution
internal import Layers
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
  init(
    _ experiment: Experiment, _ model: GenerativeModel, _ dropout: DropoutPlan, batch: Int,
    variables: VariableStore, seed: UInt64, threads: Int
  ) throws {
    self.batch = batch
    latent = experiment.model.latent
    let masks: SamplingDropout
    switch experiment.sampling.dropout {
    case .off: (masks, averaged) = (.off, 1)
    case .stochastic: (masks, averaged) = (.stochastic, 1)
    case .meanOf(let count): (masks, averaged) = (.stochastic, count)
    }
    let graph = Graph()
    let forward = Forward(graph, mode: .sampling(dropout: masks), dropout: dropout)
    if experiment.train.ema > 0 {
      for parameter in model.samplerParameters(with: dropout) {
        let name = ParameterStore.averageName(parameter)
        try forward.set(parameter, to: graph.variable(name, shape: parameter.shape))
      }
    }
    var examples = try model.sampler(graph.input("latents", shape: [batch, latent]), forward)
    if case .vae = model {
      examples =
        experiment.loss.likelihood == .bernoulli
        ? try examples.sigmoid() : try examples.maximum(-1).minimum(1)
    }
    exampleSize = examples.shape.elementCount / batch
    program = try Program(
      graph, outputs: ["examples": examples], variables: variables, seed: seed, threads: threads)
    for rate in forward.scheduledRates {
      program.input(rate.input)?[0] = rate.value(at: experiment.train.steps)
    }
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
