internal import Records

/// Samples of a trial that are a few different ones again and again.
struct Collapse: Sendable, Equatable, Encodable {
  /// Different samples, and samples that were looked at.
  let distinct, of: Int

  /// What the sizes of `metrics.json` say; nil where the samples are different enough, or that is not known.
  init?(_ sizes: MetricsDocument.Sizes?) {
    guard let sizes, sizes.collapsed == true, let distinct = sizes.distinctGenerated,
      let of = sizes.distinctOf
    else { return nil }
    (self.distinct, self.of) = (distinct, of)
  }

  /// `3 distinct samples in 500`.
  var text: String { "\(distinct) distinct sample\(distinct == 1 ? "" : "s") in \(of)" }
}
