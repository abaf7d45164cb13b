package import Glossary
internal import CLAPACK
internal import Glibc
package import Scores

/// Novelty (KEN): how many kinds of examples are more frequent among generated rows than among training rows, and by how
/// much, as the entropy of the positive eigenvalues of the difference of their kernel covariances, times their sum.
///
/// The kernel is Gaussian, and as wide as the median distance of two training rows. `frequency` is the sum of the positive
/// eigenvalues: the share of generated rows of such kinds. Of at most 500 random rows of each set.
///
/// Source: J. Zhang, C. T. Li, F. Farnia 2024, "An interpretable evaluation of entropy-based novelty of generative models",
/// arXiv:2402.17287, §4 and 5, with η = 1.
package struct Novelty: Metric {
  /// `novelty`.
  package let key = "novelty"
  /// Meaning in words, and source.
  package let meaning = Meaning(
    "How many kinds of examples are more frequent among generated than among training ones, and by how much",
    .zhang2024)
  /// Diversity.
  package let aspect = MetricAspect.diversity
  /// Neither direction is better: new kinds may be good or bad.
  package let better: MetricDirection? = nil
  /// Fewer rows move it either way.
  package let withFewerRows = SizeEffect.either
  /// Largest number of rows of a set; the time grows with its third power.
  private static let limit = 500

  /// Makes the metric.
  package init() {}

  /// Scores the sets; see `Metric`.
  package func score(_ sets: Comparison) throws -> Score {
    let width = try sets.kernelWidth()
    func part(_ set: MeasuredSet) -> FeatureMatrix {
      set.examples.sample(Self.limit, stream: "metrics/novelty", seed: sets.seed).features
    }
    return try Self.score(part(sets.generated), beside: part(sets.training), width: width)
  }

  /// Scores generated rows beside training rows at a width of the kernel.
  package static func score(
    _ generated: FeatureMatrix, beside training: FeatureMatrix, width: Double
  ) throws -> Score {
    let rows = FeatureMatrix(
      computed: generated.values + training.values, dimension: generated.dimension)
    // Rows are weighted by one over the root of the size of their set, so that the kernel is that of covariances.
    let weights = (0..<rows.count).map {
      1 / Double($0 < generated.count ? generated.count : training.count).squareRoot()
    }
    var kernel = rows.gaussianKernel(with: rows, width: width)
    for row in 0..<rows.count {
      for column in 0..<rows.count {
        kernel[row * rows.count + column] *= weights[row] * weights[column]
      }
    }
    let shares = try eigenvalues(
      ofDifference: kernel, signs: (0..<rows.count).map { $0 < generated.count ? 1 : -1 }
    ).filter { $0 > 0 }
    let sum = shares.reduce(0, +)
    let entropy = shares.reduce(0) { $0 + $1 * log(sum / $1) }
    return Score(entropy, extra: ["frequency": sum, "bandwidth": width])
  }

  /// The eigenvalues of K times a diagonal matrix of signs S, which are those of LᵀSL where K = LLᵀ.
  private static func eigenvalues(ofDifference kernel: [Double], signs: [Double]) throws
    -> [Double]
  {
    BLAS.useOneThread()
    let count = signs.count
    let width = Int32(count)
    var factor = kernel
    var order = [Int32](repeating: 0, count: count)
    var rank: Int32 = 0
    let status = LAPACKE_dpstrf(
      LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "L")), width, &factor, width, &order, &rank, -1)
    // A status of 1 says that the matrix has less than full rank.
    if status != 1 { try check(status, "the Cholesky decomposition") }
    let columns = Int(rank)
    var lower = [Double](repeating: 0, count: count * columns)
    var signed = lower
    for row in 0..<count {
      for column in 0..<min(row + 1, columns) {
        lower[row * columns + column] = factor[row * count + column]
        signed[row * columns + column] =
          factor[row * count + column] * signs[Int(order[row]) - 1]
      }
    }
    var product = [Double](repeating: 0, count: columns * columns)
    cblas_dgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, rank, rank, width, 1, lower, rank, signed, rank, 0,
      &product, rank)
    var found = [Double](repeating: 0, count: columns)
    try check(
      LAPACKE_dsyevd(
        LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "L")), rank, &product, rank,
        &found),
      "the eigenvalue decomposition")
    return found
  }
}
