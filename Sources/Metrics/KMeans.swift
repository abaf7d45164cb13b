internal import Randomness

/// Centres of k-means clusters.
///
/// Source: S. Lloyd 1982, "Least squares quantization in PCM"; D. Arthur, S. Vassilvitskii 2007,
/// "k-means++: the advantages of careful seeding", for the first centres.
package struct KMeans {
  private static let iterationLimit = 100

  /// The centres, shape [K, D].
  package let centers: FeatureMatrix

  /// Uses given centres.
  package init(centers: FeatureMatrix) {
    self.centers = centers
  }

  /// Clusters rows.
  ///
  /// - Parameters:
  ///   - count: Clusters wanted; fewer are made when fewer rows differ.
  ///   - seed: Seed of the random choice of the first centres.
  /// - Throws: `Stopped`.
  package init(_ features: FeatureMatrix, count: Int, seed: UInt64, threads: Threads) throws {
    var centers = try Self.firstCenters(features, count: count, seed: seed, threads: threads)
    var cells: [Int] = []
    for _ in 0..<Self.iterationLimit {
      let assigned = try KMeans(centers: centers).cells(of: features, threads: threads)
      if assigned == cells { break }
      cells = assigned
      centers = Self.means(features, cells, centers)
    }
    self.centers = centers
  }

  /// The position of the nearest centre of each row.
  package func cells(of features: FeatureMatrix, threads: Threads) throws -> [Int] {
    try NearestNeighbors(of: features, in: centers, k: 1, threads: threads).nearest
  }

  /// Draws rows one after another, with probabilities proportional to their squared distance to the nearest
  /// of those drawn before.
  private static func firstCenters(
    _ features: FeatureMatrix, count: Int, seed: UInt64, threads: Threads
  ) throws -> FeatureMatrix {
    let draws = RandomStream("metrics/kmeans", seed: seed).uniform(count)
    var chosen = [min(features.count - 1, Int(draws[0] * Float(features.count)))]
    var nearest = [Double](repeating: .infinity, count: features.count)
    for draw in draws.dropFirst() {
      let last = features.rows([chosen[chosen.count - 1]])
      let squares = try NearestNeighbors(of: features, in: last, k: 1, threads: threads)
        .nearestSquares
      nearest = zip(nearest, squares).map(min)
      let total = nearest.reduce(0, +)
      guard total > 0 else { break }
      var rest = Double(draw) * total
      let next = nearest.firstIndex { square in
        rest -= square
        return rest < 0
      }
      chosen.append(next ?? nearest.indices.max { nearest[$0] < nearest[$1] } ?? 0)
    }
    return features.rows(chosen)
  }

  /// The mean of each cell's rows; an empty cell keeps its centre.
  private static func means(
    _ features: FeatureMatrix, _ cells: [Int], _ centers: FeatureMatrix
  ) -> FeatureMatrix {
    let dimension = features.dimension
    var sums = [Double](repeating: 0, count: centers.values.count)
    var counts = [Int](repeating: 0, count: centers.count)
    var row = 0
    features.forEachRow { values in
      let start = cells[row] * dimension
      for column in values.indices { sums[start + column] += values[column] }
      counts[cells[row]] += 1
      row += 1
    }
    return FeatureMatrix(
      computed: sums.indices.map { index in
        let members = counts[index / dimension]
        return members > 0 ? sums[index] / Double(members) : centers.values[index]
      }, dimension: dimension)
  }
}
