internal import Training
internal import Randomness

/// Gaussian noise, the same for a number of an example whatever the amount.
package struct Noise: Corruption {
  /// Its key in `metrics.corruptions`.
  package let name = "noise"
  /// Standard deviation, of numbers in 0…1 for pixels and −1…1 for sounds.
  package let amount: Double

  /// Adds noise of a standard deviation, in the units of the examples.
  package init(amount: Double) { self.amount = amount }

  /// See `Corruption`.
  package func apply(to example: [Float], shape: [Int], number: Int) -> [Float] {
    let noise = RandomStream("metrics/noise", seed: 0).normal(example.count, step: UInt64(number))
    return zip(example, noise).map { $0 + Float(amount) * $1 }
  }
}
