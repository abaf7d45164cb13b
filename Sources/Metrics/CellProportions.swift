internal import Scores
internal import Glibc

/// How many rows of two sets fall into each cell.
package struct CellProportions {
  /// Rows in each cell.
  package let first, second: [Int]

  /// Counts the rows nearest to each centre.
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

  /// How many cells have proportions that differ at 5%, by a two-proportion test with pooled variance, and of how
  /// many: cells empty in both sets are not counted.
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

  /// The standard deviation that the divergence has by chance where both sets are of one distribution: then 8·n
  /// times it, with 1/n = 1/m₁ + 1/m₂, is about χ² with a degree of freedom less than there are cells.
  var spreadOfJensenShannon: Double {
    let (m, n) = (Double(first.reduce(0, +)), Double(second.reduce(0, +)))
    let used = zip(first, second).count { $0 + $1 > 0 }
    return Double(2 * max(1, used - 1)).squareRoot() / 8 * (1 / m + 1 / n)
  }

  /// 97.5% quantile of the standard normal distribution.
  private static let quantile = 1.959963984540054
}

extension Comparison {
  /// Cells of a k-means of the training set, min(100, n/10) of them, with the rows that fall into each.
  ///
  /// - Throws: `Unavailable` when there would be fewer than two cells.
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
