public import Specification

extension Experiment.Data {
  /// `data.augment`: random changes of examples in training, none by default. `Training` describes and makes them.
  public struct Augment: Sendable, Equatable {
    /// `manifold_mixup`: hidden states are mixed. Source: Verma et al. 2019, arXiv:1806.05236.
    public struct ManifoldMixup: Sendable, Equatable {
      /// `alpha`.
      public let alpha: Double
      /// `at`.
      public let at: [String]
    }

    /// `spec_augment`: stretches of time and bands of frequency are removed. Source: Park et al.
    /// 2019, arXiv:1904.08779.
    public struct SpecAugment: Sendable, Equatable {
      /// `time_masks`.
      public let timeMasks: Int
      /// `time_length`.
      public let timeLength: Int
      /// `frequency_masks`.
      public let frequencyMasks: Int
      /// `frequency_length`.
      public let frequencyLengthHz: Double
      /// `window`.
      public let window: Int
    }

    /// The parts of `diffaugment`.
    public enum DiffAugmentPart: String, Sendable, CaseIterable {
      /// Brightness, saturation and contrast.
      case color
      /// Movement by whole pixels.
      case translation
      /// A square of zeros.
      case cutout
    }

    /// `adaptive: {parts, target, interval, images}` (gan of images): changes that each come with a probability that
    /// rises while the discriminator overfits. Source: Karras et al. 2020.
    public struct Adaptive: Sendable, Equatable {
      /// The kinds of changes.
      public enum Part: String, Sendable, CaseIterable {
        /// Mirroring, quarter turns and movement by whole pixels.
        case blit
        /// Scaling, rotation, stretching and movement by parts of pixels.
        case warp
      }

      /// `parts`.
      public let parts: [Part]
      /// `target`, `interval` and `images`.
      public let control: SignControl
    }

    /// `adaptive`.
    public let adaptive: Adaptive?
    /// `diffaugment`; in the order written; empty for none. Source: Zhao et al. 2020.
    public let diffAugment: [DiffAugmentPart]
    /// `flip`.
    public let flip: Bool
    /// `cutout: {length}`: side of a square set to zero in images and spectrograms, or samples of a stretch of a
    /// waveform.
    /// Source: DeVries & Taylor 2017.
    public let cutoutLength: Int?
    /// `mixup: {alpha}`: examples are mixed in shares drawn from Beta(α, α). Source: Zhang 2018.
    public let mixupAlpha: Double?
    /// `cutmix: {alpha}` (images): patches are swapped, areas drawn from Beta(α, α). Source: Yun
    /// 2019.
    public let cutmixAlpha: Double?
    /// `manifold_mixup: {alpha, at}`.
    public let manifoldMixup: ManifoldMixup?
    /// `spec_augment`.
    public let specAugment: SpecAugment?
    /// `phase_shuffle: {radius}` (waveform, conv and resnet): activations are shifted by at most this
    /// many places. Source: Donahue et al. 2019.
    public let phaseShuffleRadius: Int?

    /// True where no augmentation is asked for.
    public var isEmpty: Bool {
      !flip && diffAugment.isEmpty && adaptive == nil && cutoutLength == nil && mixupAlpha == nil
        && cutmixAlpha == nil
        && manifoldMixup == nil && specAugment == nil && phaseShuffleRadius == nil
    }

    /// Reads `data.augment`.
    ///
    /// - Parameters:
    ///   - gans: For GANs of images.
    ///   - shortestSide: The shortest side of an image or spectrogram; nil for waveforms.
    ///   - length: Samples of a sound.
    init(
      _ keys: SectionReader, images: Applicability, audio: Applicability, gans: Applicability,
      _ representation: Representation, shortestSide: Int?, length: Int, sampleRateHz: Int
    ) throws {
      let waveforms =
        audio.reasonAgainst == nil ? Applicability.waveforms(representation) : audio
      diffAugment =
        try keys.addition(
          "diffaugment", .list(of: ValueKind<DiffAugmentPart>.choice), default: [], when: gans,
          says:
            "changes of what the discriminator sees, genuine or generated, in the order written (Zhao et al. 2020)"
        )
      adaptive = try keys.additionalSection(
        "adaptive", when: gans,
        says:
          "changes that each come with a probability that rises while the discriminator overfits (Karras et al. 2020)"
      ) {
        Adaptive(
          parts: try $0.value(
            "parts", .list(of: ValueKind<Adaptive.Part>.choice), default: Adaptive.Part.allCases,
            says:
              "kinds of changes: `blit` mirrors, turns by quarters and moves by whole pixels; `warp` scales, rotates, stretches and moves by parts of pixels"
          ),
          control: try SignControl($0))
      }
      flip = try keys.value(
        "flip", .flag, default: false, when: images,
        says: "true to mirror half of the images left to right")
      cutoutLength = try keys.optionalSection(
        "cutout", says: "a part of each example is set to zero (DeVries & Taylor 2017)"
      ) {
        let (extent, standard) = shortestSide.map { ($0, 8) } ?? (length, 512)
        return try $0.value(
          "length", .integer(1...extent), default: min(standard, extent),
          says: "side of the square in pixels, or samples of the stretch of a waveform")
      }
      mixupAlpha = try keys.optionalSection(
        "mixup", says: "examples are mixed in pairs (Zhang et al. 2018)"
      ) { try Self.alpha($0, default: 0.2) }
      cutmixAlpha = try keys.optionalSection(
        "cutmix", when: images,
        says: "a patch of each image is replaced by that of another (Yun et al. 2019)"
      ) {
        try Self.alpha($0, default: 1)
      }
      manifoldMixup = try keys.optionalSection(
        "manifold_mixup", says: "hidden states are mixed in pairs (Verma et al. 2019)"
      ) {
        ManifoldMixup(
          alpha: try Self.alpha($0, default: 2),
          at: try $0.required(
            "at", .list(of: .text("a glob of dropout sites")),
            says: "globs of the sites where states may be mixed; each pass mixes at one of them"))
      }
      specAugment = try keys.optionalSection(
        "spec_augment", when: audio,
        says: "stretches of time and bands of frequency are removed from sounds (Park et al. 2019)"
      ) {
        try SpecAugment($0, waveforms: waveforms, length: length, sampleRateHz: sampleRateHz)
      }
      phaseShuffleRadius = try keys.optionalSection(
        "phase_shuffle", when: waveforms,
        says: "activations are shifted in time at random (Donahue et al. 2019)"
      ) {
        try $0.value("radius", .integer(1...64), default: 2, says: "largest shift, in places")
      }
    }

    private static func alpha(_ keys: SectionReader, default standard: Double) throws -> Double {
      try keys.value(
        "alpha", .number(atLeast: 0.001), default: standard,
        says: "α of the distribution Beta(α, α) from which the shares of the mixture are drawn")
    }
  }
}

extension Experiment.Data.Augment.SpecAugment {
  fileprivate init(
    _ keys: SectionReader, waveforms: Applicability, length: Int, sampleRateHz: Int
  ) throws {
    timeMasks = try keys.value(
      "time_masks", .integer(0...16), default: 1, says: "number of stretches of time")
    frequencyMasks = try keys.value(
      "frequency_masks", .integer(0...16), default: 1, says: "number of bands of frequency")
    guard timeMasks + frequencyMasks > 0 else {
      throw keys.error("would have no effect: time_masks and frequency_masks are both 0")
    }
    let times = Applicability.only(timeMasks > 0, "for time_masks above 0")
    let bands = Applicability.only(frequencyMasks > 0, "for frequency_masks above 0")
    timeLength = try keys.value(
      "time_length", .integer(1...length), default: max(1, length / 8), when: times,
      says: "longest stretch, in samples; an eighth of the sound by default")
    frequencyLengthHz = try keys.value(
      "frequency_length",
      .number(above: 0, below: Double(sampleRateHz) / 2, note: "in Hz, below half the sample rate"),
      default: Double(sampleRateHz) / 16, when: bands,
      says: "widest band, in Hz; a sixteenth of the sample rate by default")
    window = try keys.value(
      "window", .evenInteger(16...2048), default: 256,
      when: waveforms.reasonAgainst == nil ? bands : waveforms,
      says: "samples of the window of the Fourier transform that bands are removed in")
  }
}

extension ValueKind<Int> {
  fileprivate static func evenInteger(_ range: ClosedRange<Int>) -> Self {
    var kind = integer(range)
    let parseInteger = kind.parse
    kind.expected = { _ in "an even integer from \(range.lowerBound) to \(range.upperBound)" }
    kind.parse = { node in parseInteger(node).flatMap { $0 % 2 == 0 ? $0 : nil } }
    return kind
  }
}
