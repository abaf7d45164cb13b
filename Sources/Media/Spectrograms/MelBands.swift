internal import Foundation

/// Bands of equal width on HTK's mel scale, 2595·log₁₀(1 + f/700), from 0 Hz to half the sample rate, and the power
/// in each.
///
/// A band is a triangle of height 1 that reaches from the centre of the band before to that of the one after, so
/// that neighbours add up to 1. A bin of a Fourier transform stands for the frequencies that are closer to it than
/// to any other, and counts with the triangle's mean over them. So every band hears something, however narrow.
///
/// Source: S. Young et al., "The HTK Book", §5.4, for the mel scale.
package struct MelBands: Sendable {
  private struct Band {
    let firstBin: Int
    let weights: [Float]
  }

  /// Number of bands.
  package var count: Int { bands.count }
  /// The middle of each band.
  package let centersHz: [Float]
  private let bands: [Band]
  /// The sum of each bin's weights in all bands.
  private let binWeights: [Float]

  /// Divides the frequencies of a transform into bands.
  ///
  /// - Parameter transformCount: Samples of the transform.
  package init(_ count: Int, sampleRateHz: Int, transformCount: Int) {
    let (top, lastBin) = (Self.mel(Double(sampleRateHz) / 2), transformCount / 2)
    let binWidth = Double(sampleRateHz) / Double(transformCount)
    let edges = (0...count + 1).map {
      Self.frequencyHz(top * Double($0) / Double(count + 1)) / binWidth
    }
    centersHz = edges[1...count].map { Float($0 * binWidth) }
    bands = (0..<count).map { band in
      let (low, center, high) = (edges[band], edges[band + 1], edges[band + 2])
      let bins = Int((low + 0.5).rounded(.down))...min(lastBin, Int((high + 0.5).rounded(.up)) - 1)
      /// The area of the triangle below a frequency.
      func area(_ frequency: Double) -> Double {
        let (rising, falling) = (center - low, high - center)
        guard frequency > low else { return 0 }
        guard frequency < high else { return (high - low) / 2 }
        return frequency < center
          ? (frequency - low) * (frequency - low) / (2 * rising)
          : (high - low - (high - frequency) * (high - frequency) / falling) / 2
      }
      return Band(
        firstBin: bins.lowerBound,
        weights: bins.map { Float(area(Double($0) + 0.5) - area(Double($0) - 0.5)) })
    }
    binWeights = bands.reduce(into: [Float](repeating: 0, count: lastBin + 1)) { sums, band in
      for (offset, weight) in band.weights.enumerated() { sums[band.firstBin + offset] += weight }
    }
  }

  /// The power in each band: the weighted sum of the powers of its bins.
  package func powers(ofBins powers: [Float]) -> [Float] {
    bands.map { band in
      var sum: Float = 0
      for (offset, weight) in band.weights.enumerated() {
        sum += weight * powers[band.firstBin + offset]
      }
      return sum
    }
  }

  /// Powers of bins, none of them negative, that give the bands the powers that are asked for, as far as there are
  /// any. They are smooth where the bands leave that open.
  ///
  /// It begins with an interpolation between the bands and corrects it by multiplication.
  ///
  /// - Parameters:
  ///   - wanted: The power of each band, at least 0.
  ///   - rounds: Number of corrections.
  ///
  /// Source: D. Lee, H. Seung 2001, "Algorithms for non-negative matrix factorization", NIPS 13, eq. 5, for the
  /// correction, which lowers a divergence; relative errors count there, as they do for the ear.
  package func binPowers(ofBands wanted: [Float], rounds: Int = 10) -> [Float] {
    let densities = zip(wanted, bands).map { $0 / $1.weights.reduce(0, +) }
    var bins = spread(densities)
    for _ in 0..<rounds {
      let ratios = zip(wanted, powers(ofBins: bins)).map { $1 > 0 ? $0 / $1 : 0 }
      for (bin, factor) in spread(ratios).enumerated() where binWeights[bin] > 0 {
        bins[bin] *= factor / binWeights[bin]
      }
    }
    return bins
  }

  /// The sum, in each bin, of the bands' values times their weights.
  private func spread(_ values: [Float]) -> [Float] {
    var bins = [Float](repeating: 0, count: binWeights.count)
    for (value, band) in zip(values, bands) {
      for (offset, weight) in band.weights.enumerated() {
        bins[band.firstBin + offset] += value * weight
      }
    }
    return bins
  }

  /// The place of a frequency on HTK's mel scale.
  package static func mel(_ frequencyHz: Double) -> Double { 2595 * log10(1 + frequencyHz / 700) }

  private static func frequencyHz(_ mel: Double) -> Double { 700 * (pow(10, mel / 2595) - 1) }
}
