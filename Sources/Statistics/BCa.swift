internal import Foundation
internal import Randomness

/// The bias-corrected and accelerated bootstrap interval.
///
/// Source: Efron 1987, “Better bootstrap confidence intervals”, JASA 82, §3–4; the acceleration is that of the
/// jackknife.
public enum BCa {
  /// Default number of resamples.
  public static let resamples = 10_000

  /// An interval for a statistic of the values' distribution.
  ///
  /// - Parameters:
  ///   - values: One value for each seed.
  ///   - confidence: Share of such intervals that should cover the true value.
  ///   - resamples: Number of bootstrap resamples.
  ///   - seed: The key of the random numbers.
  ///   - statistic: Statistic of a list; the interquartile mean by default. It may reorder the list.
  /// - Returns: The interval, a single point when all values are equal; nil for fewer than three values, or
  ///   values that are not finite.
  public static func interval(
    of values: [Double], confidence: Double = 0.95, resamples: Int = BCa.resamples,
    seed: UInt64 = 0,
    statistic: (inout [Double]) -> Double = { interquartileMean(sorting: &$0) }
  ) -> Interval? {
    guard values.count >= 3, values.allSatisfy(\.isFinite) else { return nil }
    var copy = values
    let observed = statistic(&copy)
    let bits = RandomStream("bootstrap", seed: seed).bits(resamples * values.count)
    var buffer = values
    var drawn: [Double] = []
    drawn.reserveCapacity(resamples)
    for resample in 0..<resamples {
      for index in values.indices {
        let word = UInt64(bits[resample * values.count + index])
        buffer[index] = values[Int((word * UInt64(values.count)) >> 32)]
      }
      drawn.append(statistic(&buffer))
    }
    return interval(
      observed: observed, drawn: drawn.sorted(), jackknife: jackknife(values, statistic),
      confidence: confidence)
  }

  /// The interval computed from the statistic of all values (`observed`), of each resample (`drawn`,
  /// ascending) and of the values with one left out at a time (`jackknife`).
  package static func interval(
    observed: Double, drawn: [Double], jackknife: [Double], confidence: Double
  ) -> Interval {
    guard let first = drawn.first, let last = drawn.last, first < last else {
      return Interval(observed, observed)
    }
    // Ties count half: with few values, resamples often give the observed statistic itself.
    let below = Double(drawn.count { $0 < observed })
    let equal = Double(drawn.count { $0 == observed })
    let bias = Normal.quantile((below + equal / 2) / Double(drawn.count))
    let acceleration = acceleration(jackknife)
    let tail = (1 - confidence) / 2
    func end(_ share: Double) -> Double {
      let z = bias + Normal.quantile(share)
      let adjusted = Normal.cumulative(bias + z / (1 - acceleration * z))
      return percentile(drawn, adjusted.isFinite ? adjusted : share)
    }
    return Interval(end(tail), end(1 - tail))
  }

  private static func jackknife(
    _ values: [Double], _ statistic: (inout [Double]) -> Double
  ) -> [Double] {
    values.indices.map { index in
      var rest = values
      rest.remove(at: index)
      return statistic(&rest)
    }
  }

  /// The acceleration Σd³/(6·(Σd²)^1.5), with d the mean of the jackknife values minus each of them; 0
  /// where they are all equal.
  private static func acceleration(_ jackknife: [Double]) -> Double {
    let center = mean(jackknife)
    let differences = jackknife.map { center - $0 }
    let squares = differences.reduce(0) { $0 + $1 * $1 }
    guard squares > 0 else { return 0 }
    return differences.reduce(0) { $0 + $1 * $1 * $1 } / (6 * pow(squares, 1.5))
  }

  /// The quantile of sorted values at a share, by linear interpolation between neighbours.
  private static func percentile(_ sorted: [Double], _ share: Double) -> Double {
    let place = min(max(share, 0), 1) * Double(sorted.count - 1)
    let lower = Int(place)
    guard lower + 1 < sorted.count else { return sorted[lower] }
    return sorted[lower] + (place - Double(lower)) * (sorted[lower + 1] - sorted[lower])
  }
}
