/// The arithmetic mean; NaN for an empty list.
public func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// The middle value, or the mean of the two middle ones; NaN for an empty list.
public func median(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return .nan }
  let sorted = values.sorted()
  return (sorted[(values.count - 1) / 2] + sorted[values.count / 2]) / 2
}

/// The mean after a quarter of the values, rounded down, is cut off at either end; NaN for an empty list.
/// For example, the plain mean of 3 values, and of 5 values the mean of the middle 3.
///
/// Source: Agarwal et al. 2021, arXiv:2108.13264, §4.3 (`trim_mean` with 0.25, as in rliable).
public func interquartileMean(_ values: [Double]) -> Double {
  var values = values
  return interquartileMean(sorting: &values)
}

/// The interquartile mean, computed in place: leaves the values sorted.
public func interquartileMean(sorting values: inout [Double]) -> Double {
  values.sort()
  let cut = values.count / 4
  let kept = values.count - 2 * cut
  var sum = 0.0
  for index in cut..<cut + kept { sum += values[index] }
  return sum / Double(kept)
}

/// The sample standard deviation, with n − 1; NaN for fewer than two values.
public func standardDeviation(_ values: [Double]) -> Double {
  guard values.count > 1 else { return .nan }
  return Moments(values).variance.squareRoot()
}

/// The probability that a value of the first list is above one of the second, ties counting half.
public func probabilityOfImprovement(_ x: [Double], over y: [Double]) -> Double {
  let wins = x.reduce(0.0) { sum, a in
    sum + y.reduce(0.0) { $0 + (a > $1 ? 1 : a == $1 ? 0.5 : 0) }
  }
  return wins / Double(x.count * y.count)
}
