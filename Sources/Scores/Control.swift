/// The sets that take the place of the generated one, so that a value can be read beside what it would be. Their names are
/// keys in files and headings of tables, in this order.
public enum Control: String, CaseIterable, Sendable, Codable, CodingKeyRepresentable {
  /// Held-out examples: what a perfect generator would score. Metrics that look at held-out examples
  /// themselves are given one random half in the place of the generated set and compare with the other.
  case null
  /// A sample of the training set: what a pure memoriser would score.
  case copies
  /// The generated set with 5% of its rows replaced by noisy copies of training rows.
  case planted
}
