import Foundation
import Statistics
import Testing

/// The file that `Fixtures/make.py` wrote.
struct Reference: Decodable {
  struct Sample: Decodable {
    let values: [Double]
    let iqm: Double
    let t: [Double]
    let sign_flip: Double
  }
  struct Family: Decodable {
    let differences: [[Double?]]
    let corrected: [Double]
  }
  struct Correction: Decodable {
    let p, holm, bh: [Double]
  }
  let samples: [Sample]
  let families: [Family]
  let corrections: [Correction]
  let t_quantiles, normal_quantiles: [[Double]]

  static func load() throws -> Reference {
    let file = try #require(
      Bundle.module.url(forResource: "statistics", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
  }
}

/// Returns true where two numbers differ by at most `tolerance`, absolutely or relative to `b`.
func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-10) -> Bool {
  abs(a - b) <= tolerance * max(1, abs(b))
}

/// The p values of comparisons of the same seeds, corrected by the step-down max-T test.
func corrected(_ comparisons: [[Double]]) -> [Double] {
  SignFlip.stepDown(
    comparisons.map { differences in
      differences.enumerated().reduce(into: [Int: Double]()) { $0[$1.offset] = $1.element }
    })
}
