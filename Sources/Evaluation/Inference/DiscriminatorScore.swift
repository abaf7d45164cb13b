internal import Media
internal import Specification
internal import Autodiff
package import Datasets
internal import Experiments
internal import Layers
internal import Models
package import Training

/// Scores of examples by a GAN's discriminator: its output before any sigmoid, averaged over discriminators
/// where there are several. Dropout is off and batch norm uses its running statistics.
final class DiscriminatorScore {
  private let question: Question

  /// Compiles the discriminator. Every run reads the current values of its arrays.
  init(_ inference: Inference, _ discriminator: Network) throws {
    let copies = 1...inference.dropout.copies(of: discriminator.role.rawValue)
    question = try Question(inference, shape: discriminator.input) { data, forward in
      let scores = try copies.map { copy in
        try forward.inCopy(copy) { try discriminator(data, forward).reshape([Question.batch]) }
      }
      return try scores.mean()
    }
  }

  /// Scores of the examples at some positions.
  func values(of examples: Examples, _ positions: [Int]) throws -> [Double] {
    try question.ask(about: examples, positions)
  }
}

extension TrainingSession {
  /// Scores of some examples by a GAN's discriminator in its current state, for tests; empty for other
  /// models.
  package func discriminatorScores(of examples: Examples, _ positions: [Int]) throws -> [Double] {
    guard case .gan(_, let discriminator) = model else { return [] }
    return try DiscriminatorScore(Inference(self), discriminator).values(of: examples, positions)
  }
}
