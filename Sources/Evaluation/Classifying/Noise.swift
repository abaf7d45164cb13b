internal import Training
internal import Randomness

/// Added Gaussian noise. Each example has its own random numbers, the same at every amount, which only
/// scales them.
package struct Noise: Corruption {
  /// Its key in `metrics.corruptions`.
  package let name = "noise"
  /// Standard deviation, in the units of the examples: pixels in 0…1, sounds in −1…1.
  package let amount: Double

  /// Creates noise with a standard deviation in the units of the examples.
  package init(amount: Double) { self.amount = amount }

  /// Adds noise to an example; see `Corruption`.
  package func apply(to example: [Float], shape: [Int], number: Int) -> [Float] {
    let noise = RandomStream("metrics/noise", seed: 0).normal(example.count, step: UInt64(number))
    return zip(example, noise).map { $0 + Float(amount) * $1 }
  }
}
