internal import Machine
internal import Records
internal import Statistics

extension Figures {
  /// Compares every arm with its control, and corrects the p values for being many.
  mutating func compare() {
    let controls = Dictionary(arms.map { ($0.arm.name, $0) }, uniquingKeysWith: { a, _ in a })
    let directions = keys.compactMap { key in higherIsBetter(key).map { (key, $0) } }
    let (plan, circumstances) = (plan, circumstances)
    arms = onAllCores(arms) { arm in
      var arm = arm
      guard let control = arm.arm.control.flatMap({ controls[$0] }),
        circumstances.allowComparing([arm.arm, control.arm])
      else { return arm }
      arm.obstacle = arm.obstacle ?? control.obstacle ?? arm.obstacle(toComparingWith: control)
      guard arm.obstacle == nil else { return arm }
      for (key, higherIsBetter) in directions {
        let isPrimary = plan.primaryMetrics.contains(key)
        var comparison = ArmComparison(
          arm.seeded(key), control.seeded(key), higherIsBetter: higherIsBetter,
          isExploratory: !isPrimary)
        if isPrimary {
          comparison?.decision = SequentialDecision(of: arm.arm.name, key, in: plan)
        }
        arm.metrics[key]?.comparison = comparison
      }
      return arm
    }
    correct(exploratory: true) { benjaminiHochberg($0.compactMap(\.paired.signFlipP)) }
    // With looks at the results, p values of a last look would count what was decided by earlier ones again.
    guard plan.sequence == nil else { return }
    correct(exploratory: false) { SignFlip.stepDown($0.map(\.bySeed)) }
  }

  /// Sets the corrected p values of the comparisons that are exploratory, or of those that are not.
  private mutating func correct(exploratory: Bool, by correction: ([ArmComparison]) -> [Double]) {
    var places: [(arm: Int, key: String)] = []
    var compared: [ArmComparison] = []
    for (index, arm) in arms.enumerated() {
      for key in keys {
        guard let comparison = arm.metrics[key]?.comparison,
          comparison.isExploratory == exploratory, comparison.missing == nil
        else { continue }
        places.append((index, key))
        compared.append(comparison)
      }
    }
    for (place, p) in zip(places, correction(compared)) {
      arms[place.arm].metrics[place.key]?.comparison?.correctedP = p
    }
  }
}
