internal import Glossary
internal import Metrics
internal import Scores
internal import Training

/// Correlation over examples and places between a channel's activation and that of its neighbour: one to the right and
/// one below in pictures, the next in time in sounds. It is averaged over directions and channels whose activations
/// change, then over sites. Where it is high, a mask of single elements hides little.
///
/// Source: J. Tompson et al. 2015, "Efficient object localization using convolutional networks", arXiv:1411.4280, §3.2,
/// the reason for dropping whole channels.
package final class NeighborCorrelation: NetworkProbe {
  static let key = "neighbor_correlation"
  let meaning = Meaning(
    "Correlation between neighbouring positions of a feature map", .tompson2015)

  func look(at context: ProbeContext) throws -> ProbeReading {
    let maps = try context.maps()
    guard !maps.isEmpty else {
      throw Unavailable("there is no site post_act with places: height and width, or time")
    }
    let parts = maps.map { ($0.site, Self.correlation($0.values, sizes: $0.sizes)) }
    return try ProbeReading(meanOf: parts, of: "site with neighbours that change")
  }

  /// The mean correlation of neighbours along each axis between the first and the last, NaN where nothing changes.
  ///
  /// - Parameter sizes: Shape of the values, [N, H, W, C] or [N, T, C].
  package static func correlation(
    _ values: UnsafeBufferPointer<Float>, sizes: [Int]
  ) -> Double {
    let axes = (1..<sizes.count - 1).filter { sizes[$0] > 1 }
    return finiteMean(axes.flatMap { correlations(values, sizes, along: $0) })
  }

  /// The correlation of neighbours along an axis in each channel; NaN for channels that do not change.
  private static func correlations(
    _ values: UnsafeBufferPointer<Float>, _ sizes: [Int], along axis: Int
  ) -> [Double] {
    let channels = sizes[sizes.count - 1]
    let distance = sizes[(axis + 1)...].reduce(1, *)
    let run = distance * sizes[axis]
    var sums = [PairSums](repeating: PairSums(), count: channels)
    // Values beside the first of their channel are exact zeros where it does not change.
    let origin = values.prefix(channels).map(Double.init)
    sums.withUnsafeMutableBufferPointer { sums in
      for start in stride(from: 0, to: values.count, by: run) {
        for place in stride(from: start, to: start + run - distance, by: channels) {
          for channel in 0..<channels {
            sums[channel].add(
              Double(values[place + channel]) - origin[channel],
              Double(values[place + distance + channel]) - origin[channel])
          }
        }
      }
    }
    return sums.map(\.correlation)
  }
}

/// Sums over pairs of numbers.
private struct PairSums {
  private var count = 0.0
  private var (x, y, xx, yy, xy) = (0.0, 0.0, 0.0, 0.0, 0.0)

  mutating func add(_ a: Double, _ b: Double) {
    count += 1
    x += a
    y += b
    xx += a * a
    yy += b * b
    xy += a * b
  }

  /// Pearson's correlation; NaN where either number does not change.
  var correlation: Double {
    (count * xy - x * y)
      / ((count * xx - x * x).squareRoot() * (count * yy - y * y).squareRoot())
  }
}
