internal import Foundation

/// Log-mel spectrograms of sounds of one length and sample rate.
///
/// Frames have a Hann window of 25 ms, or of a quarter of the sound if that is shorter. They start every 10
/// ms, or closer together so that there are at least about 64. Bands are triangles of height 1 on HTK's mel
/// scale, 2595·log₁₀(1 + f/700), from 0 Hz to half the sample rate. A value is ln(P + 10⁻⁶), where P is the
/// mean power in a band: a sinusoid of amplitude A at the centre of a wide band has A²/2.
///
/// Source: S. Young et al., "The HTK Book", §5.4, for the mel scale.
public struct LogMel: Sendable {
  /// Samples a second.
  public let sampleRateHz: Int
  /// Samples of a sound.
  public let length: Int
  /// Bands of a frame.
  public let bandCount: Int
  /// Samples of a frame.
  public let windowCount: Int
  /// Samples from one frame to the next.
  public let hop: Int
  /// Frames of a sound, all of them inside it.
  public let frameCount: Int
  /// ln 10⁻⁶, the value of silence.
  public static let floor = Float(-13.815511)
  /// Number of frames that the hop of a short sound aims at.
  private static let frameMinimum = 64

  private struct Band {
    let firstBin: Int
    let weights: [Float]
  }

  private let window: [Float]
  private let bands: [Band]
  private let transform: FourierTransform
  /// Factor that turns a squared magnitude into a share of the mean power.
  private let powerScale: Float

  /// Plans the frames and bands.
  ///
  /// - Parameters:
  ///   - sampleRateHz: Samples a second, at least 1000.
  ///   - length: Samples of a sound, at least 2.
  ///   - bandCount: Bands; fewer are made at low sample rates, where they would be too narrow.
  public init(sampleRateHz: Int, length: Int, bandCount: Int = 64) {
    precondition(sampleRateHz >= 1000 && length >= 2 && bandCount > 0, "not a sound")
    let longest = (sampleRateHz + 20) / 40
    let windowCount = min(longest, max(2, length / 4))
    let hop = max(1, min(sampleRateHz / 100, (length - windowCount) / (Self.frameMinimum - 1)))
    var transformCount = 2
    while transformCount < 2 * longest { transformCount *= 2 }
    self.sampleRateHz = sampleRateHz
    self.length = length
    self.bandCount = min(bandCount, transformCount / 4)
    self.windowCount = windowCount
    self.hop = hop
    frameCount = 1 + (length - windowCount) / hop
    window = (0..<windowCount).map {
      Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(windowCount)))
    }
    transform = FourierTransform(count: transformCount)
    powerScale = 2 / (Float(transformCount) * window.reduce(0) { $0 + $1 * $1 })
    bands = Self.makeBands(
      self.bandCount, sampleRateHz: Double(sampleRateHz), transformCount: transformCount)
  }

  /// The spectrogram of a sound.
  ///
  /// - Parameter sound: Shape [T], in −1…1.
  /// - Returns: Shape [frames, bands].
  public func spectrogram(of sound: UnsafeBufferPointer<Float>) -> [Float] {
    precondition(sound.count == length, "the sound does not have its stated length")
    var transform = transform
    var values: [Float] = []
    values.reserveCapacity(frameCount * bandCount)
    var frame = window
    for start in stride(from: 0, to: frameCount * hop, by: hop) {
      for index in 0..<windowCount { frame[index] = sound[start + index] * window[index] }
      let powers = transform.powers(of: frame)
      for band in bands {
        var sum: Float = 0
        for (offset, weight) in band.weights.enumerated() {
          sum += weight * powers[band.firstBin + offset]
        }
        values.append(log(sum * powerScale + 1e-6))
      }
    }
    return values
  }

  // MARK: The same spectrogram as two linear maps, for computing many at once with the engine. A single
  // sound does not justify a compiled program, so both ways exist; a test compares them.

  /// Number of bins of a frame's transform, from 0 Hz to half the sample rate.
  public var binCount: Int { transform.count / 2 + 1 }

  /// The matrix that maps a frame to the real and then the imaginary parts of all bins, window included.
  ///
  /// - Returns: Shape [2, bins, window].
  public func fourierKernels() -> [Float] {
    let count = transform.count
    let turns = (0..<count).map { 2 * Double.pi * Double($0) / Double(count) }
    return [turns.map { cos($0) }, turns.map { -sin($0) }].flatMap { wave in
      (0..<binCount).flatMap { bin in
        window.indices.map { Float(Double(window[$0]) * wave[bin * $0 % count]) }
      }
    }
  }

  /// Weights of the bins' squared magnitudes in each band. The weighted sum is the band's mean power.
  ///
  /// - Returns: Shape [bands, bins].
  public func powerWeights() -> [Float] {
    var weights = [Float](repeating: 0, count: bandCount * binCount)
    for (index, band) in bands.enumerated() {
      for (offset, weight) in band.weights.enumerated() {
        weights[index * binCount + band.firstBin + offset] = weight * powerScale
      }
    }
    return weights
  }

  /// The place of a frequency on HTK's mel scale.
  static func mel(_ frequencyHz: Double) -> Double { 2595 * log10(1 + frequencyHz / 700) }

  private static func frequencyHz(_ mel: Double) -> Double { 700 * (pow(10, mel / 2595) - 1) }

  private static func makeBands(
    _ count: Int, sampleRateHz: Double, transformCount: Int
  ) -> [Band] {
    let top = mel(sampleRateHz / 2)
    let edges = (0...count + 1).map { frequencyHz(top * Double($0) / Double(count + 1)) }
    let binWidth = sampleRateHz / Double(transformCount)
    return (0..<count).map { band in
      let (low, center, high) = (edges[band], edges[band + 1], edges[band + 2])
      let bins = Int((low / binWidth).rounded(.up))...Int(high / binWidth)
      return Band(
        firstBin: bins.lowerBound,
        weights: bins.map { bin in
          let frequency = Double(bin) * binWidth
          return Float(
            max(0, min((frequency - low) / (center - low), (high - frequency) / (high - center))))
        })
    }
  }
}
