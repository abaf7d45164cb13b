internal import Specification

// `data.source` and `data.path`, or `data.genuine` and `data.generated` of a detector.
extension Experiment.Data {
  /// The keys that say where examples come from.
  private enum OriginKey: String {
    case source, path, genuine, generated

    /// What the key says, for the reference.
    var meaning: String {
      switch self {
      case .source: "a built-in data set; either this or `path` is given"
      case .path:
        "a folder of images or sounds with all folders in it, a `.npy`, an IDX file, which may be compressed (`.gz`), or a CIFAR-10 binary"
      case .genuine: "the examples of the class `genuine` that a detector learns"
      case .generated:
        "the examples of the class `generated`; a results folder stands for the checkpoints of its finished trials"
      }
    }
  }

  /// Reads the keys that say where examples come from, and refuses those of other families.
  static func readOrigin(
    _ keys: SectionReader, _ kind: ExampleKind, _ family: Family?, _ folder: String
  ) throws -> Origin {
    let isDetector = family == .detector
    let others: [OriginKey] = isDetector ? [.source, .path] : [.genuine, .generated]
    for key in others {
      _ = try keys.optional(
        key.rawValue, .text("a path"),
        when: .families(where: { ($0 == .detector) != isDetector }, not: family),
        says: key.meaning)
    }
    return try isDetector ? readPair(keys, kind, folder) : readSource(keys, kind, folder)
  }

  private static func readPair(
    _ keys: SectionReader, _ kind: ExampleKind, _ folder: String
  ) throws -> Origin {
    let builtIn: Source = kind == .images ? .shapes : .tones
    let expected = "a folder, an array, a checkpoint, a results folder or \(builtIn.rawValue)"
    func origin(_ key: OriginKey) throws -> Origin {
      let name = key.rawValue
      guard keys.isGiven(name) else { throw keys.missing([name], expected) }
      let text = try keys.required(name, .text(expected), says: key.meaning)
      return text == builtIn.rawValue
        ? .builtIn(builtIn) : .files(InputPath(text, relativeTo: folder))
    }
    return .pair(genuine: try origin(.genuine), generated: try origin(.generated))
  }

  private static func readSource(
    _ keys: SectionReader, _ kind: ExampleKind, _ folder: String
  ) throws -> Origin {
    switch (keys.isGiven("source"), keys.isGiven("path")) {
    case (true, true): throw keys.error("expected source or path, found both")
    case (false, false):
      throw keys.missing(["source", "path"], "a built-in data set, or a folder or file")
    case (true, false): break
    case (false, true):
      let path = try keys.required("path", .text("a path"), says: OriginKey.path.meaning)
      return .files(InputPath(path, relativeTo: folder))
    }
    let source = try keys.required("source", .source(for: kind), says: OriginKey.source.meaning)
    return .builtIn(source)
  }
}

extension ValueKind<Experiment.Data.Source> {
  fileprivate static func source(for kind: ExampleKind) -> Self {
    let source: Experiment.Data.Source = kind == .images ? .shapes : .tones
    var sourceKind = Self.choice
    sourceKind.expected = { _ in "\(source.rawValue) (data.kind is \(kind.rawValue))" }
    sourceKind.choices = [source.rawValue]
    sourceKind.parse = { $0.text == source.rawValue ? source : nil }
    return sourceKind
  }
}
