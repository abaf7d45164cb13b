internal import Records
internal import Statistics

extension ArmFigures: Encodable {
  private enum CodingKeys: String, CodingKey {
    case name, placement, type, baseline, control, rate, sites, grid, trials, obstacle, metrics
    case overTraining = "over_training"
  }

  /// Writes the arm as it stands in `report.json`.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(arm.name, forKey: .name)
    try container.encodeIfPresent(arm.placement, forKey: .placement)
    try container.encodeIfPresent(arm.type, forKey: .type)
    try container.encodeIfPresent(arm.baseline, forKey: .baseline)
    try container.encodeIfPresent(arm.control, forKey: .control)
    try container.encodeIfPresent(arm.rate, forKey: .rate)
    try container.encode(arm.sites, forKey: .sites)
    let grid = Dictionary(arm.grid.map { ($0.key, $0.value) }, uniquingKeysWith: { a, _ in a })
    try container.encode(grid, forKey: .grid)
    try container.encode(counts, forKey: .trials)
    try container.encodeIfPresent(obstacle, forKey: .obstacle)
    try container.encode(metrics, forKey: .metrics)
    try container.encodeIfPresent(overTraining, forKey: .overTraining)
  }
}

extension ArmComparison: Encodable {
  private enum CodingKeys: String, CodingKey {
    case control, seeds, differences, difference, interval, p, correction, verdict, missing
    case decidedAt = "decided_at"
    case medianDifference = "median_difference"
    case shareImproved = "share_improved"
    case probabilityOfImprovement = "probability_of_improvement"
    case correctedP = "corrected_p"
  }

  /// The correction for multiple comparisons.
  private enum Correction: String, Encodable {
    case maxT = "max_t"
    case sequential
    case benjaminiHochberg = "benjamini_hochberg"
  }

  /// Writes the comparison as it stands in `report.json`.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(control, forKey: .control)
    try container.encode(seeds, forKey: .seeds)
    try container.encode(paired.differences, forKey: .differences)
    try container.encode(paired.median, forKey: .medianDifference)
    try container.encode(paired.mean, forKey: .difference)
    try container.encode(paired.shareImproved, forKey: .shareImproved)
    try container.encode(probabilityOfImprovement, forKey: .probabilityOfImprovement)
    try container.encodeIfPresent(paired.interval, forKey: .interval)
    try container.encodeIfPresent(paired.signFlipP, forKey: .p)
    try container.encodeIfPresent(correctedP, forKey: .correctedP)
    let correction =
      isExploratory
      ? Correction.benjaminiHochberg : decision == nil ? .maxT : .sequential
    try container.encodeIfPresent(decision?.seeds, forKey: .decidedAt)
    try container.encode(correction, forKey: .correction)
    try container.encode(verdict, forKey: .verdict)
    try container.encodeIfPresent(missing, forKey: .missing)
  }
}
