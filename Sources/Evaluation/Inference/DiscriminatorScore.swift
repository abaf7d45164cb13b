internal import Media
internal import Specification
internal import Autodiff
package import Datasets
internal import Experiments
internal import Layers
internal import Models
package import Training

/// What a GAN's discriminator makes of examples: its output before any sigmoid, the mean over discriminators
/// where there are several. Dropout is off and batch norm uses its running statistics.
final class DiscriminatorScore {
  private let range: ValueRange
  private let question: Question

  /// Compiles the discriminator; later changes of its arrays are seen.
  init(_ inference: Inference, _ discriminator: Network) throws {
    range = inference.experiment.valueRange
    let copies = 1...inference.dropout.copies(of: discriminator.role.rawValue)
    question = try Question(inference, shape: discriminator.input) { data, forward in
      let scores = try copies.map { copy in
        try forward.inCopy(copy) { try discriminator(data, forward).reshape([Question.batch]) }
      }
      return try scores.mean()
    }
  }

  /// Scores of some examples.
  func values(of examples: Examples, _ positions: [Int]) throws -> [Double] {
    try question.ask(about: examples, positions, range: range)
  }
}

extension TrainingSession {
  /// Scores of some examples by a GAN's discriminator as it is, for tests and tools; none for another model.
  package func discriminatorScores(of examples: Examples, _ positions: [Int]) throws -> [Double] {
    guard case .gan(_, let discriminator) = model else { return [] }
    return try DiscriminatorScore(Inference(self), discriminator).values(of: examples, positions)
  }
}
