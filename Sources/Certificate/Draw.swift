package import Metrics
package import Scores
internal import Statistics

/// One draw of training rows, held-out rows and rows of an honest generator, with the lengths that faults are measured by.
package struct Draw: Sendable {
  /// Number of cells that the training rows are divided into by k-means; they stand for modes.
  static let cellCount = 5
  /// Cells that are left where the most modes are lost.
  private static let cellsLeft = 2

  /// Number of the draw, the key of its random numbers.
  package let number: Int
  /// The training and the held-out rows.
  package let training, holdout: ExampleSet
  /// Number of generated rows.
  let generatedCount: Int
  /// Rows of an honest generator in random order, as many as are generated or more.
  let pool: ExampleSet
  /// The mean of the training rows, and the root of their mean squared distance to it.
  let center: [Double]
  let radius: Double
  /// The median distance of a training row to the nearest other one.
  let near: Double
  private let cells: KMeans
  private let cellOf: [Int]

  /// Measures what was drawn.
  ///
  /// - Throws: `Stopped`.
  package init(
    _ number: Int, training: ExampleSet, holdout: ExampleSet, pool: ExampleSet,
    generatedCount: Int, threads: Threads
  ) throws {
    (self.number, self.training, self.holdout) = (number, training, holdout)
    (self.pool, self.generatedCount) = (pool, min(generatedCount, pool.count))
    let rows = training.features
    center = rows.mean
    var sum = 0.0
    for (index, value) in rows.values.enumerated() {
      let distance = value - center[index % rows.dimension]
      sum += distance * distance
    }
    radius = (sum / Double(rows.count)).squareRoot()
    near = median(
      try NearestNeighbors(of: rows, in: rows, k: 1, excludingSelf: true, threads: threads)
        .nearestSquares.map { $0.squareRoot() })
    cells = try KMeans(rows, count: Self.cellCount, seed: UInt64(number), threads: threads)
    cellOf = try cells.cells(of: pool.features, threads: threads)
  }

  /// Number of features.
  var dimension: Int { training.features.dimension }
  /// The random numbers of the draw.
  var numbers: Numbers { Numbers(draw: number) }

  /// The sets of an honest generator.
  package var honest: Sets { sets("honest", pool.rows(Array(0..<generatedCount))) }

  /// The sets with other generated rows.
  func sets(_ label: String, _ generated: ExampleSet) -> Sets {
    Sets(label, training: training, holdout: holdout, generated: generated)
  }

  /// The mean of the cell that a row of the pool lies in.
  func cellMean(of row: Int, _ column: Int) -> Double {
    cells.centers.values[cellOf[row] * dimension + column]
  }

  /// Sets in which no generated row lies in some cells. Of all numbers of lost cells there are equally many rows.
  ///
  /// - Parameter lost: Number of cells, at most 3.
  /// - Throws: `Unavailable` where the training rows have too few cells, or these too few rows.
  package func losing(_ lost: Int) throws(Unavailable) -> Sets {
    guard cells.centers.count == Self.cellCount else {
      throw Unavailable("needs training rows that differ")
    }
    let sizes = (0..<Self.cellCount).map { cell in cellOf.count { $0 == cell } }
    let largestFirst = sizes.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
    let left = min(
      generatedCount, largestFirst.prefix(Self.cellsLeft).reduce(0) { $0 + sizes[$1] })
    let kept = Set(largestFirst.prefix(Self.cellCount - lost))
    let rows = pool.rows(Array(cellOf.indices.filter { kept.contains(cellOf[$0]) }.prefix(left)))
    return sets(lost == 0 ? "no mode lost" : "\(lost) of \(Self.cellCount) modes lost", rows)
  }
}
