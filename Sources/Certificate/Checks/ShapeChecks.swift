internal import Foundation
internal import Metrics

/// Distributions on which metrics are known to go wrong. Every set has 500 rows.
///
/// Source: arXiv:2505.22450, §4 and appendix: surfaces of spheres, a sphere and a torus, one or two modes, heavy tails, one
/// feature apart, continuous and rounded numbers.
enum ShapeChecks {
  static let all = [
    sphere, torus, oneOrTwoModes, heavyTails, oneFeatureApart, roundedData, roundedSamples,
  ]

  private static let count = 500
  private typealias Rows = (_ name: String, _ level: Double) -> [Double]

  /// Sets of a row of levels.
  ///
  /// - Parameters:
  ///   - real: The numbers of training and held-out rows at a level.
  ///   - made: Those of generated rows; at the first level they are of the same distribution.
  private static func sets(
    _ draw: Draw, _ name: String, _ dimension: Int, _ levels: [Double], real: Rows, made: Rows
  ) throws -> [Sets] {
    func set(_ values: [Double]) throws -> ExampleSet {
      ExampleSet(try FeatureMatrix(values, dimension: dimension))
    }
    return try levels.map { level in
      Sets(
        "\(name) \(threeDigits(level))", training: try set(real("training", level)),
        holdout: try set(real("holdout", level)), generated: try set(made("generated", level)))
    }
  }

  private static func normal(_ draw: Draw, _ name: String, _ dimension: Int) -> [Double] {
    draw.numbers.normal("shape \(name)", count * dimension)
  }

  private static let likeness: [Question: Reaction] = [
    .rows: .worsens, .distribution: .worsens, .diversity: .worsens,
  ]

  /// Surfaces of spheres, where the generated one lies within the other.
  private static let sphere = Scenario("sphere surface", .purpose, likeness, reach: .ownData) {
    draw, _ in
    func surface(_ name: String) -> [Double] { draw.numbers.directions("shape \(name)", count, 16) }
    return try sets(
      draw, "radius", 16, [1, 0.8, 0.6, 0.4], real: { name, _ in surface(name) },
      made: { name, radius in surface(name).map { $0 * radius } })
  }

  /// A ball in the hole of a torus: generated rows move from the one to the other.
  private static let torus = Scenario("ball and torus", .purpose, likeness, reach: .ownData) {
    draw, _ in
    try sets(
      draw, "share of the torus", 3, [0, 0.3, 0.6, 1], real: { name, _ in ball(draw, name) },
      made: { name, share in
        let rest = ball(draw, name).dropFirst(Int(share * Double(count)) * 3)
        return Array(ring(draw, name).prefix(count * 3 - rest.count) + rest)
      })
  }

  /// Rows within a ball of radius 0.8.
  private static func ball(_ draw: Draw, _ name: String) -> [Double] {
    let radii = draw.numbers.uniform("ball radius \(name)", count).map { 0.8 * cbrt($0) }
    return draw.numbers.directions("ball \(name)", count, 3).enumerated().map {
      radii[$0 / 3] * $1
    }
  }

  /// Rows within a torus around a circle of radius 1, 0.1 thick.
  private static func ring(_ draw: Draw, _ name: String) -> [Double] {
    let angles = draw.numbers.uniform("ring \(name)", 2 * count).map { 2 * Double.pi * $0 }
    let radii = draw.numbers.uniform("ring radius \(name)", count).map { 0.1 * $0.squareRoot() }
    return (0..<count).flatMap { row in
      let (around, within) = (angles[2 * row], angles[2 * row + 1])
      let distance = 1 + radii[row] * cos(within)
      return [distance * cos(around), distance * sin(around), radii[row] * sin(within)]
    }
  }

  /// Two modes that move apart, and one Gaussian of their variance in each feature.
  private static let oneOrTwoModes = Scenario(
    "one mode for two", .purpose, [.rows: .worsens, .distribution: .worsens], reach: .ownData
  ) { draw, _ in
    try sets(
      draw, "distance of the modes", 8, [0, 2, 3.5, 5],
      real: { name, distance in
        let sides = draw.numbers.uniform("side \(name)", count)
        return normal(draw, name, 8).enumerated().map {
          $1 + (sides[$0 / 8] < 0.5 ? -0.5 : 0.5) * distance
        }
      },
      made: { name, distance in
        let width = (1 + distance * distance / 4).squareRoot()
        return normal(draw, name, 8).map { $0 * width }
      })
  }

  /// A feature with heavy tails beside one in which the distributions move apart.
  private static let heavyTails = Scenario("heavy tails", .purpose, likeness, reach: .ownData) {
    draw, _ in
    func rows(_ name: String, _ distance: Double) -> [Double] {
      let tails = draw.numbers.uniform("tail \(name)", count).map { pow($0, -1 / 1.01) }
      let normal = normal(draw, name, 1)
      return (0..<count).flatMap { [normal[$0] + distance, tails[$0]] }
    }
    return try sets(
      draw, "distance", 2, [0, 2, 4, 6], real: { name, _ in rows(name, 0) }, made: rows)
  }

  /// One of 64 features in which the distributions move apart.
  private static let oneFeatureApart = Scenario(
    "one of 64 features apart", .purpose, likeness, reach: .ownData
  ) { draw, _ in
    try sets(
      draw, "distance", 64, [0, 2, 4, 6], real: { name, _ in normal(draw, name, 64) },
      made: { name, distance in
        normal(draw, name, 64).enumerated().map { $0 % 64 == 0 ? $1 + distance : $1 }
      })
  }

  private static func rounded(_ values: [Double], _ step: Double) -> [Double] {
    step > 0 ? values.map { ($0 / step).rounded() * step } : values
  }

  /// The data lie on a grid, and generated rows between its points.
  private static let roundedData = Scenario(
    "rounded data", .purpose, [.rows: .worsens, .distribution: .worsens], reach: .ownData
  ) { draw, _ in
    try sets(
      draw, "data in steps of", 2, [0, 0.5, 1, 2],
      real: { name, step in rounded(normal(draw, name, 2), step) },
      made: { name, _ in normal(draw, name, 2) })
  }

  /// Generated rows lie on a grid, and the data between its points.
  private static let roundedSamples = Scenario(
    "rounded samples", .purpose, [.distribution: .worsens, .diversity: .worsens], reach: .ownData
  ) { draw, _ in
    try sets(
      draw, "samples in steps of", 2, [0, 0.5, 1, 2], real: { name, _ in normal(draw, name, 2) },
      made: { name, step in rounded(normal(draw, name, 2), step) })
  }
}
