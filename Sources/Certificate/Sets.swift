package import Metrics

/// Three sets that metrics are scored on.
package struct Sets: Sendable {
  /// What is peculiar to the sets, such as `20% outliers`; equal labels of one draw stand for equal sets.
  package let label: String
  /// The training, held-out and generated rows.
  package let training, holdout, generated: ExampleSet
  /// The seed of the metrics.
  package let seed: UInt64

  /// Puts sets together.
  package init(
    _ label: String, training: ExampleSet, holdout: ExampleSet, generated: ExampleSet,
    seed: UInt64 = 0
  ) {
    (self.label, self.seed) = (label, seed)
    (self.training, self.holdout, self.generated) = (training, holdout, generated)
  }

  /// The same change of all rows.
  ///
  /// - Parameter change: Gets a number and its column.
  /// - Throws: `UnusableNumber`.
  func changed(_ label: String, _ change: (Double, Int) -> Double) throws -> Sets {
    Sets(
      label, training: try training.changed { change($1, $2) },
      holdout: try holdout.changed { change($1, $2) },
      generated: try generated.changed { change($1, $2) }, seed: seed)
  }
}

extension ExampleSet {
  /// The rows with every number replaced, and the same groups.
  ///
  /// - Parameter change: Gets the row, the number and its column.
  /// - Throws: `UnusableNumber`.
  func changed(_ change: (Int, Double, Int) -> Double) throws -> ExampleSet {
    let width = features.dimension
    let values = features.values.enumerated().map { change($0 / width, $1, $0 % width) }
    return ExampleSet(try FeatureMatrix(values, dimension: width), groups: groups)
  }

  /// The rows, of which the first ones are replaced.
  ///
  /// - Parameters:
  ///   - share: Share of the rows that are replaced, one at least.
  ///   - new: Gets the row, its old number and the column.
  /// - Throws: `UnusableNumber`.
  func replacing(_ share: Double, by new: (Int, Double, Int) -> Double) throws -> ExampleSet {
    let replaced = max(1, Int((share * Double(count)).rounded()))
    return try changed { $0 < replaced ? new($0, $1, $2) : $1 }
  }
}
