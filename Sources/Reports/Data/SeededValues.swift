internal import Records

/// The values of one metric of an arm, by seed.
struct SeededValues: Sendable {
  /// Name of the arm.
  let arm: String
  /// The finite values.
  let values: [Int: Double]
  /// Number of seeds that ended, with a value or without.
  let ended: Int
}

extension ArmFigures {
  /// The finite values of a metric.
  func seeded(_ key: String) -> SeededValues {
    SeededValues(arm: arm.name, values: values(of: key), ended: ended)
  }
}
