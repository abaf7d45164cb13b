internal import Media
internal import Foundation

/// One of the kinds of sound that the built-in data set `tones` consists of: a pitch, an envelope and
/// a timbre. Example `i` of the data set is of mode `i mod count`.
///
/// Every sound is one tone over its whole length. It is detuned by up to 0.5%, its partials start at
/// any phase, and its gain is 0.6 to 0.9; no sample is larger than the gain. No partial lies above
/// 3.7 kHz, so that all sample rates from 8 kHz on have the same modes.
public struct TonesMode: Hashable, Sendable {
  /// The frequency of the first partial.
  public enum Pitch: Int, CaseIterable, Sendable {
    /// 220 Hz.
    case bass
    /// 352 Hz.
    case tenor
    /// 563.2 Hz.
    case alto
    /// 901.12 Hz.
    case treble

    /// The frequency without detuning.
    public var frequencyHz: Double {
      switch self {
      case .bass: 220
      case .tenor: 352
      case .alto: 563.2
      case .treble: 901.12
      }
    }
  }

  /// Course of the amplitude over the sound's length, u from 0 to 1. Every envelope ends in silence.
  public enum Envelope: Int, CaseIterable, Sendable {
    /// Falls as exp(−6u) after a rise over the first 3%, and fades out over the last 3%.
    case pluck
    /// Constant between a rise and a fall over 10% of the length each.
    case steady
    /// Rises as u², and falls over the last 5%.
    case swell

    /// The amplitude at one point of the sound.
    ///
    /// - Parameter u: From 0 at the start to 1 at the end.
    package func amplitude(_ u: Double) -> Double {
      switch self {
      case .pluck: min(1, u / 0.03) * min(1, (1 - u) / 0.03) * exp(-6 * u)
      case .steady: min(1, u / 0.1, (1 - u) / 0.1)
      case .swell: u * u * min(1, (1 - u) / 0.05)
      }
    }
  }

  /// The amplitudes of partials 1 to 4.
  public enum Timbre: Int, CaseIterable, Sendable {
    /// 1.
    case pure
    /// 1, 0, 0.75.
    case hollow
    /// 1, 0.8, 0.65, 0.5.
    case bright
    /// 0.3, 0.5, 1, 0.8.
    case nasal

    /// Amplitudes of the partials, from the first.
    package var amplitudes: [Double] {
      switch self {
      case .pure: [1, 0, 0, 0]
      case .hollow: [1, 0, 0.75, 0]
      case .bright: [1, 0.8, 0.65, 0.5]
      case .nasal: [0.3, 0.5, 1, 0.8]
      }
    }
  }

  /// The frequency of the first partial.
  public let pitch: Pitch
  /// Course of the amplitude over the sound's length.
  public let envelope: Envelope
  /// The amplitudes of the partials.
  public let timbre: Timbre

  /// Makes the mode of a pitch, an envelope and a timbre.
  package init(pitch: Pitch, envelope: Envelope, timbre: Timbre) {
    (self.pitch, self.envelope, self.timbre) = (pitch, envelope, timbre)
  }

  /// All modes, in the order of their numbers.
  public static let all: [TonesMode] = Pitch.allCases.flatMap { pitch in
    Envelope.allCases.flatMap { envelope in
      Timbre.allCases.map { TonesMode(pitch: pitch, envelope: envelope, timbre: $0) }
    }
  }

  /// The number of modes, 48.
  public static var count: Int { all.count }

  /// The mode of the data set's example `index`.
  public static func ofExample(_ index: Int) -> TonesMode { all[index % count] }

  /// This mode's place in `all`.
  public var number: Int {
    (pitch.rawValue * Envelope.allCases.count + envelope.rawValue) * Timbre.allCases.count
      + timbre.rawValue
  }
}

extension TonesMode {
  /// The timbres as classes.
  ///
  /// - Parameter valid: Numbers of examples.
  static func labels(_ valid: [Int]) -> PoolLabels {
    PoolLabels(valid, names: Timbre.allCases.map { "\($0)" }) { ofExample($0).timbre.rawValue }
  }
}
