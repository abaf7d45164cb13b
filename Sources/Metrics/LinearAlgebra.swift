internal import Scores
internal import CLAPACK

/// Throws a reason why there is no value, when LAPACK refused an operation or found no convergence.
func check(_ status: Int32, _ operation: String) throws(Unavailable) {
  if status != 0 { throw Unavailable("\(operation) failed in LAPACK with status \(status)") }
}

extension FeatureMatrix {
  /// A matrix with the same product Rᵀ·R and at most D rows: the triangular factor of a QR
  /// decomposition, or the matrix itself if it is no taller than wide.
  func triangularFactor() throws -> FeatureMatrix {
    BLAS.useOneThread()
    guard count > dimension else { return self }
    var work = values
    var reflections = [Double](repeating: 0, count: dimension)
    let width = Int32(dimension)
    try check(
      LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, Int32(count), width, &work, width, &reflections),
      "the QR decomposition")
    var factor = Array(work[0..<dimension * dimension])
    for row in 1..<max(1, dimension) {
      for column in 0..<row { factor[row * dimension + column] = 0 }
    }
    return FeatureMatrix(computed: factor, dimension: dimension)
  }

  /// This matrix times the transpose of another, shape [N, M].
  func timesTranspose(of other: FeatureMatrix) -> FeatureMatrix {
    BLAS.useOneThread()
    var product = [Double](repeating: 0, count: count * other.count)
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(count), Int32(other.count), Int32(dimension),
      1, values, Int32(dimension), other.values, Int32(dimension), 0, &product, Int32(other.count))
    return FeatureMatrix(computed: product, dimension: other.count)
  }

  /// The singular values, in descending order.
  func singularValues() throws -> [Double] {
    var work = values
    BLAS.useOneThread()
    let smaller = min(count, dimension)
    var found = [Double](repeating: 0, count: smaller)
    try check(
      LAPACKE_dgesdd(
        LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "N")), Int32(count), Int32(dimension), &work,
        Int32(dimension), &found, nil, Int32(count), nil, Int32(dimension)),
      "the singular value decomposition")
    return found
  }
}
