internal import Metrics
internal import Scores
internal import Statistics

/// False alarms of the word `copies`: generators that have not seen the training set, good or bad ones, are accused in 5% of
/// cases at most, by each metric and by all of a table together.
struct HonestCopies: Check {
  let name = "honest called copies"
  let kind = CheckKind.falseAlarms
  let reach = Reach.everySize
  let passing = "at most 5% of honest generators, but for chance (exact binomial, 95% one-sided)"

  func asks(_ question: Question) -> Bool { question == .memorization }

  /// Generators that have not seen the training rows.
  private static let generators: [@Sendable (Draw) throws -> Sets] = [
    { $0.honest },
    { $0.collapsed(to: 1 + $0.number % 20) },
    { try $0.losing(3) },
    { try $0.widened(0.4) },
    { try $0.widened(1.8) },
    { try $0.outliers(0.2) },
    { try $0.invented(0.2) },
    { $0.duplicatesInTraining(0.2) },
  ]

  func findings(of metrics: [any Metric], on bench: Bench) throws -> [Finding] {
    var tally = WordTally(metrics)
    try bench.forEachDraw { number in
      for (index, generator) in Self.generators.enumerated() {
        // Each has a draw of its own, as generators with the same training and held-out rows are accused together.
        let draw = try bench.draw(number * Self.generators.count + index)
        // Data that have no modes have none that can be lost.
        guard let sets = try orNil({ try generator(draw) }) else { continue }
        tally.add(
          try bench.entries(of: metrics, sets, controls: []), as: sets.label, isFound: \.saysCopies)
      }
    }
    return tally.findings("at most 5%, but for chance") { cases in
      cases.isAtMost(FalseAlarms.allowed)
    }
  }
}

/// False verdicts on metrics of fidelity and diversity: a generator that is as good as held-out examples is called worse, or
/// other where neither direction is better, in 5% of cases at most.
struct HonestWorse: Check {
  let name = "honest called worse"
  let kind = CheckKind.falseAlarms
  let reach = Reach.everySize
  let passing = "at most 5% of draws, but for chance (exact binomial, 95% one-sided)"

  func asks(_ question: Question) -> Bool { question != .memorization }

  func findings(of metrics: [any Metric], on bench: Bench) throws -> [Finding] {
    var tally = WordTally(metrics, together: false)
    try bench.forEachDraw { number in
      let sets = try bench.draw(number).honest
      tally.add(
        try bench.entries(of: metrics, sets, controls: [.null], testsCopying: false),
        as: sets.label, isFound: \.saysWorse)
    }
    return tally.findings("at most 5%, but for chance") { cases in
      cases.isAtMost(FalseAlarms.allowed)
    }
  }
}

/// The error that words may have.
enum FalseAlarms {
  /// Largest share of honest generators that may be accused.
  static let allowed = 0.05
}

extension Cases {
  /// True unless the share is larger than allowed beyond chance.
  package func isAtMost(_ allowed: Double) -> Bool {
    Interval(ofShare: found, of: of, confidence: 0.9).lower <= allowed
  }
}
