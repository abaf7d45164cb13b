internal import Metrics
internal import Scores

/// The ends of a metric's scale, and its middle.
///
/// Source: arXiv:2505.22450, §3 and 4: values of equal and of disjoint distributions, and of those that half overlap.
enum BoundChecks {
  static let all = [bestValue, worstValue, halfBad]

  /// Features of the mixtures that data are compared with.
  private static let dimensions = [2, 16, 64]

  static let bestValue = Scenario(
    "best value", .bounds,
    Question.all(expecting: .sameBest)
  ) { draw, question in
    try [draw.honest, useless(draw, question)[0]]
      + dimensions.map { dimension in
        let mixture = Mixture(
          rows: draw.training.count, holdout: draw.holdout.count, generated: draw.generatedCount,
          dimension: dimension)
        let honest = try mixture.draw(draw.number, threads: 1).honest
        return Sets(
          "mixture of \(dimension) features", training: honest.training, holdout: honest.holdout,
          generated: honest.generated)
      }
  }

  static let worstValue = Scenario(
    "worst value", .bounds,
    Question.all(expecting: .sameWorst)
  ) { draw, question in try [draw.honest] + useless(draw, question) }

  static let halfBad = Scenario("half bad", .bounds, [.rows: .half, .memorization: .half]) {
    draw, question in
    let isCopying = question == .memorization
    return [
      draw.honest, try useless(draw, question)[0],
      isCopying
        ? try draw.copies(0.5, noise: fineNoise) : try draw.shifted(farOff, share: 0.5),
    ]
  }

  /// Distance of useless rows, in radii of the data.
  private static let farOff = 10.0
  /// Noise of exact copies, as a multiple of the distance of nearest training rows.
  private static let fineNoise = 1e-2

  /// Two sets that could not be worse, where the second is more so.
  private static func useless(_ draw: Draw, _ question: Question) throws -> [Sets] {
    switch question {
    case .rows, .distribution: try [farOff, 100 * farOff].map { try draw.shifted($0) }
    case .diversity: try [fineNoise, fineNoise / 100].map(draw.oneRow)
    case .memorization: try [fineNoise, fineNoise / 100].map { try draw.copies(1, noise: $0) }
    }
  }
}
