/// Corrects p values so that the chance of any false discovery among them stays below the level they are then
/// compared with.
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

/// Corrects p values so that the expected share of false ones among the discoveries stays below the level they
/// are then compared with.
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
