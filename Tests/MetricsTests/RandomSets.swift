import Foundation
import Metrics

/// SplitMix64 as uniform numbers in 0..<1, as in `Fixtures/random_sets.py`.
struct UniformStream {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}

/// Training, held-out and generated rows by the names they have in the fixtures.
typealias NamedSets = [String: FeatureMatrix]

/// A recipe for three sets; `Fixtures/random_sets.py` explains it and makes the same sets to the bit.
struct SetDescription: Decodable {
  struct Rows: Decodable {
    let count: Int
    let scale: Double
    let shift: Double
    let modes: Int
  }

  struct Edit: Decodable {
    let set: String
    let first: Int
    let count: Int
    let from: String
    let source: Int
    let noise: Double
    let shift: Double
  }

  let seed: UInt64
  let dimension: Int
  let decay: Double
  let modes: Int
  let spread: Double
  let offset: Double
  let centres: [[Double]]?
  let training: Rows
  let holdout: Rows
  let generated: Rows
  let edits: [Edit]
  /// Number of first training rows that are the centres of cells in `ct` and in `ndb`.
  let ct_cells: Int
  let ndb_cells: Int

  /// Makes the sets `training`, `holdout` and `generated`.
  func make() -> NamedSets {
    let weights = (0..<dimension).reduce(into: [Double]()) { weights, _ in
      weights.append(weights.last.map { $0 * decay } ?? 1)
    }
    let centres = self.centres ?? makeCentres(weights)
    var rows: [String: [[Double]]] = [:]
    for (number, named) in [
      ("training", training), ("holdout", holdout), ("generated", generated),
    ].enumerated() {
      var stream = UniformStream(seed: seed + UInt64(number) + 1)
      let set = named.1
      rows[named.0] = (0..<set.count).map { row in
        let centre = centres[row % set.modes]
        return (0..<dimension).map {
          centre[$0] + (stream.next() - 0.5) * set.scale * weights[$0] + set.shift
        }
      }
    }
    var stream = UniformStream(seed: seed + 4)
    for edit in edits { apply(edit, to: &rows, &stream) }
    return rows.mapValues { try! FeatureMatrix($0.flatMap { $0 }, dimension: dimension) }
  }

  private func makeCentres(_ weights: [Double]) -> [[Double]] {
    var stream = UniformStream(seed: seed)
    return (0..<modes).map { _ in
      weights.map { (stream.next() - 0.5) * spread * $0 + offset }
    }
  }

  private func apply(
    _ edit: Edit, to rows: inout [String: [[Double]]], _ stream: inout UniformStream
  ) {
    guard let origin = rows[edit.from] else { return }
    for row in 0..<edit.count {
      rows[edit.set]?[edit.first + row] = origin[(edit.source + row) % origin.count].map {
        $0 + (stream.next() - 0.5) * edit.noise + edit.shift
      }
    }
  }
}

/// Checks that rows equal those made by Python.
struct SetChecks: Decodable, Equatable {
  let first: Double
  let last: Double
  /// The sum of all numbers, added one after another.
  let sum: Double
  /// The wrapping sum of the numbers' bit patterns, in hexadecimal.
  let bits: String

  init(_ matrix: FeatureMatrix) {
    first = matrix.values.first ?? .nan
    last = matrix.values.last ?? .nan
    sum = matrix.values.reduce(0, +)
    let total = matrix.values.reduce(UInt64(0)) { $0 &+ $1.bitPattern }
    let digits = String(total, radix: 16)
    bits = String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// A file of `Fixtures/sets`: the values that metrics must have; `Fixtures/make.py` explains its contents.
struct ReferenceSets: Decodable {
  struct Value: Decodable {
    /// The expected value; nil where the metric has none.
    let value: Double?
    /// The relative tolerance.
    let tolerance: Double
    let extra: [String: Double]?
  }

  let spec: SetDescription
  let checks: [String: SetChecks]
  let values: [String: Value]
  /// The values without repeated training rows; nil where no rows are repeated.
  let unique: [String: Value]?

  static let names = [
    "golden", "plane", "large", "honest", "unequal", "offset", "wide", "duplicated", "modes",
    "copied", "tiny",
  ]

  init(_ name: String) throws {
    self = try decodeFixture("sets/\(name)")
  }
}

/// A file of `Fixtures/known`: values that follow from the definitions; `Fixtures/known.py` says why.
struct KnownCase: Decodable {
  let spec: SetDescription
  let checks: [String: SetChecks]
  /// Expected values by key of the metric; that of `ct` is its global Z.
  let expected: [String: Double]
  let infinite: [String]
  let unavailable: [String]
  let positive: [String]

  static let names = [
    "copies", "half_copies", "one_mode", "equal", "identical", "far", "constant", "single",
  ]

  init(_ name: String) throws {
    self = try decodeFixture("known/\(name)")
  }
}

func decodeFixture<Content: Decodable>(_ name: String) throws -> Content {
  let url = Bundle.module.bundleURL.appending(path: "Fixtures/\(name).json")
  return try JSONDecoder().decode(Content.self, from: Data(contentsOf: url))
}
