/// Counts the balls in which each row lies.
///
/// - Parameters:
///   - queries: Shape [N, D].
///   - centers: Centres of the balls, shape [M, D].
///   - squaredRadii: Squared radius of each ball; a row on the surface is outside.
/// - Returns: A count for each query.
/// - Throws: `Stopped`.
func ballCounts(
  of queries: FeatureMatrix, centers: FeatureMatrix, squaredRadii: [Double], threads: Threads
) throws -> [Int] {
  var counts = [Int](repeating: 0, count: queries.count)
  let candidates = CandidatePairs(queries, centers, squaredRadii: squaredRadii)
  try counts.withUnsafeMutableBufferPointer { counts in
    guard let counts = counts.baseAddress else { return }
    try candidates.visit(threads: threads) { row, search in
      search(0) { center, square in
        if square < squaredRadii[center] { counts[row] += 1 }
        return 0
      }
    }
  }
  return counts
}
