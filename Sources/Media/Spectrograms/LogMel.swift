internal import Foundation

/// Log-mel spectrograms of sounds of one length and sample rate, for features and for pictures to look at.
///
/// Frames have a Hann window of 25 ms, or of a quarter of the sound if that is shorter. They start every 10
/// ms, or closer together so that there are at least about 64. A value is ln(P + 10⁻⁶), where P is the mean power
/// in a mel band: a sinusoid of amplitude A at the centre of a wide band has A²/2. `LogMelPicture` is another
/// spectrogram, from which sounds come back.
public struct LogMel: Sendable {
  /// Samples a second.
  public let sampleRateHz: Int
  /// Samples of a sound.
  public let length: Int
  /// Bands of a frame.
  public var bandCount: Int { bands.count }
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

  private let window: [Float]
  private let bands: MelBands
  private let transformCount: Int
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
    self.windowCount = windowCount
    self.hop = hop
    self.transformCount = transformCount
    frameCount = 1 + (length - windowCount) / hop
    window = hannWindow(windowCount)
    powerScale = 2 / (Float(transformCount) * window.reduce(0) { $0 + $1 * $1 })
    bands = MelBands(
      min(bandCount, transformCount / 4), sampleRateHz: sampleRateHz,
      transformCount: transformCount)
  }

  /// The spectrogram of a sound.
  ///
  /// - Parameter sound: Shape [T], in −1…1.
  /// - Returns: Shape [frames, bands].
  public func spectrogram(of sound: UnsafeBufferPointer<Float>) -> [Float] {
    precondition(sound.count == length, "the sound does not have its stated length")
    let transform = FourierTransform(count: transformCount)
    var values: [Float] = []
    values.reserveCapacity(frameCount * bandCount)
    var frame = window
    for start in stride(from: 0, to: frameCount * hop, by: hop) {
      for index in 0..<windowCount { frame[index] = sound[start + index] * window[index] }
      values += bands.powers(ofBins: transform.powers(of: frame)).map {
        log($0 * powerScale + 1e-6)
      }
    }
    return values
  }
}
