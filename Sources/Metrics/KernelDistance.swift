internal import Glossary
internal import Scores
internal import Statistics
internal import MetricsKernels

/// Kernel inception distance: the squared maximum mean discrepancy with a polynomial kernel.
///
/// k(x, y) = (x·y/D + 1)³. The estimate is the unbiased U-statistic over all rows, so that it can be
/// negative.
///
/// Source: M. Bińkowski et al. 2018, "Demystifying MMD GANs", arXiv:1801.01401, §4.
struct KernelDistance: Metric {
  let key = "kernel_distance"
  let meaning = Meaning(
    "Squared distance of the mean features of generated and training examples under a polynomial kernel of degree 3",
    .binkowski2018)
  let aspect = MetricAspect.fidelity
  let better: MetricDirection? = .lower
  /// Error of a sum of kernels by rounding, as a share of it, at most.
  private static let rounding = 1e-12

  func score(_ sets: Comparison) throws -> Score {
    let (training, generated) = (sets.training, sets.generated)
    try Unavailable.require(training.count, of: "training", atLeast: 2)
    try Unavailable.require(generated.count, of: "generated", atLeast: 2)
    let within = try training.meanOwnKernel(sets.threads) + generated.meanOwnKernel(sets.threads)
    let products = PairProducts(
      generated.features, training.features, moved: false, threads: sets.threads)
    let scale = 1 / Double(training.features.dimension)
    let across = try products.sum(squares: false) { _, _, values in
      lethe_sum_of_cubes(values.baseAddress, scale, Int64(values.count))
    }
    let sizes = (Double(training.count), Double(generated.count))
    let spread =
      (2 * sets.centeredMoment("polynomial kernel", \.polynomialKernel)).squareRoot()
      * (1 / sizes.0 + 1 / sizes.1)
    let distance = within - 2 * across / (sizes.0 * sizes.1)
    guard spread == 0 || within * Self.rounding < max(spread, abs(distance)) else {
      throw Unavailable("rounding hides it: features lie too far from 0 for how they vary")
    }
    return Score(distance, spread: spread)
  }
}

extension Comparison {
  /// Largest number of training rows from which the moment is estimated.
  private static let momentRows = 500

  /// The mean square of a kernel over pairs of different training rows, after its means over either row
  /// are subtracted. Where both sets come from one distribution, the variance of the distance is 2·(1/m +
  /// 1/n)² times this.
  ///
  /// Source: A. Gretton et al. 2012, "A kernel two-sample test", JMLR 13, theorem 12, for the moments.
  ///
  /// - Parameters:
  ///   - name: The kernel's name.
  ///   - kernel: The kernel of all pairs of some rows, shape [N, N].
  func centeredMoment(_ name: String, _ kernel: (FeatureMatrix) -> [Double]) -> Double {
    remembered("moment of the \(name)", of: training) {
      let part = training.examples.sample(
        Self.momentRows, stream: "metrics/kernel_distance", seed: seed
      ).features
      let count = part.count
      let kernel = kernel(part)
      let pairs = (0..<count).flatMap { row in (0..<count).map { (row, $0) } }
        .filter { $0.0 != $0.1 }
      var sums = [Double](repeating: 0, count: count)
      for (row, column) in pairs { sums[row] += kernel[row * count + column] }
      let means = sums.map { $0 / Double(count - 1) }
      let mean = Statistics.mean(means)
      return pairs.reduce(0) { sum, pair in
        let centered =
          kernel[pair.0 * count + pair.1] - means[pair.0] - means[pair.1] + mean
        return sum + centered * centered
      } / Double(pairs.count)
    }
  }
}

extension FeatureMatrix {
  /// (x·y/D + 1)³ of all pairs of rows, shape [N, N].
  fileprivate var polynomialKernel: [Double] {
    timesTranspose(of: self).values.map { product in
      let base = product / Double(dimension) + 1
      return base * base * base
    }
  }
}

extension MeasuredSet {
  /// The mean of k(x, y) over all pairs of two different rows.
  fileprivate func meanOwnKernel(_ threads: Threads) throws -> Double {
    try remembered("mean polynomial kernel") {
      let products = PairProducts(features, features, moved: false, threads: threads)
      let scale = 1 / Double(features.dimension)
      let sum = try products.sum(squares: false, isTriangular: true) { _, _, values in
        // The first product is of the row with itself.
        lethe_sum_of_cubes(
          values.baseAddress?.advanced(by: 1), scale, Int64(values.count - 1))
      }
      return sum / (Double(count) * Double(count - 1) / 2)
    }
  }
}
