internal import Complaints
public import Specification

extension Experiment {
  /// `metrics`: the measurements of a trained model.
  public struct Metrics: Sendable, Equatable {
    /// The space that distances are measured in.
    public enum Features: Sendable, Equatable {
      /// The flattened example.
      case pixels
      /// The log-mel spectrogram of a sound.
      case logmel
      /// A small autoencoder trained on the training set.
      case encoder
      /// A network of the user, from a safetensors file.
      case network(InputPath)
    }

    /// Settings of a leave-out score, from models that are trained without parts of the training set.
    public struct MemorizationScore: Sendable, Equatable {
      /// `folds`.
      public let folds: Int
      /// `repeats`.
      public let repeats: Int

      init(_ keys: SectionReader) throws {
        folds = try keys.value(
          "folds", .integer(2...1000), default: 10,
          says: "number of parts of the training set, each of which one model does not see")
        repeats = try keys.value(
          "repeats", .integer(1...1000), default: 1, says: "number of divisions into parts")
      }
    }

    /// Settings of a membership attack that is calibrated by models which are trained on held-out examples.
    public struct CalibratedMembership: Sendable, Equatable {
      /// `references`.
      public let references: Int

      init(_ keys: SectionReader) throws {
        references = try keys.value(
          "references", .integer(1...1000), default: 1,
          says: "number of models that are trained on held-out examples")
      }
    }

    /// The set that a trained model is measured with, where there are three.
    public enum MeasuredSet: String, Sendable, CaseIterable {
      /// The test set.
      case test
      /// The held-out examples, with the numbers of `train.until` alone: what `tune` chooses by.
      case validation
    }

    /// A question that an experiment asks, and the metric that answers it.
    public struct Primary: Sendable, Equatable, Codable {
      /// The question in a word, such as `diversity`.
      public let question: String
      /// The metric's key, not checked here.
      public let metric: String

      /// Pairs a question with its metric.
      public init(question: String, metric: String) {
        (self.question, self.metric) = (question, metric)
      }
    }

    /// `set`.
    public let set: MeasuredSet
    /// `features`.
    public let features: Features
    /// `samples`.
    public let samples: Int
    /// `searched`.
    public let searched: Int
    /// The default of `searched`. It tells a rate of 5% to within 2 percentage points. The time of a search
    /// grows with this number and with the size of the training set.
    public static let standardSearched = 500
    /// `every`.
    public let every: Int
    /// `checkpoints`; empty for none.
    public let checkpoints: [Int]
    /// `memorization_score`; nil where it is not computed.
    public let memorizationScore: MemorizationScore?
    /// `membership_calibrated`; nil where there is none.
    public let calibratedMembership: CalibratedMembership?
    /// `attacks`.
    public let attacks: Attacks
    /// `corruptions`.
    public let corruptions: Corruptions
    /// `masks`.
    public let masks: Int
    /// `probes`, not checked here.
    public let probes: [String]
    /// `target_loss`; nil without any of them.
    public let targetLoss: Double?
    /// `averaging`; empty for none.
    public let averaging: [Int]
    /// `primary`.
    public let primary: [Primary]

    init(
      _ keys: SectionReader, data: Data, family: Family, sampling: Sampling, folder: String
    ) throws {
      let generative = Applicability.families(where: \.isGenerative, not: family)
      let own = Applicability.ownModels(family)
      let ownGenerative = family == .external ? own : generative
      let discriminative = Applicability.families(where: { !$0.isGenerative }, not: family)
      set =
        try keys.addition(
          "set", .choice, default: .test, when: .only(data.test != nil, "for data with a test set"),
          says:
            "the set that a trained model is measured with: the test set, or the held-out examples with the numbers of `train.until` alone"
        )
      features = try keys.value(
        "features", .features(data.kind, folder), default: .encoder, when: generative,
        says:
          "space in which distances are measured: the example itself, the log-mel spectrogram of a sound, a small autoencoder trained on the training set, or a network from a file"
      )
      samples = try keys.value(
        "samples", .integer(1...10_000_000), default: 2000,
        says:
          "number of samples that are measured; of a detector or classifier, the largest number of examples of a set"
      )
      searched = try keys.value(
        "searched", .integer(1...10_000_000), default: Self.standardSearched, when: generative,
        says: "number of the samples that are searched for shifted copies")
      every = try keys.value(
        "every", .integer(0...1_000_000_000), default: 0, when: own,
        says: "steps between two measurements while training; 0 for none")
      checkpoints =
        try keys.addition(
          "checkpoints", .list(of: .integer(1...1_000_000_000), allowsNone: true), default: [],
          when: own,
          says: "steps after which the model is kept, to be measured in full after the training")
      let score =
        "a score of how much each training example is memorised, from models that are trained without parts of the training set (van den Burg & Williams 2021)"
      // Without it, the resolved configuration of a VAE has always said so, and that of a GAN never has.
      memorizationScore =
        try family == .vae
        ? keys.optionalSection("memorization_score", says: score, MemorizationScore.init)
        : keys.additionalSection(
          "memorization_score", when: ownGenerative, says: score, MemorizationScore.init)
      calibratedMembership = try keys.additionalSection(
        "membership_calibrated", when: ownGenerative,
        says: "a membership attack that models trained on held-out examples calibrate",
        CalibratedMembership.init)
      attacks = try keys.section(
        "attacks", when: discriminative,
        says:
          "changes of examples that are made to mislead the model; strengths are the largest change of any number of an example"
      ) {
        try Attacks($0, data: data.kind, sampling: sampling)
      }
      corruptions = try keys.section(
        "corruptions", when: discriminative,
        says: "damage that examples suffer on their way to the model"
      ) {
        try Corruptions($0, data: data.kind)
      }
      masks = try keys.value(
        "masks", .integer(2...10_000), default: 30, when: discriminative,
        says: "number of mask draws from which the uncertainty is estimated")
      probes = try keys.value(
        "probes", .list(of: .text("the name of a probe"), allowsNone: true), default: [], when: own,
        says: "measurements inside the networks, by name")
      let waiting = probes.first(where: Self.probesOfTargetLoss.contains)
      targetLoss = try keys.optional(
        "target_loss", .anyNumber,
        when: .only(
          waiting != nil,
          "for the probes \(Self.probesOfTargetLoss.joined(separator: " and "))"),
        says: "the loss that these probes wait for")
      if targetLoss == nil, let waiting {
        throw keys.missing(["target_loss"], "the loss that \(waiting) waits for")
      }
      averaging = try keys.value(
        "averaging", .list(of: .integer(1...100_000), allowsNone: true), default: [], when: own,
        says: "numbers of masks whose mean output is compared with weight scaling")
      let standard = Self.standardPrimary(family, attacks)
      primary = try keys.section(
        "primary",
        says:
          "the two metrics that verdicts are about: `diversity` and `memorization` of generators, `performance` and `robustness` of detectors and classifiers"
      ) {
        keys in
        try standard.map { primary in
          Primary(
            question: primary.question,
            metric: try keys.value(
              primary.question, .text("the name of a metric"), default: primary.metric,
              says: "metric that answers the question of \(primary.question)"))
        }
      }
    }

    /// Keys that change only the report, and none of the measurements.
    static let keysOfTheReport: Set = ["primary"]

    /// Keys that change what is logged and kept while a model trains.
    var keysWhileTraining: Set<String> {
      let always: Set = ["every", "checkpoints"]
      return every > 0 ? always.union(["features", "probes"]) : always
    }

    /// Name of the probe of the steps until a loss is reached.
    public static let stepsToLoss = "steps_to_loss"
    /// Name of the probe of the recall at a loss.
    public static let recallAtLoss = "recall_at_loss"
    /// Names of the probes that `target_loss` is for.
    static let probesOfTargetLoss = [stepsToLoss, recallAtLoss]

    private static func standardPrimary(
      _ family: Family, _ attacks: Attacks
    ) -> [Primary] {
      switch family {
      case .gan, .vae, .external:
        return [
          Primary(question: "diversity", metric: "recall"),
          Primary(question: "memorization", metric: "closer_to_train"),
        ]
      case .detector, .classifier:
        let middle = { (strengths: [Double]) in strengths.sorted()[strengths.count / 2] }
        let robustness =
          !attacks.fgsm.isEmpty
          ? robustnessKey("fgsm", middle(attacks.fgsm))
          : !attacks.pgd.isEmpty
            ? robustnessKey("pgd", middle(attacks.pgd)) : "calibration_error"
        return [
          Primary(question: "performance", metric: family == .detector ? "auc" : "accuracy"),
          Primary(question: "robustness", metric: robustness),
        ]
      }
    }

    /// The key of the accuracy under an attack or a corruption: `accuracy_fgsm_0.03`.
    public static func robustnessKey(_ name: String, _ amount: Double) -> String {
      "accuracy_\(name)_\(amount.plain)"
    }
  }
}

extension Experiment.Metrics.Features {
  /// Reads a feature space given on the command line, written as in an experiment file.
  ///
  /// - Parameters:
  ///   - text: The text that was given.
  ///   - option: The option's name in errors.
  ///   - data: The kind of the examples.
  /// - Throws: `InputError` that lists the possible spaces.
  public static func parse(
    _ text: String, option: String, for data: ExampleKind
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
  fileprivate static func features(_ data: ExampleKind, _ folder: String) -> Self {
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
