internal import Media
internal import Training
internal import Autodiff
package import Datasets
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
  /// - Parameter trained: Later changes of its arrays are seen.
  init(_ trained: TrainedModel, _ discriminator: Network) throws {
    range = trained.experiment.valueRange
    let copies = 1...trained.dropout.copies(of: discriminator.role.rawValue)
    program = try trained.program { graph, forward in
      let data = try graph.input("data", shape: [Self.batch] + discriminator.input)
      let scores = try copies.map { copy in
        try forward.inCopy(copy) { try discriminator(data, forward).reshape([Self.batch]) }
      }
      return ["scores": try scores.mean()]
    }
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

extension TrainingSession {
  /// Scores of some examples by a GAN's discriminator as it is, for tests and tools; none for another model.
  package func discriminatorScores(of examples: Examples, _ positions: [Int]) throws -> [Double] {
    guard case .gan(_, let discriminator) = model else { return [] }
    return try DiscriminatorScore(trained, discriminator).values(of: examples, positions)
  }
}
