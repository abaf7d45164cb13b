internal import Specification

// `data.representation` and `data.spectrogram`: the form in which networks see sounds. Every key has a default.
extension Experiment.Data {
  /// Reads both keys.
  ///
  /// - Parameter audio: Allows what is for sounds only.
  /// - Returns: `waveform` for images; sizes where networks see spectrograms.
  /// - Throws: `InputError` about `data.length` where a sound is shorter than a window.
  static func readForm(
    _ keys: SectionReader, _ backbone: Backbone, sampleRateHz: Int, length: Int,
    when audio: Applicability
  ) throws -> (Representation, SpectrogramSizes?) {
    let representation: Representation = try keys.value(
      "representation", .choice,
      default: audio.reasonAgainst == nil ? .standard(backbone) : .waveform,
      when: audio, says: "form in which networks see sounds")
    let pictures = Applicability.only(
      representation.isPicture, "for representations log_mel and stft", else: "not waveform")
    let sizes = try keys.section(
      "spectrogram", when: audio.reasonAgainst == nil ? pictures : audio,
      says: "sizes of the spectrograms that networks see"
    ) { sizes in
      representation.isPicture
        ? try readSizes(sizes, of: keys, representation, sampleRateHz: sampleRateHz, length: length)
        : nil
    }
    return (representation, sizes)
  }

  /// Reads `data.spectrogram`, a section of `data`.
  private static func readSizes(
    _ keys: SectionReader, of data: SectionReader, _ representation: Representation,
    sampleRateHz: Int, length: Int
  ) throws -> SpectrogramSizes {
    let window = try keys.value(
      "window", .powerOfTwo(SpectrogramSizes.windowPowers),
      default: SpectrogramSizes.standardWindow(sampleRateHz: sampleRateHz),
      says: "samples of the window of the Fourier transform")
    guard length >= window else {
      throw data.error(
        "length",
        expected: "at least the \(window) samples of a window (data.spectrogram.window) with "
          + "data.representation \(representation.rawValue)", found: "\(length)")
    }
    let isMel = representation == .logMel
    return SpectrogramSizes(
      window: window,
      frames: try keys.value(
        "frames", .frames(of: window, length: length),
        default: SpectrogramSizes.standardFrames(length: length, window: window),
        says: "number of frames: the width of a spectrogram"),
      bands: try keys.value(
        "bands", .integer(SpectrogramSizes.bandCounts),
        default: isMel ? SpectrogramSizes.standardBands : window / 2,
        when: .only(isMel, "for representation log_mel", else: "not \(representation.rawValue)"),
        says: "number of mel bands: the height of a spectrogram"))
  }
}

extension ValueKind<Int> {
  /// A power of two.
  ///
  /// - Parameter powers: The allowed exponents.
  fileprivate static func powerOfTwo(_ powers: ClosedRange<Int>) -> Self {
    var kind = integer(1 << powers.lowerBound...1 << powers.upperBound)
    let parseInteger = kind.parse
    kind.expected = { _ in
      "a power of two from \(1 << powers.lowerBound) to \(1 << powers.upperBound)"
    }
    kind.parse = { node in parseInteger(node).flatMap { $0 & ($0 - 1) == 0 ? $0 : nil } }
    return kind
  }

  /// A number of frames whose windows overlap by half at least.
  fileprivate static func frames(of window: Int, length: Int) -> Self {
    let fewest = SpectrogramSizes.fewestFrames(length: length, window: window)
    var kind = integer(fewest...length)
    kind.expected = { _ in
      "an integer from \(fewest), so that windows of \(window) samples overlap by half, to \(length)"
    }
    return kind
  }
}

extension Applicability {
  /// Makes a key apply only to networks that see the waveforms of sounds.
  static func waveforms(of data: Experiment.Data) -> Applicability {
    data.kind == .audio
      ? waveforms(data.representation) : .only(false, "for audio", else: "not images")
  }

  /// Makes a key for sounds apply only to networks that see waveforms.
  static func waveforms(_ representation: Representation) -> Applicability {
    .only(
      !representation.isPicture, "for representation waveform",
      else: "not \(representation.rawValue)")
  }
}
