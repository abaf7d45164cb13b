internal import Experiments
internal import Records

extension Figures: Encodable {
  private enum CodingKeys: String, CodingKey {
    case name, question, warnings, primary, claim, tuning, arms, trials
    case onsetMap = "onset_map"
  }

  /// Writes `report.json`: every number of the report.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(plan.name, forKey: .name)
    try container.encodeIfPresent(question, forKey: .question)
    try container.encode(warnings, forKey: .warnings)
    let primary = Dictionary(
      plan.primary.map { ($0.question, $0.metric) }, uniquingKeysWith: { a, _ in a })
    try container.encode(primary, forKey: .primary)
    try container.encodeIfPresent(claim, forKey: .claim)
    try container.encodeIfPresent(tuning, forKey: .tuning)
    try container.encodeIfPresent(onsetMap, forKey: .onsetMap)
    try container.encode(arms, forKey: .arms)
    try container.encode(trials, forKey: .trials)
  }
}
