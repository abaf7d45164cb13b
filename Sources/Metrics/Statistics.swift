extension [Double] {
  /// The arithmetic mean; NaN of nothing.
  var mean: Double { reduce(0, +) / Double(count) }

  /// The squared standard error of the mean: variance with n − 1, over n. 0 of one number.
  var squaredErrorOfMean: Double {
    let mean = mean
    return reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      / Double(Swift.max(1, count - 1)) / Double(count)
  }

  /// The number in the middle, or the mean of the two there.
  var median: Double {
    let sorted = sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}
