internal import Statistics
internal import Glibc
internal import MetricsKernels

/// Isotropic Gaussians of equal weight around given centres, whose variances are fitted to data.
///
/// Source: M. Jiralerspong et al. 2023, "Feature likelihood divergence: evaluating the generalization of
/// generative models using samples", arXiv:2302.04440, §3.
struct GaussianMixture {
  private static let epochLimit = 50
  private static let learningRate = 0.5
  private static let tolerance = 5e-4
  private static let logVarianceLimit = 40.0
  /// Number of parts of the data whose gradients are added up in order, so that the sum does not depend on
  /// threads.
  private static let slices = 16

  /// The centres, shape [M, D].
  let centers: FeatureMatrix
  /// ln σ² of each centre.
  private(set) var logVariances: [Double]
  /// Number of steps of the fit.
  private(set) var epochs = 0
  private let threads: Threads

  /// Fits the variances. Each starts at its centre's squared distance to the nearest row of the data,
  /// divided by D.
  ///
  /// During the fit there is one additional, wide component at the mean of the data.
  ///
  /// - Throws: `Stopped`.
  init(centers: FeatureMatrix, data: FeatureMatrix, threads: Threads) throws {
    self.centers = centers
    self.threads = threads
    let dimension = Double(data.dimension)
    logVariances = try NearestNeighbors(of: centers, in: data, k: 1, threads: threads)
      .nearestSquares.map { log(($0 + 1e-3) / dimension) }
    try fit(MixtureSquares(centers: centers, data: data, threads: threads))
  }

  /// The negative logarithm of the density at each row, divided by D.
  func negativeLogLikelihoods(of features: FeatureMatrix) throws -> [Double] {
    let components = Components(logVariances, dimension: features.dimension)
    var values = [Double](repeating: 0, count: features.count)
    try values.withUnsafeMutableBufferPointer { values in
      guard let values = values.baseAddress else { return }
      try PairProducts(features, centers, moved: true, threads: threads).visitSquares {
        _, row, _, squares in
        let count = Int64(squares.count)
        lethe_mixture_terms(
          squares.baseAddress, components.precisions, components.offsets, count)
        values[row] =
          -lethe_log_sum_exp(squares.baseAddress, count) / Double(features.dimension)
      }
    }
    return values
  }

  /// Fits the logarithms of the variances by Adam, with all data in each step.
  private mutating func fit(_ squares: MixtureSquares) throws {
    var parameters = logVariances + [0]
    var (first, second) = (parameters.map { _ in 0.0 }, parameters.map { _ in 0.0 })
    var losses: [Double] = []
    var logarithms = [Double](repeating: .nan, count: squares.rows)
    let last = parameters.count - 1
    for epoch in 0..<Self.epochLimit {
      let (loss, gradient) = try lossAndGradient(parameters, squares, &logarithms)
      losses.append(loss)
      let step = Double(epoch + 1)
      for index in parameters.indices {
        first[index] = 0.9 * first[index] + 0.1 * gradient[index]
        second[index] = 0.999 * second[index] + 0.001 * gradient[index] * gradient[index]
        let mean = first[index] / (1 - pow(0.9, step))
        let deviation = (second[index] / (1 - pow(0.999, step))).squareRoot()
        parameters[index] -= Self.learningRate * mean / (deviation + 1e-8)
        if index < last {
          parameters[index] = max(
            -Self.logVarianceLimit, min(Self.logVarianceLimit, parameters[index]))
        }
      }
      epochs = epoch + 1
      if epoch > 5, losses.suffix(5).allSatisfy({ abs(loss - $0) < Self.tolerance }) { break }
    }
    logVariances = Array(parameters.dropLast())
  }

  /// −(mean log-likelihood)/D of the data, and its gradient.
  ///
  /// - Parameter logarithms: Of the rows' densities, as `Components.addSingle` reads and writes them.
  private func lossAndGradient(
    _ parameters: [Double], _ squares: MixtureSquares, _ logarithms: inout [Double]
  ) throws -> (Double, [Double]) {
    let (count, dimension) = (parameters.count, squares.dimension)
    let components = Components(parameters, dimension: dimension, lastIsExtra: true)
    var sums = [Double](repeating: 0, count: Self.slices)
    var totals = [Double](repeating: 0, count: Self.slices * 2 * count)
    try sums.withUnsafeMutableBufferPointer { sums in
      try totals.withUnsafeMutableBufferPointer { totals in
        try logarithms.withUnsafeMutableBufferPointer { logarithms in
          guard let sums = sums.baseAddress, let totals = totals.baseAddress,
            let logarithms = logarithms.baseAddress
          else { return }
          try inParallel(Self.slices, threads: threads.callingBLAS) { slice in
            let size = pieceCount(squares.rows, size: Self.slices)
            let start = min(squares.rows, slice * size)
            let rows = start..<min(squares.rows, start + size)
            let target = totals + slice * 2 * count
            sums[slice] =
              squares.areExact
              ? components.add(squares, rows, to: target)
              : components.addSingle(squares, rows, logarithms, to: target)
          }
        }
      }
    }
    let scale = -1 / (Double(squares.rows) * Double(dimension))
    let gradient = (0..<count).map { index in
      var (share, moment) = (0.0, 0.0)
      for slice in 0..<Self.slices {
        share += totals[slice * 2 * count + index]
        moment += totals[slice * 2 * count + count + index]
      }
      return scale * (moment * components.precisions[index] - share * Double(dimension) / 2)
    }
    return (scale * sums.reduce(0, +), gradient)
  }
}

/// The coefficients of the log-density of an example under each component: offset − precision · squared
/// distance.
private struct Components {
  /// Number of rows whose responsibilities are added up in single precision before they become doubles.
  private static let rowsOfBlock = 64
  private static let log2OfE = 1 / log(2.0)

  /// 1/(2σ²) of each component.
  let precisions: [Double]
  /// Logarithm of each component's weight times its normalising constant.
  let offsets: [Double]

  /// Computes the coefficients.
  ///
  /// - Parameter lastIsExtra: True to give the last component weight 1, and the others a total weight of
  ///   another 1.
  init(_ logVariances: [Double], dimension: Int, lastIsExtra: Bool = false) {
    let half = Double(dimension) / 2
    let weight = log(Double(logVariances.count - (lastIsExtra ? 1 : 0)))
    precisions = logVariances.map { 0.5 * exp(-$0) }
    offsets = logVariances.enumerated().map { index, value in
      -half * (value + log(2 * Double.pi))
        - (lastIsExtra && index == logVariances.count - 1 ? 0 : weight)
    }
  }

  /// Adds the components' responsibilities for some rows to the first half of `totals`, and the
  /// responsibilities times squared distances to the second half.
  ///
  /// - Returns: The sum of the logarithms of the densities.
  func add(
    _ squares: MixtureSquares, _ rows: Range<Int>, to totals: UnsafeMutablePointer<Double>
  ) -> Double {
    let count = precisions.count
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: count + count / 256 + 1) {
      weights in
      var sum = 0.0
      squares.visit(rows) { row in
        sum += lethe_mixture_row(
          row, precisions, offsets, weights.baseAddress, totals, totals + count, Int64(count))
      }
      return sum
    }
  }

  /// As `add`, in single precision and to base 2. The mean of the offsets is subtracted first, so that they keep their
  /// digits, and the responsibilities of a block of rows are added up before they become doubles.
  ///
  /// - Parameter logarithms: Of the densities of all rows, as the step before left them; those of `rows` are replaced.
  func addSingle(
    _ squares: MixtureSquares, _ rows: Range<Int>, _ logarithms: UnsafeMutablePointer<Double>,
    to totals: UnsafeMutablePointer<Double>
  ) -> Double {
    let count = precisions.count
    let base = Statistics.mean(offsets)
    let singleOffsets = offsets.map { Float(($0 - base) * Self.log2OfE) }
    let singlePrecisions = precisions.map { Float($0 * Self.log2OfE) }
    let rowsAtOnce = Int(LETHE_MIXTURE_ROWS)
    var weights = [Float](repeating: 0, count: count * rowsAtOnce)
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.rowsOfBlock) {
      var block = [Float](repeating: 0, count: 2 * count)
      let end = min(rows.upperBound, first + Self.rowsOfBlock)
      block.withUnsafeMutableBufferPointer { block in
        guard let shares = block.baseAddress else { return }
        for start in stride(from: first, to: end, by: rowsAtOnce) {
          let part = start..<min(end, start + rowsAtOnce)
          squares.withSingle(part) {
            lethe_mixture_rows(
              $0, singlePrecisions, singleOffsets, logarithms + start, &weights, shares,
              shares + count, Int64(count), Int64(part.count))
          }
        }
      }
      for index in block.indices { totals[index] += Double(block[index]) }
    }
    return rows.reduce(0) { $0 + base + logarithms[$1] / Self.log2OfE }
  }
}
