package import Metrics

/// A source of training rows, held-out rows and rows of honest generators.
package protocol Population: Sendable {
  /// Its name in tables and files, such as `500 rows, 16 features`.
  var name: String { get }
  /// Number of generated rows of a draw.
  var generatedCount: Int { get }

  /// The draw of a number; other numbers give other rows.
  ///
  /// - Throws: `Stopped`.
  func draw(_ number: Int, threads: Threads) throws -> Draw
}

/// Mixtures of five Gaussians whose means are three times as far apart as they are wide.
package struct Mixture: Population {
  /// Honest rows as a multiple of the generated ones, so that enough are left where modes are lost.
  private static let spare = 3
  private static let modes = 5
  private static let distance = 3.0

  /// Numbers of training, held-out and generated rows.
  package let rows, holdoutCount, generatedCount: Int
  /// Number of features.
  package let dimension: Int

  /// Mixtures of as many training and generated rows, and a quarter of that, 25 at least, held out.
  package init(rows: Int, dimension: Int) {
    self.init(rows: rows, holdout: max(25, rows / 4), generated: rows, dimension: dimension)
  }

  /// Mixtures with numbers of rows of their own.
  package init(rows: Int, holdout: Int, generated: Int, dimension: Int) {
    (self.rows, self.dimension) = (rows, dimension)
    (holdoutCount, generatedCount) = (holdout, generated)
  }

  /// The sizes.
  package var name: String { "\(rows) rows, \(dimension) features" }

  /// Draws means, then rows around them.
  package func draw(_ number: Int, threads: Threads) throws -> Draw {
    try Draw(
      number, training: set("training", rows, number),
      holdout: set("holdout", holdoutCount, number),
      pool: set("generated", Self.spare * generatedCount, number), generatedCount: generatedCount,
      threads: threads)
  }

  private func set(_ name: String, _ count: Int, _ number: Int) throws -> ExampleSet {
    let numbers = Numbers(draw: number)
    let means = numbers.normal("means", Self.modes * dimension)
    let noise = numbers.normal(name, count * dimension)
    let choices = numbers.uniform("modes of \(name)", count)
    let values = noise.indices.map { index in
      let mode = min(Self.modes - 1, Int(choices[index / dimension] * Double(Self.modes)))
      return Self.distance * means[mode * dimension + index % dimension] + noise[index]
    }
    return ExampleSet(try FeatureMatrix(values, dimension: dimension))
  }
}

/// Sets of a user: every draw has the training set, one random half of the held-out rows as such, and the other half as
/// those of an honest generator. Draws share rows, so that they tell of these data alone.
package struct GivenSets: Population {
  /// Smallest numbers of rows of either set.
  package static let rowsNeeded = 100

  private let training, holdout: ExampleSet

  /// Takes the features of sets; images and sounds behind them are not looked at.
  ///
  /// - Precondition: Either has `rowsNeeded` rows, and the training rows are not all equal.
  package init(training: ExampleSet, holdout: ExampleSet) {
    precondition(min(training.count, holdout.count) >= Self.rowsNeeded, "too few rows")
    self.training = ExampleSet(training.features, groups: training.groups)
    self.holdout = ExampleSet(holdout.features, groups: holdout.groups)
  }

  /// The sizes.
  package var name: String {
    "\(training.count) training and \(holdout.count) held-out rows, \(training.features.dimension) features"
  }
  /// Half of the held-out rows.
  package var generatedCount: Int { holdout.count / 2 }

  /// Halves the held-out rows; groups stay together.
  package func draw(_ number: Int, threads: Threads) throws -> Draw {
    let half = holdout.sample(
      generatedCount, stream: "certificate/halves", seed: UInt64(number))
    let taken = Set(half.origin)
    let rest = holdout.rows((0..<holdout.count).filter { !taken.contains($0) })
    let order = Numbers(draw: number).order("pool", half.count)
    return try Draw(
      number, training: training, holdout: rest, pool: half.rows(order),
      generatedCount: generatedCount, threads: threads)
  }
}
