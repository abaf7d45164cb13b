internal import Foundation
internal import Metrics
internal import Randomness

/// The random numbers of one draw, which depend on its number and on names alone.
struct Numbers {
  /// Number of the draw.
  let draw: Int

  private func stream(_ name: String) -> RandomStream {
    RandomStream("certificate/\(name)", seed: UInt64(draw))
  }

  /// Standard normal numbers.
  func normal(_ name: String, _ count: Int) -> [Double] {
    stream(name).normal(count).map(Double.init)
  }

  /// Uniform numbers in (0, 1).
  func uniform(_ name: String, _ count: Int) -> [Double] {
    stream(name).uniform(count).map(Double.init)
  }

  /// The numbers 0..<count in random order.
  func order(_ name: String, _ count: Int) -> [Int] { stream(name).permutation(count) }

  /// Directions, one a row: vectors of length 1, shape [count, dimension].
  func directions(_ name: String, _ count: Int, _ dimension: Int) -> [Double] {
    let rows = normal(name, count * dimension)
    return stride(from: 0, to: rows.count, by: dimension).flatMap { start in
      let row = rows[start..<start + dimension]
      let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return row.map { $0 / length }
    }
  }
}

/// A number with three significant digits.
func threeDigits(_ value: Double) -> String { String(format: "%.3g", value) }
