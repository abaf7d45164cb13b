/// The forms in which networks see and make sounds.
public enum Representation: String, Hashable, Sendable, CaseIterable {
  /// The samples themselves.
  case waveform
  /// The power in mel bands, in decibels. Phases are left out; they are found again when a sound is made.
  case logMel = "log_mel"
  /// A short-time Fourier transform: levels and instantaneous frequencies.
  case stft

  /// True where a sound is a picture, with frames as rows and frequencies as columns.
  public var isPicture: Bool { self != .waveform }

  /// Number of values at each place of the picture, or at each sample.
  public var channels: Int { self == .stft ? 2 : 1 }

  /// The default for the sounds of networks of a kind. Recurrent networks step through samples.
  public static func standard(_ backbone: Backbone) -> Representation {
    backbone == .rnn ? .waveform : .logMel
  }
}

/// The sizes of spectrograms.
public struct SpectrogramSizes: Hashable, Sendable {
  /// Allowed windows, as powers of two: 32 to 16,384 samples.
  public static let windowPowers = 5...14
  /// Allowed numbers of mel bands.
  public static let bandCounts = 1...1024
  /// The default number of mel bands.
  public static let standardBands = 64

  /// Samples of the window of a frame.
  public var window: Int
  /// Frames of a sound.
  public var frames: Int
  /// Mel bands of a frame; of an `stft`, its frequencies, half as many as the window has samples.
  public var bands: Int

  /// Puts sizes together; see the properties.
  public init(window: Int, frames: Int, bands: Int) {
    (self.window, self.frames, self.bands) = (window, frames, bands)
  }

  /// The default window: the power of two that is closest to 32 ms, such as 512 samples at 16 kHz.
  public static func standardWindow(sampleRateHz: Int) -> Int {
    let wanted = sampleRateHz * 32 / 1000
    let powers = windowPowers.map { 1 << $0 }
    return powers.first { 2 * $0 * $0 > wanted * wanted } ?? powers[powers.count - 1]
  }

  /// The default number of frames: the power of two, at least 8, with which frames are closest to a quarter of a window
  /// apart. A sound of 8,192 samples with windows of 512 has 64.
  public static func standardFrames(length: Int, window: Int) -> Int {
    var frames = 8
    // Doubles while four times the length, as a number of windows, is at least √2 times the number of frames.
    while 2 * frames * frames * window * window <= 16 * length * length { frames *= 2 }
    return frames
  }

  /// The smallest number of frames with which windows overlap by half at least.
  public static func fewestFrames(length: Int, window: Int) -> Int {
    (2 * length + window - 1) / window
  }
}
