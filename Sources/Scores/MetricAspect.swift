/// The question that a metric answers. The order is that of reports.
public enum MetricAspect: String, Sendable, CaseIterable, Codable {
  case diversity
  case memorization
  /// How well a classifier tells classes apart.
  case performance
  /// How well a classifier does on corrupted or attacked examples.
  case robustness
  /// Likeness of generated examples to the data, alone or together with diversity.
  case fidelity
  /// How well a classifier's stated confidence tells where it is wrong.
  case uncertainty
  /// Measures of the inside of networks, such as the effective rank of activations.
  case mechanism
}

/// The direction in which a metric's values get better.
public enum MetricDirection: String, Sendable, Codable {
  case lower, higher
}
