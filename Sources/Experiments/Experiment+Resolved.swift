extension Experiment {
  /// The fully resolved configuration as YAML: every key that applies, in a fixed order, defaults
  /// included. Reading it again (with the same folder for relative paths) gives an equal experiment.
  public func resolvedYAML() -> String { resolved.blockText }

  /// The same as JSON, for readers without YAML.
  package func resolvedJSON() -> String { resolved.jsonText }

  /// This experiment as a single trial: with a seed, and without ablation and claim.
  ///
  /// - Throws: `InputError` if the seed is not from 0 to 2³² − 1.
  public func trial(seed: Int) throws -> Experiment {
    try overriding(Self.overridesOfTrial(seed: seed))
  }

  /// The overrides that make an experiment one of its trials.
  package static func overridesOfTrial(seed: Int) -> [Override] {
    [Override("ablation", .null), Override("claim", .null), Override("seed", .integer(seed))]
  }

  /// The identity of a training: 16 hexadecimal digits that change with every setting that changes its
  /// steps or the records of them.
  ///
  /// The hash does not depend on the number of steps, as a training may go on later, unless learning rates fall
  /// towards the last one. Nor does it depend on `name`, `ablation`, `claim`, `slurm`, and the keys of `metrics` and
  /// `train` without effect while it trains.
  public func trialHash(seed: Int) -> String {
    hash { pair in
      switch (pair.key, pair.value) {
      case ("name", _), ("ablation", _), ("slurm", _), ("claim", _): nil
      case ("seed", _): .init("seed", .integer(seed))
      case ("trainer", .mapping(let keys)):
        .init("trainer", .mapping(keys.filter { $0.key != "threads" }))
      case ("train", .mapping(let keys)):
        .init("train", .mapping(keys.filter { !keysOfTrainWithoutEffect.contains($0.key) }))
      case ("metrics", .mapping(let keys)):
        .init("metrics", .mapping(keys.filter { metrics.keysWhileTraining.contains($0.key) }))
      default: pair
      }
    }
  }

  /// The identity of a trained model's measurements: 16 hexadecimal digits that change with every setting of
  /// `metrics` that changes `metrics.json`.
  public var measuringHash: String {
    hash { pair in
      guard pair.key == "metrics", case .mapping(let keys) = pair.value else { return nil }
      return .init("metrics", .mapping(keys.filter { !Metrics.keysOfTheReport.contains($0.key) }))
    }
  }

  /// Keys of `train` that change no step of a training. Results that depend on the number of threads are recorded with
  /// it; see `Provenance`.
  private var keysOfTrainWithoutEffect: Set<String> {
    let always: Set = ["checkpoint_every", "tensorboard", "threads"]
    return optimizer.schedule.hasEnd ? always : always.union(["steps"])
  }

  /// Hashes the resolved configuration.
  ///
  /// - Parameter relevant: Returns the part of a section that counts; nil for none of it.
  private func hash(_ relevant: (YAMLValue.Pair) -> YAMLValue.Pair?) -> String {
    guard case .mapping(let pairs) = resolved else { return "" }
    let text = YAMLValue.mapping(pairs.compactMap(relevant)).flowText
    let digits = String(fnv1a(text.utf8), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Name of the arm of an experiment without ablation.
  public static let singleArm = "single"

  /// True if a text can be the name of an arm: at most 100 of `A-Z a-z 0-9 . _ -`, not starting with a dot.
  public static func canBeArm(_ name: String) -> Bool { isFolderName(name) }

  /// Digits of the hash in the name of a trial's folder.
  private static let hashDigits = 10

  /// True if a text can be the name of a trial's folder: that of an arm, however long, with seed and hash.
  package static func canBeTrialFolder(_ name: String) -> Bool {
    let longestEnd = "-s\(seeds.upperBound)-".count + hashDigits
    return isFolderName(name, ofAtMost: longestFolderName + longestEnd)
  }

  /// The name of a trial's folder: `<arm>-s<seed>-<first ten digits of the hash>`.
  ///
  /// - Parameter arm: The arm's name, of letters, digits, `.`, `_` and `-`.
  public func trialFolderName(arm: String, seed: Int) -> String {
    precondition(isFolderName(arm), "an arm's name must be usable in a folder's name")
    return "\(arm)-s\(seed)-\(trialHash(seed: seed).prefix(Self.hashDigits))"
  }
}

/// The 64-bit FNV-1a hash. Source: draft-eastlake-fnv, §5.
private func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
  bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
