internal import Glossary
internal import Scores
internal import Glibc

/// Vendi score: the effective number of different rows, as the exponential of the entropy of the
/// eigenvalues of K/n.
///
/// K is the matrix of cosine similarities. The scores by Rényi entropies of orders ½, 2 and ∞ are in
/// `orders`.
///
/// Source: D. Friedman, A. B. Dieng 2022, "The Vendi score", arXiv:2210.02410, §3; A. P. Pasarkar,
/// A. B. Dieng 2023, "Cousins of the Vendi score", arXiv:2310.12952, for the orders.
struct Vendi: Metric {
  let key = "vendi"
  let meaning = Meaning(
    "Effective number of different examples in the generated set: the exponential of the entropy of its similarities",
    .friedman2022, .pasarkar2023)
  let aspect = MetricAspect.diversity
  let better: MetricDirection? = .higher
  let needed = ExamplesNeeded(training: 1)

  func score(_ sets: Comparison) throws -> Score {
    let directions = try sets.generated.features.normalizedRows().triangularFactor()
    let count = Double(sets.generated.count)
    let shares = try directions.singularValues().map { $0 * $0 / count }.filter { $0 > 0 }
    let entropy = -shares.reduce(0) { $0 + $1 * log($1) }
    let order = { (q: Double) in pow(shares.reduce(0) { $0 + pow($1, q) }, 1 / (1 - q)) }
    return Score(
      exp(entropy),
      extraTables: [
        "orders": ["0.5": order(0.5), "2": order(2), "inf": 1 / (shares.max() ?? 1)]
      ])
  }
}

extension FeatureMatrix {
  /// The rows, scaled to length 1.
  ///
  /// - Throws: `Unavailable` for a row of zeros, which has no direction.
  func normalizedRows() throws -> FeatureMatrix {
    let lengths = squaredNorms.map { $0.squareRoot() }
    if let zero = lengths.firstIndex(of: 0) {
      throw Unavailable("row \(zero) is all zeros and has no direction")
    }
    return FeatureMatrix(
      computed: values.enumerated().map { $1 / lengths[$0 / dimension] }, dimension: dimension)
  }
}
