internal import Scores
internal import Glibc

/// The numbers of rows of two sets in each cell of a k-means.
package struct CellProportions {
  /// Rows of the first and of the second set in each cell.
  package let first, second: [Int]

  /// Assigns each row to its nearest centre and counts.
  ///
  /// - Throws: `Stopped`.
  package init(_ kMeans: KMeans, _ first: FeatureMatrix, _ second: FeatureMatrix, threads: Threads)
    throws
  {
    func counts(_ features: FeatureMatrix) throws -> [Int] {
      var counts = [Int](repeating: 0, count: kMeans.centers.count)
      for cell in try kMeans.cells(of: features, threads: threads) { counts[cell] += 1 }
      return counts
    }
    self.first = try counts(first)
    self.second = try counts(second)
  }

  /// The number of cells whose proportions differ at the 5% level (two-proportion test with pooled
  /// variance), and the number of cells used: those that are not empty in both sets.
  package var differing: (count: Int, used: Int) {
    let (m, n) = (Double(first.reduce(0, +)), Double(second.reduce(0, +)))
    let used = zip(first, second).filter { $0 + $1 > 0 }
    let differing = used.count { a, b in
      let pooled = Double(a + b) / (m + n)
      let error = (pooled * (1 - pooled) * (1 / m + 1 / n)).squareRoot()
      return abs(Double(a) / m - Double(b) / n) > Self.quantile * error
    }
    return (differing, used.count)
  }

  /// The Jensen–Shannon divergence of the proportions, in nats.
  package var jensenShannon: Double {
    let (m, n) = (Double(first.reduce(0, +)), Double(second.reduce(0, +)))
    return zip(first, second).reduce(0) { sum, counts in
      let (p, q) = (Double(counts.0) / m, Double(counts.1) / n)
      let middle = (p + q) / 2
      let term = { (p: Double) in p > 0 ? p * log(p / middle) : 0 }
      return sum + (term(p) + term(q)) / 2
    }
  }

  /// The standard deviation that the divergence has by chance where both sets come from one distribution.
  /// In that case 8·n times the divergence, with 1/n = 1/m₁ + 1/m₂, is roughly χ² with one degree of
  /// freedom fewer than there are cells.
  var spreadOfJensenShannon: Double {
    let (m, n) = (Double(first.reduce(0, +)), Double(second.reduce(0, +)))
    let used = zip(first, second).count { $0 + $1 > 0 }
    return Double(2 * max(1, used - 1)).squareRoot() / 8 * (1 / m + 1 / n)
  }

  /// 97.5% quantile of the standard normal distribution.
  private static let quantile = 1.959963984540054
}

extension Comparison {
  /// The numbers of training and generated rows in the cells of a k-means of the n training rows, with
  /// min(100, n/10) cells.
  ///
  /// - Throws: `Unavailable` when there would be fewer than two cells; `Stopped`.
  func cellProportions() throws -> CellProportions {
    try Unavailable.require(training.count, of: "training", atLeast: 20)
    let kMeans = try remembered("cells", of: training) {
      try KMeans(
        training.features, count: min(100, training.count / 10), seed: seed, threads: threads)
    }
    return try remembered("proportions", of: generated, training) {
      try CellProportions(kMeans, training.features, generated.features, threads: threads)
    }
  }
}
