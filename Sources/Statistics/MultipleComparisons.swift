/// Corrects p values by Holm's method: the chance of any false discovery among them stays below the level
/// that the corrected values are compared with. For example, 0.01, 0.04, 0.03 become 0.03, 0.06, 0.06.
///
/// - Returns: Corrected values in the order given, at most 1.
///
/// Source: Holm 1979, Scandinavian Journal of Statistics 6.
public func holm(_ p: [Double]) -> [Double] {
  let order = p.indices.sorted { p[$0] < p[$1] }
  var corrected = p
  var highest = 0.0
  for (rank, index) in order.enumerated() {
    highest = max(highest, Double(p.count - rank) * p[index])
    corrected[index] = min(1, highest)
  }
  return corrected
}

/// Corrects p values by the method of Benjamini and Hochberg: the expected share of false discoveries stays
/// below the level that the corrected values are compared with. For example, 0.01, 0.04, 0.03 become 0.03,
/// 0.04, 0.04.
///
/// - Returns: Corrected values in the order given, at most 1.
///
/// Source: Benjamini and Hochberg 1995, JRSS B 57.
public func benjaminiHochberg(_ p: [Double]) -> [Double] {
  let order = p.indices.sorted { p[$0] > p[$1] }
  var corrected = p
  var lowest = 1.0
  for (rank, index) in order.enumerated() {
    lowest = min(lowest, Double(p.count) / Double(p.count - rank) * p[index])
    corrected[index] = lowest
  }
  return corrected
}
