internal import Records
internal import Statistics

/// What the looks at an ablation have decided of one comparison.
struct SequentialDecision: Sendable {
  let verdict: Verdict
  /// Number of seeds at the look that closed it; nil while it is open.
  let seeds: Int?
  /// True where more seeds are to come.
  private let isOpen: Bool

  /// Finds a comparison in the looks of a plan; nil where the plan has a fixed number of seeds.
  init?(of arm: String, _ metric: String, in plan: SweepRecord) {
    guard plan.sequence != nil else { return nil }
    let closing = plan.closing(arm, metric)
    verdict = closing?.verdict.flatMap(Verdict.init(rawValue:)) ?? .inconclusive
    seeds = closing?.seeds
    isOpen = !plan.isOver
  }

  /// The decision in words: `decided with 8 seeds`.
  var text: String {
    switch (verdict, seeds) {
    case (_, nil): isOpen ? "not decided yet" : "not decided"
    case (.inconclusive, let seeds?): "given up with \(seeds) seeds"
    case (_, let seeds?): "decided with \(seeds) seeds"
    }
  }
}
