package import Glossary
package import Scores

/// Data-copying test: compares the distances of generated and held-out rows to the training set, by the Z
/// of a Mann–Whitney test in each cell of a k-means of the training set. Negative where generated rows are
/// nearer.
///
/// The value is the mean over cells with more than 20 generated rows and any held-out ones, weighted by
/// their share of held-out rows; below −3 the generator copies. `global` is the Z of all rows together.
///
/// Source: C. Meehan, K. Chaudhuri, S. Dasgupta 2020, "A non-parametric test to detect data-copying in
/// generative models", arXiv:2004.05675, §4.
package struct DataCopyingTest: Metric {
  /// `ct`.
  package let key = "ct"
  /// Meaning in words, and source.
  package let meaning = Meaning(
    "Test of whether generated examples are nearer to training examples than held-out ones are, in standard deviations; strongly negative where they are copies",
    .meehan2020)
  /// Memorisation.
  package let aspect = MetricAspect.memorization
  /// Higher is better.
  package let better: MetricDirection? = .higher
  /// The metric compares with held-out examples.
  package let needsHoldout = true
  /// A cell counts only if it has more generated rows than this.
  private static let rowsOfCell = 20
  /// At least 21 generated rows; fewer cannot fill a cell.
  package let needed = ExamplesNeeded(generated: rowsOfCell + 1)
  /// Number of rows from which on, in every set, there are three cells rather than one.
  private static let rowsOfThreeCells = 150

  /// Makes the metric.
  package init() {}

  /// Scores the sets; see `Metric`.
  package func score(_ sets: Comparison) throws -> Score {
    try sets.requireDifferentTrainingRows()
    let smallest = min(sets.training.count, sets.generated.count, sets.holdout?.count ?? 0)
    let cells = smallest < Self.rowsOfThreeCells ? 1 : 3
    return try score(sets, sets.trainingCells(cells))
  }

  /// Computes the test with given cells.
  package func score(_ sets: Comparison, _ kMeans: KMeans) throws -> Score {
    let holdout = try sets.requireHoldout()
    let generated = try sets.squaresToTraining(of: sets.generated, by: kMeans)
    let held = try sets.squaresToTraining(of: holdout, by: kMeans)
    let global = Self.z(generated.flatMap(\.self), held.flatMap(\.self))
    let used = generated.indices.filter {
      generated[$0].count > Self.rowsOfCell && !held[$0].isEmpty
    }
    guard generated.contains(where: { $0.count > Self.rowsOfCell }) else {
      throw Unavailable.few(
        sets.generated.count, of: "generated", needed: Self.rowsOfCell + 1)
    }
    guard !used.isEmpty else {
      throw Unavailable("no cell with enough generated examples has a held-out one")
    }
    let weight = used.reduce(0) { $0 + held[$1].count }
    let scores = used.map { Self.z(generated[$0], held[$0]) }
    let mean = zip(used, scores).reduce(0) { sum, cell in
      sum + cell.1 * Double(held[cell.0].count) / Double(weight)
    }
    // Each Z has a standard deviation of 1 by chance, and the cells are independent.
    let spread = used.reduce(0) { sum, cell in
      let share = Double(held[cell].count) / Double(weight)
      return sum + share * share
    }.squareRoot()
    return Score(mean, spread: spread, extra: ["global": global, "cells": Double(used.count)])
  }

  /// The Z of U, the number of pairs in which the number of `first` is the larger, ties counting half.
  package static func z(_ first: [Double], _ second: [Double]) -> Double {
    let sorted = second.sorted()
    let u = first.reduce(0.0) { sum, value in
      let (below, notAbove) = (
        sorted.position { $0 >= value }, sorted.position { $0 > value }
      )
      return sum + Double(below) + Double(notAbove - below) / 2
    }
    let (m, n) = (Double(first.count), Double(second.count))
    return (u - (m * n / 2 - 0.5)) / (m * n * (m + n + 1) / 12).squareRoot()
  }
}

extension Comparison {
  /// Cells of the training set by k-means.
  func trainingCells(_ count: Int) throws -> KMeans {
    try remembered("\(count) cells", of: training) {
      try KMeans(training.features, count: count, seed: seed, threads: threads)
    }
  }

  /// Squared distances of rows to the training set, by cell.
  func squaresToTraining(of queries: MeasuredSet, by kMeans: KMeans) throws -> [[Double]] {
    var squares = [[Double]](repeating: [], count: kMeans.centers.count)
    let nearest = try nearestSquares(of: queries, in: training)
    for (cell, square) in try zip(kMeans.cells(of: queries.features, threads: threads), nearest) {
      squares[cell].append(square)
    }
    return squares
  }
}

extension Array {
  /// The first index whose element satisfies a condition, by bisection; `endIndex` if there is none. The
  /// condition must hold for all later elements too.
  func position(where isReached: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = (low + high) / 2
      if isReached(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
