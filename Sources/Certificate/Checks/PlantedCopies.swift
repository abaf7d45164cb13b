internal import Metrics

/// Power of the word `copies`: copies that are planted among honest rows are found in four of five draws.
struct PlantedCopies: Check {
  /// Share of the generated rows that are copies.
  let share: Double
  let kind = CheckKind.power
  let reach = Reach.everySize
  let passing = "called copies in 80% of draws at least"
  private static let needed = 0.8

  var name: String { "\(threeDigits(100 * share))% copies found" }

  func asks(_ question: Question) -> Bool { question == .memorization }

  func findings(of metrics: [any Metric], on bench: Bench) throws -> [Finding] {
    var tally = WordTally(metrics)
    try bench.forEachDraw { number in
      let sets = try bench.draw(number).copies(share)
      tally.add(
        try bench.entries(of: metrics, sets, controls: []), as: sets.label, isFound: \.saysCopies)
    }
    return tally.findings("80% at least") { Double($0.found) >= Self.needed * Double($0.of) }
  }
}
