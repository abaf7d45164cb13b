internal import CLAPACK

/// Approximate principal directions of rows, which are orthonormal, by two rounds of subspace iteration.
/// That is enough where any orthonormal basis gives right results and a better one only saves time.
///
/// - Parameters:
///   - rows: Centred, shape [N, D]; finite.
///   - count: Number of directions, at most N and D.
/// - Returns: Shape [count, D].
/// - Throws: `Unavailable` when LAPACK fails.
///
/// Source: N. Halko, P. G. Martinsson, J. A. Tropp 2011, "Finding structure with randomness", SIAM Review
/// 53(2), algorithm 4.4.
func principalDirections(of rows: [Float], dimension: Int, count: Int) throws -> [Float] {
  let (height, width, rank) = (Int32(rows.count / dimension), Int32(dimension), Int32(count))
  precondition(count > 0 && rank <= height && rank <= width, "more directions than there are")
  var directions = Array(rows.prefix(count * dimension))
  var shares = [Float](repeating: 0, count: rows.count / dimension * count)
  var reflections = [Float](repeating: 0, count: count)
  for round in 0...2 {
    if round > 0 {
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, height, rank, width, 1, rows, width, directions,
        width, 0, &shares, rank)
      cblas_sgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, rank, width, height, 1, shares, rank, rows, width,
        0, &directions, width)
    }
    // The rows of `directions` are the columns of a matrix in LAPACK's own order.
    try check(
      LAPACKE_sgeqrf(LAPACK_COL_MAJOR, width, rank, &directions, width, &reflections),
      "the QR decomposition")
    try check(
      LAPACKE_sorgqr(LAPACK_COL_MAJOR, width, rank, rank, &directions, width, reflections),
      "the basis of a QR decomposition")
  }
  return directions
}
