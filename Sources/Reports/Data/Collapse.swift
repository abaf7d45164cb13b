internal import Records

/// The collapse of a generator that makes only a few distinct samples.
struct Collapse: Sendable, Equatable, Encodable {
  /// Number of distinct samples, and of the samples examined.
  let distinct, of: Int

  /// Reads the sizes in `metrics.json`; nil where the samples are distinct enough, or were not counted.
  init?(_ sizes: MetricsDocument.Sizes?) {
    guard let sizes, sizes.collapsed == true, let distinct = sizes.distinctGenerated,
      let of = sizes.distinctOf
    else { return nil }
    (self.distinct, self.of) = (distinct, of)
  }

  /// The finding in words: `3 distinct samples in 500`.
  var text: String { "\(distinct) distinct sample\(distinct == 1 ? "" : "s") in \(of)" }
}
