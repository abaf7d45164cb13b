internal import Foundation

/// A file or folder named in an experiment file.
public struct InputPath: Sendable, Equatable {
  /// As written; a trial's identity depends on this text only, so that a project may be moved.
  public let given: String
  /// Relative paths start at the experiment file's folder, `~/` at the user's home.
  public let resolved: String

  init(_ given: String, relativeTo folder: String) {
    self.given = given
    let expanded = given.hasPrefix("~/") ? NSHomeDirectory() + given.dropFirst(1) : given
    let base = URL(fileURLWithPath: folder, isDirectory: true)
    resolved = URL(fileURLWithPath: expanded, relativeTo: base).standardizedFileURL.path
  }
}

extension Experiment {
  /// `data`: the training examples. Every key but `source` or `path` has a default.
  public struct Data: Sendable, Equatable {
    /// What an example is.
    public enum Kind: String, Sendable, CaseIterable {
      /// Pictures of `size` by `size` pixels.
      case images
      /// Sounds of `length` samples.
      case audio
    }

    /// The built-in data sets.
    public enum Source: String, Sendable, CaseIterable {
      /// Images: shape × colour × size.
      case shapes
      /// Sounds: pitch × envelope × timbre.
      case tones
    }

    /// Where examples come from: exactly one of `source` and `path` is given.
    public enum Origin: Sendable, Equatable {
      /// A built-in data set.
      case builtIn(Source)
      /// A folder, a `.npy`, an IDX file or a CIFAR-10 binary.
      case files(InputPath)
    }

    /// `kind`: images unless said otherwise.
    public let kind: Kind
    /// `source` or `path`.
    public let origin: Origin
    /// `size`: height and width of an image in pixels.
    public let size: Int
    /// `channels`: 1 (grey) or 3 (colour, the default).
    public let channels: Int
    /// `sample_rate`: samples per second.
    public let sampleRateHz: Int
    /// `length`: samples of a sound.
    public let length: Int
    /// `limit`: train on this many examples at most; nil for all.
    public let limit: Int?
    /// `holdout`: share kept from training for the metrics to compare against.
    public let holdout: Double
    /// `skip_broken`: count and skip unreadable files rather than stop at the first.
    public let skipBroken: Bool
    /// `augment`: what is done to examples each time they are drawn.
    public let augment: Augment

    init(_ keys: SectionReader, folder: String) throws {
      kind = try keys.value("kind", .choice, default: .images)
      let images = Applicability.only(kind == .images, "for images, not audio")
      let audio = Applicability.only(kind == .audio, "for audio, not images")
      origin = try Self.readOrigin(keys, kind, folder)
      size = try keys.value("size", .integer(1...4096), default: 32, when: images)
      channels = try keys.value("channels", .oneOrThree, default: 3, when: images)
      sampleRateHz = try keys.value(
        "sample_rate", .integer(1000...384_000), default: 16_000, when: audio)
      length = try keys.value("length", .integer(1...16_777_216), default: 4096, when: audio)
      limit = try keys.optional("limit", .integer(1...1_000_000_000))
      holdout = try keys.value("holdout", .number(atLeast: 0, below: 1), default: 0.2)
      skipBroken = try keys.value("skip_broken", .flag, default: false)
      augment = try keys.section("augment") { [kind, size, length, sampleRateHz] in
        try Augment(
          $0, images: images, audio: audio, extent: kind == .images ? size : length,
          sampleRateHz: sampleRateHz)
      }
    }

    private static func readOrigin(
      _ keys: SectionReader, _ kind: Kind, _ folder: String
    ) throws -> Origin {
      switch (keys.isGiven("source"), keys.isGiven("path")) {
      case (true, true): throw keys.error("expected source or path, found both")
      case (false, false):
        throw keys.missing(["source", "path"], "a built-in data set, or a folder or file")
      case (true, false): break
      case (false, true):
        let path = try keys.required("path", .text("a path"))
        return .files(InputPath(path, relativeTo: folder))
      }
      let source = try keys.required("source", .source(for: kind))
      return .builtIn(source)
    }
  }
}

extension ValueKind<Experiment.Data.Source> {
  fileprivate static func source(for kind: Experiment.Data.Kind) -> Self {
    let source: Experiment.Data.Source = kind == .images ? .shapes : .tones
    var sourceKind = Self.choice
    sourceKind.expected = { _ in "\(source.rawValue) (data.kind is \(kind.rawValue))" }
    sourceKind.choices = [source.rawValue]
    sourceKind.parse = { $0.text == source.rawValue ? source : nil }
    return sourceKind
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
