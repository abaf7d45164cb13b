public import Specification
internal import Media
internal import Complaints

/// A request for sounds: which to load, and how.
public struct SoundRequest: Sendable {
  /// Source of the sounds.
  public var source: ExampleSource
  /// Sample rate in hertz that sounds are resampled to; `.npy` files are taken to have it.
  public var sampleRateHz: Int
  /// Length of an example in samples. Longer files are cut into windows, shorter ones padded.
  public var length: Int
  /// Choice of windows from a longer file; all by default.
  public var windows = WindowChoice.all
  /// Cache of decoded files; none by default.
  public var cache: DataCache?
  /// Origin of the classes; none by default.
  public var labels = ClassLabels.none
  /// How the examples are divided into sets.
  public var sets: SetChoices
  /// True to leave broken files out and record them, instead of failing.
  public var skipBroken: Bool
  /// Number of examples of `tones`, those held out included.
  public var tonesCount: Int

  /// Creates a request; see the properties.
  public init(
    source: ExampleSource, sampleRateHz: Int = 16_000, length: Int = 4096, limit: Int? = nil,
    holdout: Double = 0, skipBroken: Bool = false, tonesCount: Int = 4000
  ) {
    self.source = source
    self.sampleRateHz = sampleRateHz
    self.length = length
    sets = SetChoices(limit: limit, holdout: holdout)
    self.skipBroken = skipBroken
    self.tonesCount = tonesCount
  }

  private static let sampleRates = 1000...384_000
  private static let lengths = 2...1 << 24

  /// Name of the source in errors.
  var name: String { source.name(builtIn: "tones") }

  func validate() throws {
    let (rates, lengths) = (Self.sampleRates, Self.lengths)
    try require(
      rates.contains(sampleRateHz), "sample_rate", "\(rates.lowerBound) to \(rates.upperBound) Hz",
      "\(sampleRateHz)")
    try require(
      lengths.contains(length), "length", "\(lengths.lowerBound) to \(lengths.upperBound) samples",
      "\(length)")
    try validateSplit()
    try require(tonesCount > 0, "tones", "a positive number of examples", "\(tonesCount)")
  }
}
