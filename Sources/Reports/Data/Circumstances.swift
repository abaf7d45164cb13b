internal import Records

/// The data, programs and machines behind the trials of a report, as far as their differences forbid or
/// weaken comparisons.
struct Circumstances: Sendable {
  /// Data settings whose trials should have had the same data and had not, with the names of the sets that
  /// differ.
  private let mixed: [[String]: [String]]
  /// Warnings that a reader must see first, a sentence each.
  let warnings: [String]

  /// Compares the records of the finished trials.
  init(_ trials: [TrialFigures], of plan: SweepRecord) {
    let settings = Dictionary(
      plan.arms.map { ($0.name, $0.dataSettings) }, uniquingKeysWith: { a, _ in a })
    let counted = trials.filter { $0.state == .finished }
    let bySettings = Dictionary(grouping: counted) { settings[$0.trial.arm] ?? [] }
    let mixed = bySettings.compactMapValues { trials in
      let data = trials.compactMap(\.status?.data)
      let changed = data.first.map { first in
        Set(data.flatMap { changedSets(from: first, to: $0) }).sorted()
      }
      return changed.flatMap { $0.isEmpty ? nil : $0 }
    }
    let affected = plan.arms.map(\.name).filter { mixed[settings[$0] ?? []] != nil }
    self.mixed = mixed
    warnings =
      Self.warnings(onData: Set(mixed.values.flatMap(\.self)).sorted(), of: affected)
      + Self.warnings(onMakersOf: counted)
  }

  /// Returns true where the arms may be compared: trials with the same data settings had the same data.
  func allowComparing(_ arms: [SweepRecord.Arm]) -> Bool {
    arms.allSatisfy { mixed[$0.dataSettings] == nil }
  }

  /// Warnings for a reader who compares two results folders, a sentence each.
  ///
  /// - Parameters:
  ///   - a: Finished trials of arms that both have, in the first folder.
  ///   - b: Those of the second.
  static func differences(_ a: [TrialFigures], _ b: [TrialFigures]) -> [String] {
    var warnings: [String] = []
    let data = [a, b].map { trials in Set(trials.compactMap(\.status?.data)) }
    if !data[0].isEmpty, !data[1].isEmpty, data[0] != data[1] {
      warnings.append("A and B were made from different data.")
    }
    return warnings + Self.warnings(onMakersOf: a + b)
  }

  private static func warnings(onData sets: [String], of arms: [String]) -> [String] {
    guard !sets.isEmpty else { return [] }
    return [
      "Trials of \(arms.joined(separator: ", ")) were made from different data "
        + "(\(sets.joined(separator: ", ")) changed between them), so these arms are not compared."
    ]
  }

  private static func warnings(onMakersOf trials: [TrialFigures]) -> [String] {
    var warnings: [String] = []
    let statuses = trials.compactMap(\.status)
    let differences = Provenance.differences(among: statuses.flatMap(\.allMadeBy))
    guard !differences.isEmpty else { return [] }
    warnings.append(
      "The trials were not all made by one program on one kind of machine, which changes numbers by itself: "
        + differences.joined(separator: "; ") + ".")
    let continued = trials.compactMap { trial in
      trial.status?.earlier?.last.map {
        "\(trial.trial.arm) seed \(trial.trial.seed) after step \($0.lastStep)"
      }
    }
    if !continued.isEmpty {
      warnings.append(
        "Trials that went on elsewhere than they began: \(continued.joined(separator: ", ")).")
    }
    return warnings
  }
}
