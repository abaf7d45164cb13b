internal import Glibc
internal import MetricsKernels

extension FeatureMatrix {
  /// The squared distance of a row to a row of a matrix of the same dimension.
  func squaredDistance(_ row: Int, to other: Int, of matrix: FeatureMatrix) -> Double {
    values.withUnsafeBufferPointer { a in
      matrix.values.withUnsafeBufferPointer { b in
        guard let a = a.baseAddress, let b = b.baseAddress else { return 0 }
        return lethe_squared_distance(
          a + row * dimension, b + other * dimension, Int64(dimension))
      }
    }
  }

  /// The Gaussian kernel of all pairs of rows, shape [N, M]: exp(−d²/2w²) of their distances d.
  func gaussianKernel(with other: FeatureMatrix, width: Double) -> [Double] {
    let scale = -1 / (2 * width * width)
    return (0..<count).flatMap { row in
      (0..<other.count).map { exp(scale * squaredDistance(row, to: $0, of: other)) }
    }
  }
}
