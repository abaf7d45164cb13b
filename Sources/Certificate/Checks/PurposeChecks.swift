/// Faults that a metric is to notice, or not to notice, on any data.
///
/// Source: arXiv:2505.22450, §4: differences of means and deviations, modes that are dropped and invented.
enum PurposeChecks {
  static let all = [
    outliers, lostModes, inventedMode, copies, movedMean, narrowModes, wideModes,
  ]

  private static let shares = [0.05, 0.1, 0.2]

  static let outliers = Scenario(
    "outliers", .purpose,
    [.rows: .worsens, .distribution: .worsens, .diversity: .steady, .memorization: .steady]
  ) { draw, _ in try [draw.honest] + shares.map(draw.outliers) }

  static let lostModes = Scenario(
    "lost modes", .purpose,
    [.rows: .steady, .distribution: .worsens, .diversity: .worsens, .memorization: .steady]
  ) { draw, _ in try (0...3).map(draw.losing) }

  static let inventedMode = Scenario(
    "invented mode", .purpose,
    [.rows: .worsens, .distribution: .worsens, .diversity: .steady, .memorization: .steady]
  ) { draw, _ in try [draw.honest] + shares.map(draw.invented) }

  static let copies = Scenario("copies", .purpose, [.memorization: .worsens]) { draw, _ in
    try [draw.honest] + [0.05, 0.2, 0.5].map { try draw.copies($0) }
  }

  static let movedMean = Scenario(
    "moved mean", .purpose, [.rows: .worsens, .distribution: .worsens, .diversity: .worsens]
  ) { draw, _ in try [draw.honest] + [0.25, 0.5, 1].map { try draw.shifted($0) } }

  static let narrowModes = Scenario(
    "narrow modes", .purpose,
    [.rows: .staysGood, .distribution: .worsens, .diversity: .worsens]
  ) { draw, _ in try [draw.honest] + [0.7, 0.4, 0.2].map(draw.widened) }

  static let wideModes = Scenario(
    "wide modes", .purpose, [.rows: .worsens, .distribution: .worsens]
  ) { draw, _ in try [draw.honest] + [1.5, 2, 3].map(draw.widened) }
}
