extension Experiment {
  /// `metrics`: how samples are compared with training and held-out examples.
  public struct Metrics: Sendable, Equatable {
    /// The space that distances are measured in.
    public enum Features: Sendable, Equatable {
      /// The flattened example.
      case pixels
      /// The log-mel spectrogram of a sound.
      case logmel
      /// A small autoencoder trained on the training set.
      case encoder
      /// A network of the user's.
      case network(InputPath)
    }

    /// Models that are trained without parts of the training set.
    public struct MemorizationScore: Sendable, Equatable {
      /// `folds`: parts of the training set, each of which one model does not see; 10 by default.
      public let folds: Int
      /// `repeats`: divisions into parts; 1 by default.
      public let repeats: Int

      init(_ keys: SectionReader) throws {
        folds = try keys.value("folds", .integer(2...1000), default: 10)
        repeats = try keys.value("repeats", .integer(1...1000), default: 1)
      }
    }

    /// `features`: encoder unless said otherwise.
    public let features: Features
    /// `samples`: how many are drawn to be measured.
    public let samples: Int
    /// `every`: steps from one measurement in `log.jsonl` to the next; 0, the default, for none.
    public let every: Int
    /// `memorization_score`: how a VAE's leave-out score is computed; nil for not.
    public let memorizationScore: MemorizationScore?
    /// `primary.diversity`: the metric that answers for diversity, not checked here.
    public let primaryDiversity: String
    /// `primary.memorization`: the metric that answers for copying, not checked here.
    public let primaryMemorization: String

    init(_ keys: SectionReader, data: Data.Kind, family: Model.Family, folder: String) throws {
      features = try keys.value("features", .features(data, folder), default: .encoder)
      samples = try keys.value("samples", .integer(1...10_000_000), default: 2000)
      every = try keys.value("every", .integer(0...1_000_000_000), default: 0)
      memorizationScore = try keys.optionalSection(
        "memorization_score", when: .only(family == .vae, "for family vae, not gan"),
        MemorizationScore.init)
      let metric = ValueKind<String>.text("the name of a metric")
      (primaryDiversity, primaryMemorization) = try keys.section("primary") {
        (
          try $0.value("diversity", metric, default: "recall"),
          try $0.value("memorization", metric, default: "closer_to_train")
        )
      }
    }
  }
}

extension Experiment.Metrics.Features {
  /// Reads a space from the command line as from an experiment file.
  ///
  /// - Parameters:
  ///   - text: What was given.
  ///   - option: How errors call the option.
  ///   - data: What the examples are.
  /// - Throws: `InputError` naming what it may be.
  public static func parse(
    _ text: String, option: String, for data: Experiment.Data.Kind
  ) throws -> Self {
    let kind = ValueKind<Self>.features(data, ".")
    let place = SourcePlace(file: option)
    if let features = kind.parse(YAMLNode(content: .scalar(text, isQuoted: false), place: place)) {
      return features
    }
    throw InputError(
      place, expected: kind.expected(option), found: text,
      suggestion: nearestName(to: text, among: kind.choices))
  }
}

extension ValueKind<Experiment.Metrics.Features> {
  fileprivate static func features(_ data: Experiment.Data.Kind, _ folder: String) -> Self {
    let names = data == .audio ? ["pixels", "logmel", "encoder"] : ["pixels", "encoder"]
    let audioOnly = data == .audio ? "" : " (logmel is for audio)"
    return Self(
      expected: { _ in "\(names.joined(separator: ", ")) or FILE.safetensors\(audioOnly)" },
      choices: names,
      parse: { node in
        switch node.text {
        case "pixels": .pixels
        case "logmel" where data == .audio: .logmel
        case "encoder": .encoder
        case .some(let file) where file.hasSuffix(".safetensors"):
          .network(InputPath(file, relativeTo: folder))
        default: nil
        }
      },
      render: { features in
        switch features {
        case .pixels: .text("pixels")
        case .logmel: .text("logmel")
        case .encoder: .text("encoder")
        case .network(let path): .text(path.given)
        }
      })
  }
}
