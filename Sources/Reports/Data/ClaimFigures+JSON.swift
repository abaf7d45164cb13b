internal import Experiments
internal import Statistics

extension ClaimFigures: Encodable {
  private enum CodingKeys: CodingKey {
    case says, source, verdict, obstacles, criteria
  }

  /// Writes the claim as it stands in `report.json`.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(claim.says, forKey: .says)
    try container.encode(claim.source, forKey: .source)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(obstacles, forKey: .obstacles)
    try container.encode(criteria, forKey: .criteria)
  }
}

extension ClaimFigures.Criterion: Encodable {
  private enum CodingKeys: String, CodingKey {
    case metric, expected, contrast, smallest, published, power, seeds, contrasts, mean, interval, p
    case outcome, reason
    case correctedP = "corrected_p"
  }

  /// Writes the criterion as it stands in `report.json`.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(metric, forKey: .metric)
    try container.encode(expectation, forKey: .expected)
    let weights = Dictionary(
      terms.map { ($0.name, $0.weight) }, uniquingKeysWith: +)
    try container.encode(weights, forKey: .contrast)
    try container.encodeIfPresent(smallest, forKey: .smallest)
    try container.encodeIfPresent(published, forKey: .published)
    try container.encodeIfPresent(power, forKey: .power)
    try container.encode(seeds, forKey: .seeds)
    try container.encode(test?.contrasts ?? [], forKey: .contrasts)
    try container.encodeIfPresent(test?.mean, forKey: .mean)
    try container.encodeIfPresent(test?.interval, forKey: .interval)
    try container.encodeIfPresent(test?.p, forKey: .p)
    try container.encodeIfPresent(correctedP, forKey: .correctedP)
    try container.encode(outcome, forKey: .outcome)
    try container.encodeIfPresent(reason, forKey: .reason)
  }
}
