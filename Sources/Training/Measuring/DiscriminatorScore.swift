internal import Autodiff
internal import Datasets
internal import Execution
internal import Layers
internal import Models
internal import Records

/// What a GAN's discriminator makes of examples: its output before any sigmoid, the mean over discriminators
/// where there are several. Dropout is off and batch norm uses its running statistics.
final class DiscriminatorScore {
  private static let batch = 64

  private let range: ValueRange
  private let program: Program

  /// Compiles the discriminator.
  ///
  /// - Parameter variables: Hold the model; later changes of their values are seen.
  init(
    _ experiment: Experiment, _ discriminator: Network, _ dropout: DropoutPlan,
    variables: VariableStore, threads: Int
  ) throws {
    range = experiment.valueRange
    let graph = Graph()
    let forward = Forward(graph, mode: .sampling(dropout: .off), dropout: dropout)
    let data = try graph.input("data", shape: [Self.batch] + discriminator.input)
    let scores = try (1...dropout.copies(of: discriminator.role.rawValue)).map { copy in
      try forward.inCopy(copy) { try discriminator(data, forward).reshape([Self.batch]) }
    }
    program = try Program(
      graph, outputs: ["scores": scores.mean()], variables: variables,
      seed: UInt64(experiment.seed), threads: threads)
  }

  /// Scores of some examples.
  func values(of examples: Examples, _ positions: [Int]) throws -> [Double] {
    try scores(
      of: examples, positions, batch: Self.batch, range: range, into: program.input("data")
    ) { _ in
      try program.run(step: 0)
      return program.output("scores").map(Double.init)
    }
  }
}
