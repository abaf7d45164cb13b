internal import Scores
internal import Statistics
internal import Randomness

/// Makes the sets of the controls.
struct Controls {
  /// Share of rows that are replaced by planted copies.
  private static let plantedShare = 0.05
  /// Length of the noise on planted features, as a multiple of the median distance between a training row
  /// and its nearest other row.
  private static let noiseShare = 0.1
  /// Standard deviation of the noise on planted images and sounds, whose values are at most 1 in size.
  private static let rawNoise: Float = 0.02

  let training: MeasuredSet
  let holdout: MeasuredSet?
  let generated: ExampleSet
  let seed: UInt64
  let threads: Threads

  /// The sets that take the place of the generated and the held-out set; nil when there are no examples for
  /// them.
  ///
  /// - Throws: `Stopped`.
  func sets(for control: Control) throws -> (generated: MeasuredSet, holdout: MeasuredSet?)? {
    switch control {
    case .null: holdout.map { (sampled($0.examples), nil) }
    case .copies: (sampled(training.examples), holdout)
    case .planted: (MeasuredSet(try planted()), holdout)
    }
  }

  /// One half of the held-out examples in the place of the generated ones, beside the other half; nil when
  /// they are too few.
  func halvesOfHoldout() -> (generated: MeasuredSet, holdout: MeasuredSet?)? {
    guard let (first, second) = holdout?.examples.halves(seed: seed), first.count > 0,
      second.count > 0
    else { return nil }
    return (sampled(first), MeasuredSet(second))
  }

  /// A random sample of a set, with at most as many rows as were generated.
  private func sampled(_ set: ExampleSet) -> MeasuredSet {
    MeasuredSet(set.sample(generated.count, stream: "metrics/controls", seed: seed))
  }

  private func planted() throws -> ExampleSet {
    let count = max(1, Int((Self.plantedShare * Double(generated.count)).rounded()))
    let targets = RandomStream("metrics/planted/rows", seed: seed)
      .permutation(generated.count).prefix(count)
    let choices = RandomStream("metrics/planted/sources", seed: seed).permutation(training.count)
    let pairs = targets.enumerated().map { ($1, choices[$0 % choices.count]) }
    return ExampleSet(
      try plantedFeatures(pairs), raw: plantedRaw(pairs), groups: generated.groups)
  }

  private func plantedFeatures(_ pairs: [(target: Int, source: Int)]) throws -> FeatureMatrix {
    let dimension = generated.features.dimension
    let noise = RandomStream("metrics/planted/noise", seed: seed).normal(pairs.count * dimension)
    let scale = try noiseLength() / Double(dimension).squareRoot()
    var values = generated.features.values
    for (index, pair) in pairs.enumerated() {
      for column in 0..<dimension {
        values[pair.target * dimension + column] =
          training.features.values[pair.source * dimension + column]
          + scale * Double(noise[index * dimension + column])
      }
    }
    return FeatureMatrix(computed: values, dimension: dimension)
  }

  private func plantedRaw(_ pairs: [(target: Int, source: Int)]) -> RawExamples? {
    guard let from = training.examples.raw, let into = generated.raw, from.shape == into.shape
    else {
      return nil
    }
    let size = into.size
    let noise = RandomStream("metrics/planted/raw", seed: seed).normal(pairs.count * size)
    var values = into.values
    let range: ClosedRange<Float> = into.areImages ? 0...1 : -1...1
    for (index, pair) in pairs.enumerated() {
      for offset in 0..<size {
        let noisy =
          from.values[pair.source * size + offset] + Self.rawNoise * noise[index * size + offset]
        values[pair.target * size + offset] = min(max(noisy, range.lowerBound), range.upperBound)
      }
    }
    return RawExamples(computed: values, shape: into.shape)
  }

  /// Length of the noise on the features of a planted copy.
  private func noiseLength() throws -> Double {
    guard training.count > 1 else { return 0 }
    let nearest = try training.ownNeighbors(threads: threads).nearestSquares
    return Self.noiseShare * median(nearest.map { $0.squareRoot() })
  }
}
