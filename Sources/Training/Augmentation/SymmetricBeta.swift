internal import Execution
internal import Foundation
internal import Randomness

/// Random numbers from Beta(α, α) as a function of seed, stream and step: G₁/(G₁ + G₂) of two Gamma
/// numbers. They are computed as logarithms, so that no α is too small.
///
/// Source: Marsaglia & Tsang 2000, "A simple method for generating gamma variables", §2 and §6.
package struct SymmetricBeta {
  private let alpha: Double
  private let stream: String
  private let seed: UInt64

  /// Draws from Beta(alpha, alpha).
  ///
  /// - Parameters:
  ///   - stream: The name of the random stream.
  ///   - seed: The seed of the stream.
  package init(_ alpha: Double, stream: String, seed: UInt64) {
    (self.alpha, self.stream, self.seed) = (alpha, stream, seed)
  }

  /// Fills `values` with the numbers of a step.
  package func fill(_ values: UnsafeMutableBufferPointer<Float>, step: UInt64) {
    let first = logarithmsOfGamma("first", values.count, step)
    let second = logarithmsOfGamma("second", values.count, step)
    for index in values.indices {
      values[index] = Float(1 / (1 + exp(second[index] - first[index])))
    }
  }

  /// The logarithms of numbers G ~ Gamma(α). Where α < 1, G = G′·U^(1/α) with G′ ~ Gamma(α + 1).
  private func logarithmsOfGamma(_ name: String, _ count: Int, _ step: UInt64) -> [Double] {
    let path = "\(stream)/\(name)"
    let isBoosted = alpha < 1
    let offset = (isBoosted ? alpha + 1 : alpha) - 1.0 / 3
    let spread = 1 / (9 * offset).squareRoot()
    var result = [Double](repeating: .nan, count: count)
    var attempt = 0
    while result.contains(where: \.isNaN) {
      let normals = RandomStream("\(path)/\(attempt)/normal", seed: seed).normal(count, step: step)
      let uniforms = RandomStream("\(path)/\(attempt)", seed: seed).uniform(count, step: step)
      for index in 0..<count where result[index].isNaN {
        let x = Double(normals[index])
        let root = 1 + spread * x
        guard root > 0 else { continue }
        let cube = root * root * root
        if log(Double(uniforms[index])) < 0.5 * x * x + offset * (1 - cube + log(cube)) {
          result[index] = log(offset) + log(cube)
        }
      }
      attempt += 1
    }
    guard isBoosted else { return result }
    let uniforms = RandomStream("\(path)/boost", seed: seed).uniform(count, step: step)
    return zip(result, uniforms).map { $0 + log(Double($1)) / alpha }
  }
}
