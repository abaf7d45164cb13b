internal import Training
internal import Foundation

/// Convolution with a Gaussian along every axis of space or time, cut off at four standard deviations.
/// Beyond its borders an example is mirrored and the border value repeated: `a b c` goes on as `c b a`.
package struct Blur: Corruption {
  /// Its key in `metrics.corruptions`.
  package let name = "blur"
  /// Standard deviation in pixels or samples.
  package let amount: Double

  /// Creates a blur with a standard deviation in pixels or samples.
  package init(amount: Double) { self.amount = amount }

  /// Blurs an example; see `Corruption`.
  package func apply(to example: [Float], shape: [Int], number: Int) -> [Float] {
    guard amount > 0 else { return example }
    let radius = Int(4 * amount + 0.5)
    let powers = (-radius...radius).map { exp(-0.5 * Double($0 * $0) / (amount * amount)) }
    let total = powers.reduce(0, +)
    let weights = powers.map { $0 / total }
    return (0..<shape.count - 1).reduce(example) { values, axis in
      let inner = shape[(axis + 1)...].reduce(1, *)
      return Self.convolved(values, weights, length: shape[axis], stride: inner)
    }
  }

  /// Convolves along one axis, whose neighbours lie `stride` apart.
  private static func convolved(
    _ values: [Float], _ weights: [Double], length: Int, stride: Int
  ) -> [Float] {
    let radius = weights.count / 2
    return values.indices.map { index in
      let place = index / stride % length
      let start = index - place * stride
      var sum = 0.0
      for (offset, weight) in weights.enumerated() {
        let other = Self.mirrored(place + offset - radius, length)
        sum += weight * Double(values[start + other * stride])
      }
      return Float(sum)
    }
  }

  private static func mirrored(_ place: Int, _ length: Int) -> Int {
    let folded = ((place % (2 * length)) + 2 * length) % (2 * length)
    return folded < length ? folded : 2 * length - 1 - folded
  }
}
