internal import Foundation

/// The standard normal distribution.
package enum Normal {
  /// P(Z ≤ z).
  package static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

  /// The z below which a share p of the distribution lies; infinite at 0 and 1.
  package static func quantile(_ p: Double) -> Double {
    if p <= 0 { return -.infinity }
    if p >= 1 { return .infinity }
    // Solves for the lower tail by symmetry: there the cumulative function is exact to the last digits.
    if p > 0.5 { return -quantile(1 - p) }
    return root(of: { cumulative($0) - p }, in: -40...0)
  }
}

/// Student's t distribution.
package enum StudentT {
  /// P(T ≤ t) with `degrees` degrees of freedom.
  package static func cumulative(_ t: Double, degrees: Double) -> Double {
    let tail = 0.5 * regularizedBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
    return t > 0 ? 1 - tail : tail
  }

  /// The t below which a share p ≥ ½ of the distribution lies.
  package static func quantile(_ p: Double, degrees: Double) -> Double {
    -root(of: { cumulative($0, degrees: degrees) - (1 - p) }, in: -1e8...0)
  }
}

/// The beta distribution.
enum Beta {
  /// The x below which a share p of the distribution with parameters a and b lies.
  static func quantile(_ p: Double, _ a: Double, _ b: Double) -> Double {
    root(of: { regularizedBeta($0, a, b) - p }, in: 0...1)
  }
}

/// The binomial distribution.
package enum Binomial {
  /// The smallest k with P(X ≤ k) ≥ p, of `count` cases of which each is one with probability `share`.
  package static func quantile(_ p: Double, share: Double, of count: Int) -> Int {
    let n = Double(count)
    return (0..<count).first { k in
      regularizedBeta(1 - share, n - Double(k), Double(k) + 1) >= p
    } ?? count
  }
}

/// The zero of an increasing function, by bisection down to neighbouring floating-point numbers.
private func root(of function: (Double) -> Double, in range: ClosedRange<Double>) -> Double {
  var (low, high) = (range.lowerBound, range.upperBound)
  while true {
    let middle = low + (high - low) / 2
    if middle <= low || middle >= high { return middle }
    if function(middle) < 0 { low = middle } else { high = middle }
  }
}

/// The regularised incomplete beta function I_x(a, b), by its continued fraction.
///
/// Source: DLMF 8.17.22, evaluated by Lentz's method.
func regularizedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  if x <= 0 { return 0 }
  if x >= 1 { return 1 }
  // The fraction converges fast on one side of the mean only.
  if x > (a + 1) / (a + b + 2) { return 1 - regularizedBeta(1 - x, b, a) }
  let logarithmOfBeta: Double = lgamma(a) + lgamma(b) - lgamma(a + b)
  let front: Double = exp(a * log(x) + b * log1p(-x) - logarithmOfBeta) / a
  var (numerator, denominator, value) = (1.0, 0.0, 1.0)
  for step in 0...1000 {
    let m = Double(step / 2)
    let term: Double
    if step == 0 {
      term = 1
    } else if step.isMultiple(of: 2) {
      let lower: Double = (a + 2 * m - 1) * (a + 2 * m)
      term = m * (b - m) * x / lower
    } else {
      let lower: Double = (a + 2 * m) * (a + 2 * m + 1)
      term = -(a + m) * (a + b + m) * x / lower
    }
    denominator = 1 / awayFromZero(1 + term * denominator)
    numerator = awayFromZero(1 + term / numerator)
    let change = numerator * denominator
    value *= change
    if abs(change - 1) < 1e-15 { break }
  }
  return front * (value - 1)
}

private func awayFromZero(_ value: Double) -> Double {
  abs(value) < 1e-300 ? 1e-300 : value
}
