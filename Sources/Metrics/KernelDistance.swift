internal import Kernels

/// Kernel inception distance: the squared maximum mean discrepancy with a polynomial kernel.
///
/// k(x, y) = (x·y/D + 1)³; the unbiased U-statistic of all rows, so that it can be negative.
///
/// Source: M. Bińkowski et al. 2018, "Demystifying MMD GANs", arXiv:1801.01401, §4.
struct KernelDistance: Metric {
  let key = "kernel_distance"
  let aspect = MetricAspect.fidelity
  let better: MetricDirection? = .lower

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
    return Score(within - 2 * across / (Double(training.count) * Double(generated.count)))
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
