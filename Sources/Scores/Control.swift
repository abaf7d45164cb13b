/// The reference sets that are scored in the place of the generated set, to give its value a scale. Their
/// names are keys in files and headings of tables, in this order.
public enum Control: String, CaseIterable, Sendable, Codable, CodingKeyRepresentable {
  /// Held-out examples: what a perfect generator would score. For metrics that themselves compare with
  /// held-out examples, one random half of them takes the place of the generated set and the other that of
  /// the held-out set.
  case null
  /// A sample of the training set: what a pure memoriser would score.
  case copies
  /// The generated set with 5% of its rows replaced by noisy copies of training rows.
  case planted
}
