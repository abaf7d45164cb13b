internal import Experiments
internal import Records
internal import Statistics

/// The answer to the question of a report in a sentence, for readers who stop there.
struct Answer {
  let figures: Figures

  /// The sentence; nil where nothing was compared.
  var text: String? {
    if let claim = figures.claim {
      let held = claim.criteria.count { $0.outcome == .holds }
      return "\(claim.verdict.rawValue.capitalizingFirst): "
        + "\(held) of \(claim.criteria.count) criteria hold\(held == 1 ? "s" : "")."
    }
    let parts = figures.plan.primaryMetrics.compactMap(part)
    return parts.isEmpty ? nil : "In short: \(parts.joined(separator: "; "))."
  }

  /// What arms do to a metric; nil where none was compared.
  private func part(_ key: String) -> String? {
    let compared = figures.arms.compactMap { arm in
      arm.metrics[key]?.comparison.map { (name: arm.arm.name, comparison: $0) }
    }
    guard !compared.isEmpty else { return nil }
    let found = [Verdict.better, .worse].compactMap { verdict -> String? in
      let arms = compared.filter { $0.comparison.verdict == verdict }
      guard
        let most = arms.max(by: {
          abs($0.comparison.paired.mean) < abs($1.comparison.paired.mean)
        })
      else { return nil }
      let paired = most.comparison.paired
      let size =
        Wording.signed(paired.mean) + (paired.interval.map { ", " + Wording.range($0) } ?? "")
      guard compared.count > 1 else { return "\(verdict.rawValue) in \(most.name) (\(size))" }
      return "\(verdict.rawValue) in \(arms.count) of \(compared.count) arms "
        + "(\(arms.count > 1 ? "most in " : "")\(most.name): \(size))"
    }
    guard found.isEmpty else { return "\(key) is \(found.joined(separator: ", and "))" }
    let ends = compared.compactMap { $0.comparison.paired.interval }
      .map { max(abs($0.lower), abs($0.upper)) }
    let limit = ends.max().map { "; differences of up to \(shortNumber($0)) are not ruled out" }
    let shown =
      compared.count > 1
      ? "shown to differ in none of \(compared.count) arms"
      : "not shown to differ in \(compared[0].name)"
    return "\(key) is \(shown)\(limit ?? "")"
  }
}

extension String {
  fileprivate var capitalizingFirst: String { prefix(1).uppercased() + dropFirst() }
}
