internal import Foundation
public import Specification

/// A file or folder named in an experiment file.
public struct InputPath: Sendable, Equatable {
  /// The path as written. The hash of a trial depends on this text only, so that a project may be moved.
  public let given: String
  /// The full path. Relative paths start at the experiment file's folder, `~/` at the user's home.
  public let resolved: String

  /// True if both paths are written alike, byte for byte, and lead to the same place.
  public static func == (a: InputPath, b: InputPath) -> Bool {
    a.given.utf8.elementsEqual(b.given.utf8) && a.resolved.utf8.elementsEqual(b.resolved.utf8)
  }

  init(_ given: String, relativeTo folder: String) {
    self.given = given
    let expanded = given.hasPrefix("~/") ? NSHomeDirectory() + given.dropFirst(1) : given
    let base = URL(fileURLWithPath: folder, isDirectory: true)
    resolved = URL(fileURLWithPath: expanded, relativeTo: base).standardizedFileURL.path
  }

  /// The text by which a file in a folder names a path, such as `../data`; what `resolved` makes a path of again.
  ///
  /// - Parameters:
  ///   - path: A path that starts at the current folder.
  ///   - folder: The folder, which starts there too.
  package static func text(for path: String, in folder: String) -> String {
    let parts = { (path: String) in URL(fileURLWithPath: path).standardizedFileURL.pathComponents }
    let (to, from) = (parts(path), parts(folder))
    let shared = zip(to, from).prefix { $0 == $1 }.count
    let way = [String](repeating: "..", count: from.count - shared) + to.dropFirst(shared)
    // A folder of the name ~ is not the user's home.
    return way.isEmpty ? "." : (way[0] == "~" ? "./" : "") + way.joined(separator: "/")
  }
}

extension Experiment {
  /// `data`: the training examples. Every key but `source` or `path` has a default.
  public struct Data: Sendable, Equatable {
    /// The built-in data sets.
    public enum Source: String, Sendable, CaseIterable {
      /// Images: shape × colour × size.
      case shapes
      /// Sounds: pitch × envelope × timbre.
      case tones
    }

    /// The origin of examples: exactly one of `source`, `path`, or `genuine` with `generated` is given.
    public indirect enum Origin: Sendable, Equatable {
      /// A built-in data set.
      case builtIn(Source)
      /// A folder, a `.npy`, an IDX file or a CIFAR-10 binary. For a detector also a checkpoint, or a results
      /// folder, which stands for the checkpoints of its finished trials.
      case files(InputPath)
      /// The two classes that a detector learns to tell apart.
      case pair(genuine: Origin, generated: Origin)

      /// True if any of the examples are read from files.
      var hasFiles: Bool {
        switch self {
        case .builtIn: false
        case .files: true
        case .pair(let genuine, let generated): genuine.hasFiles || generated.hasFiles
        }
      }
    }

    /// The origin of the test set.
    public enum Test: Sendable, Equatable {
      /// A share of the examples.
      case share(Double)
      /// A folder or file, as `path` may be.
      case files(InputPath)

      /// The folder or file; nil for a share.
      public var path: InputPath? { if case .files(let path) = self { path } else { nil } }
    }

    /// What keeps examples in one set.
    public enum Group: String, Sendable, CaseIterable {
      /// The folder that a file is in.
      case parent
    }

    /// `kind`.
    public let kind: ExampleKind
    /// `source`, `path`, or `genuine` and `generated`.
    public let origin: Origin
    /// `shuffle_labels`.
    public let shufflesLabels: Bool
    /// `wrong_labels`.
    public let wrongLabels: Double
    /// `labels`; nil for the classes that the source itself has.
    public let labels: InputPath?
    /// `size`; nil where the file leaves it to the data, see `Experiment.settling`.
    public let size: Int?
    /// `channels`; nil as for `size`.
    public let channels: Int?
    /// `sample_rate`.
    public let sampleRateHz: Int
    /// `length`.
    public let length: Int
    /// `windows`.
    public let windows: WindowChoice
    /// `representation`; waveform for images, which are seen as they are.
    public let representation: Representation
    /// `spectrogram`; nil for waveforms and images.
    public let spectrogram: SpectrogramSizes?
    /// `limit`; nil for all.
    public let limit: Int?
    /// `holdout`.
    public let holdout: Double
    /// `test`; nil for those held out.
    public let test: Test?
    /// `test_labels`.
    public let testLabels: InputPath?
    /// `group`; nil for each by itself, and windows of one sound.
    public let group: Group?
    /// `allow_duplicates`.
    public let allowsDuplicates: Bool
    /// `skip_broken`.
    public let skipBroken: Bool
    /// `augment`.
    public let augment: Augment
    /// `canaries`; nil for none.
    public let canaries: Canaries?

    init(
      _ keys: SectionReader, family: Family?, backbone: Backbone, isConditional: Bool,
      folder: String
    ) throws {
      kind = try keys.value("kind", .choice, default: .images, says: "what the examples are")
      let images = Applicability.only(kind == .images, "for images", else: "not audio")
      let audio = Applicability.only(kind == .audio, "for audio", else: "not images")
      origin = try Self.readOrigin(keys, kind, family, folder)
      let isBuiltIn = !origin.hasFiles
      let classes =
        isConditional
        ? Applicability.always
        : .families(where: { $0 == .classifier }, not: family, or: "model.conditional")
      labels = try keys.optional(
        "labels",
        .text("a path").objecting {
          isBuiltIn ? ("no labels, as built-in data have classes of their own", $0) : nil
        }, when: classes,
        says:
          "file with the class of each example of an array file, a `.npy` or IDX; without it the classes are those that the source itself has"
      ).map { InputPath($0, relativeTo: folder) }
      shufflesLabels = try keys.addition(
        "shuffle_labels", .flag, default: false, when: classes,
        says:
          "true to give the class of each example to another of the same set, so that classes tell nothing"
      )
      wrongLabels =
        try keys.addition(
          "wrong_labels", .number(atLeast: 0, below: 1), default: 0,
          when: shufflesLabels
            ? .only(false, "for classes that tell something", else: "not with shuffle_labels")
            : classes, says: "share of the training examples that get another class than their own")
      size = try keys.optional(
        "size", .integer(ExampleShape.sides), default: isBuiltIn ? 32 : nil, when: images,
        says: "height and width of an image in pixels; without it, that of the images in the files")
      channels = try keys.optional(
        "channels", .oneOrThree, default: isBuiltIn ? 3 : nil, when: images,
        says:
          "number of channels: 1 (grey) or 3 (colour); without it, that of the images in the files")
      sampleRateHz = try keys.value(
        "sample_rate", .integer(1000...384_000), default: 16_000, when: audio,
        says: "samples per second, in Hz")
      length = try keys.value(
        "length", .integer(ExampleShape.lengths), default: 4096, when: audio,
        says: "samples of an example")
      windows = try keys.value(
        "windows", .choice, default: .all,
        when: kind == .audio
          ? .only(!isBuiltIn, "for files of sounds", else: "not built-in ones") : audio,
        says: "which windows of a sound that is longer than `length` are examples")
      (representation, spectrogram) = try Self.readForm(
        keys, backbone, sampleRateHz: sampleRateHz, length: length,
        when: family == .external ? .ownModels(family) : audio)
      limit = try keys.optional(
        "limit", .integer(1...1_000_000_000),
        says: "largest number of training examples; null for all")
      holdout = try keys.value(
        "holdout", .number(atLeast: 0, below: 1), default: 0.2,
        says: "share of the examples that is kept from training, for the metrics to compare with")
      test = try keys.addition(
        "test", .test(beside: holdout, in: folder, isDetector: family == .detector),
        says:
          "a share of the examples, or a folder or file, that finished models are measured with; without it they are measured with those held out"
      )
      testLabels = try keys.addition(
        "test_labels", .text("a path"),
        when: .only(
          labels != nil && test?.path != nil,
          "for the classes of a test set that is an array file of its own"),
        says: "file with the class of each example of the test set, a `.npy` or IDX"
      ).map { InputPath($0, relativeTo: folder) }
      group = try keys.addition(
        "group", .choice,
        when: .only(!isBuiltIn, "for folders of files", else: "not built-in data"),
        says:
          "`parent` keeps the files of a folder in one set; without it only the windows of one sound stay together"
      )
      allowsDuplicates = try keys.addition(
        "allow_duplicates", .flag, default: false,
        says: "true to count examples that are in two sets rather than stop")
      skipBroken = try keys.value(
        "skip_broken", .flag, default: false,
        says: "true to count and skip unreadable files rather than stop at the first")
      let side =
        kind == .images
        ? size ?? ExampleShape.sides.upperBound : spectrogram.map { min($0.frames, $0.bands) }
      augment = try keys.section(
        "augment", when: .ownModels(family),
        says: "random changes of examples each time they are drawn; none by default"
      ) {
        [kind, length, sampleRateHz, representation] in
        try Augment(
          $0, images: images, audio: audio,
          gans: kind == .images ? .families(where: { $0 == .gan }, not: family) : images,
          representation, shortestSide: side, length: length,
          sampleRateHz: sampleRateHz)
      }
      canaries = try keys.additionalSection(
        "canaries",
        when: isConditional
          ? .only(false, "for models that are not told of classes, as canaries have none")
          : .families(where: { $0.isGenerative && $0 != .external }, not: family),
        says:
          "known examples that are planted among the training examples, to see whether they are memorised"
      ) { [kind, length, sampleRateHz] in
        try Canaries($0, sound: kind == .audio ? (length, sampleRateHz) : nil)
      }
    }
  }
}

extension ValueKind<Experiment.Data.Test> {
  /// A share that leaves something to train on, or a path.
  fileprivate static func test(beside holdout: Double, in folder: String, isDetector: Bool) -> Self
  {
    let share = ValueKind<Double>.number(above: 0, below: 1 - holdout)
    let path = ValueKind<String>.text("a path")
    return ValueKind(
      expected: { _ in
        "a share above 0 and, with the holdout of \(holdout.plain), below \((1 - holdout).plain)"
          + (isDetector ? "" : ", or a path")
      },
      parse: { node in
        if let value = share.parse(node) { return .share(value) }
        guard !isDetector, case .text = node.value, let text = path.parse(node) else { return nil }
        return .files(InputPath(text, relativeTo: folder))
      },
      render: { test in
        switch test {
        case .share(let value): .number(value)
        case .files(let path): .text(path.given)
        }
      })
  }
}

extension ValueKind<Int> {
  fileprivate static var oneOrThree: Self {
    var kind = integer(1...3)
    let parseInteger = kind.parse
    kind.expected = { _ in "1 (grey) or 3 (colour)" }
    kind.parse = { node in parseInteger(node).flatMap { $0 == 2 ? nil : $0 } }
    return kind
  }
}
