public import Complaints

extension Experiment {
  /// `ablation`: the arms that are compared, each trained with every seed.
  public struct Ablation: Sendable, Equatable {
    /// A named set of dropout sites.
    public struct Placement: Sendable, Equatable {
      /// The name of the set in the report.
      public let name: String
      /// Globs of dropout sites; empty for the arm without dropout.
      public let sites: [String]
      /// The place where it was written.
      public let place: SourcePlace
    }

    /// One key of the experiment and the values that it takes in turn.
    public struct GridAxis: Sendable, Equatable {
      /// The key that varies.
      public let key: DottedKey
      /// The values of the key, at least one.
      public let values: [Override]

      /// Reads a key with a list of values.
      ///
      /// - Parameter section: The dotted key around it.
      init(_ entry: YAMLNode.Entry, _ section: String) throws {
        let path = "\(section).\(entry.key)"
        try checkCanVary(entry, path)
        guard case .list(let nodes) = entry.value.content, !nodes.isEmpty else {
          throw InputError(
            entry.place, key: path, expected: "a list of values", found: entry.value.found)
        }
        let key = try DottedKey(entry.key, at: nodes[0].place)
        (self.key, values) = (key, nodes.map { Override(key, $0) })
      }
    }

    /// A named arm without placed dropout.
    public struct Baseline: Sendable, Equatable {
      /// The name of the arm in the report.
      public let name: String
      /// The settings of the arm, beside the removal of the file's dropout.
      public let settings: [Override]
      /// Further settings, each with the values that `tune` chooses among; empty without it.
      public let candidates: [GridAxis]
      /// The place where it was written.
      public let place: SourcePlace
    }

    /// Seeds that are added, with a look at the results after each step, until every comparison is decided.
    public struct Sequence: Codable, Sendable, Equatable {
      /// `at_least`.
      public let atLeast: Int
      /// `at_most`.
      public let atMost: Int
      /// `step`.
      public let step: Int

      private enum CodingKeys: String, CodingKey {
        case atLeast = "at_least"
        case atMost = "at_most"
        case step
      }
    }

    /// The smallest mean difference of a metric that is of interest.
    public struct SmallestEffect: Sendable, Equatable {
      /// The metric's key.
      public let metric: String
      /// The difference, in the metric's units.
      public let difference: Double
    }

    /// `placements`, in the order written.
    public let placements: [Placement]
    /// `types`, not checked here.
    public let types: [String]
    /// `rates`.
    public let rates: [Double]
    /// `grid`, in the order written.
    public let grid: [GridAxis]
    /// `baselines`, in the order written.
    public let baselines: [Baseline]
    /// `arms`, in the order written.
    public let arms: [Baseline]
    /// `seeds`; that of the first look of `sequence`.
    public let seeds: Int
    /// `seeds` as a mapping with `until: decided`; nil for a fixed number.
    public let sequence: Sequence?
    /// `tune`; nil where every rate and value is an arm of its own.
    public let tuning: Tuning?
    /// `smallest_effect`.
    public let smallestEffects: [SmallestEffect]

    /// - Parameter own: Lets a key have an effect for models that are trained here.
    init(_ keys: SectionReader, own: Applicability) throws {
      placements = try keys.entries(
        "placements", by: "name", each: "null, a glob of dropout sites, or a list of these",
        when: own, says: "globs of the dropout sites of an arm; null for the arm without dropout"
      ) { try Self.placement($0, keys) }
      let hasSites = placements.contains { !$0.sites.isEmpty }
      let placed =
        own.reasonAgainst == nil
        ? Applicability.only(hasSites, "for placements", else: "and none has sites") : own
      types = try keys.value(
        "types", .list(of: .text("the name of a dropout variant")),
        default: ["bernoulli"], when: placed,
        says: "variants of dropout; every placement is trained with each")
      rates = try keys.value(
        "rates", .list(of: .rate), default: [0.5], when: placed,
        says: "probabilities of dropping; every placement is trained with each")
      grid = try keys.entries(
        "grid", by: "key", each: "a list of values",
        says:
          "values of a key of the experiment, by its dotted name; everything is trained again with each"
      ) { try GridAxis($0, keys.dotted("grid")) }
      let tuning = try keys.optionalSection(
        "tune",
        says:
          "each arm gets the best of its candidates, by the held-out examples, before it is evaluated",
        Tuning.init)
      self.tuning = tuning
      baselines = try keys.entries(
        "baselines", by: "name", each: "values by dotted key, such as {loss.l2: 1e-4}", when: own,
        says:
          "settings of an arm without dropout, by dotted key; with `tune`, a list of values is one of candidates"
      ) {
        try Self.baseline($0, keys, isTuned: tuning != nil)
      }
      arms = try keys.entries(
        "arms", by: "name", each: "values by name, such as {dropout: 0.3}",
        when: .only(
          own.reasonAgainst != nil, "for trainer; placements and baselines are arms here"),
        says:
          "values of an arm: names in braces of the commands, and dotted keys of the experiment; the first arm is what the others are compared with"
      ) { try Self.arm($0, keys) }
      sequence =
        keys.isMapping("seeds")
        ? try keys.section("seeds", says: Self.meaningOfSeeds, Sequence.init) : nil
      seeds =
        try sequence?.atLeast
        ?? keys.value("seeds", .integer(1...Self.mostSeeds), default: 8, says: Self.meaningOfSeeds)
      smallestEffects = try keys.entries(
        "smallest_effect", by: "metric", each: "a number > 0, a difference in the metric's units",
        says:
          "smallest difference of a primary metric that is of interest; an arm that would hardly show it any more gets no more seeds"
      ) { try Self.smallestEffect($0, keys) }
      guard smallestEffects.isEmpty || sequence != nil else {
        throw keys.error(
          "smallest_effect", expected: "seeds: {until: decided}, which it may end",
          found: "a fixed number of seeds")
      }
    }

    private static let meaningOfSeeds =
      "number of seeds of each arm; as a mapping, seeds are added until every comparison is decided"

    /// The largest number of seeds.
    static let mostSeeds = 10_000

    private static func smallestEffect(
      _ entry: YAMLNode.Entry, _ keys: SectionReader
    ) throws -> SmallestEffect {
      let kind = ValueKind<Double>.number(above: 0)
      guard let difference = kind.parse(entry.value) else {
        throw InputError(
          entry.place, key: "\(keys.dotted("smallest_effect")).\(entry.key)",
          expected: kind.expected(entry.key) + ", a difference in the metric's units",
          found: entry.value.found)
      }
      return SmallestEffect(metric: entry.key, difference: difference)
    }

    private static func placement(
      _ entry: YAMLNode.Entry, _ keys: SectionReader
    ) throws -> Placement {
      try checkArmName(entry, keys.dotted("placements"))
      let globs = ValueKind<[String]>.list(of: .text("a glob of dropout sites"))
      if entry.value.isNull { return Placement(name: entry.key, sites: [], place: entry.place) }
      guard let sites = globs.parse(entry.value) else {
        throw InputError(
          entry.place, key: "\(keys.dotted("placements")).\(entry.key)",
          expected: "null, " + globs.expected(""), found: entry.value.found)
      }
      return Placement(name: entry.key, sites: sites, place: entry.place)
    }

    /// Reads a baseline. Where arms are tuned, a list is one of candidates, as rates are.
    private static func baseline(
      _ entry: YAMLNode.Entry, _ keys: SectionReader, isTuned: Bool
    ) throws -> Baseline {
      try checkArmName(entry, keys.dotted("baselines"))
      let path = "\(keys.dotted("baselines")).\(entry.key)"
      guard case .mapping(let settings) = entry.value.content, !settings.isEmpty else {
        throw InputError(
          entry.place, key: path, expected: "values by dotted key, such as {loss.l2: 1e-4}",
          found: entry.value.found)
      }
      for setting in settings { try checkCanVary(setting, "\(path).\(setting.key)") }
      let lists = settings.filter { isTuned && $0.value.isList }
      return Baseline(
        name: entry.key,
        settings: try settings.filter { !isTuned || !$0.value.isList }.map {
          Override(try DottedKey($0.key, at: $0.value.place), $0.value)
        }, candidates: try lists.map { try GridAxis(candidates: $0, path) }, place: entry.place)
    }

    /// Reads an arm: keys of the experiment with a dot in them, and names of the trainer's values.
    private static func arm(_ entry: YAMLNode.Entry, _ keys: SectionReader) throws -> Baseline {
      try checkArmName(entry, keys.dotted("arms"))
      let path = "\(keys.dotted("arms")).\(entry.key)"
      guard case .mapping(let settings) = entry.value.content else {
        throw InputError(
          entry.place, key: path, expected: "values by name, such as {dropout: 0.3}",
          found: entry.value.found)
      }
      return Baseline(
        name: entry.key,
        settings: try settings.map { setting in
          guard setting.key.contains(".") else {
            let key = "\(Experiment.Trainer.valuesKey).\(setting.key)"
            return Override(try DottedKey(key, at: setting.place), setting.value)
          }
          try checkCanVary(setting, "\(path).\(setting.key)")
          return Override(try DottedKey(setting.key, at: setting.place), setting.value)
        }, candidates: [], place: entry.place)
    }

    /// Names of the trainer's values that arms or the grid set.
    var namesOfValues: Set<String> {
      let keys =
        arms.flatMap { $0.settings.map(\.key) } + grid.map(\.key) + (tuning?.also ?? []).map(\.key)
      let section = DottedKey(stringLiteral: Experiment.Trainer.valuesKey).parts
      return Set(keys.filter { $0.parts.starts(with: section) }.compactMap(\.parts.last))
    }

    /// Refuses names that cannot be part of a folder's name, as each arm becomes one.
    private static func checkArmName(_ entry: YAMLNode.Entry, _ path: String) throws {
      guard !isFolderName(entry.key) else { return }
      throw InputError(
        entry.place, key: path, expected: ValueKind.folderName.expected(""),
        found: jsonQuoted(entry.key))
    }

    private static func checkCanVary(_ entry: YAMLNode.Entry, _ path: String) throws {
      let first = entry.key.prefix { $0 != "." }
      guard ["name", "seed", "ablation"].contains(first) else { return }
      throw InputError(entry.place, key: path, "\(first) cannot vary between arms")
    }
  }
}

extension Experiment.Ablation.Sequence {
  /// What ends the adding of seeds.
  private enum End: String, CaseIterable, Sendable {
    case decided
  }

  /// The fewest seeds with which anything can be decided.
  private static let fewest = 6

  fileprivate init(_ keys: SectionReader) throws {
    let most = Experiment.Ablation.mostSeeds
    _ = try keys.required(
      "until", ValueKind<End>.choice,
      says: "what ends the adding of seeds: every comparison is decided")
    atLeast = try keys.value(
      "at_least", .integer(Self.fewest...most), default: Self.fewest,
      says: "seeds at the first look at the results")
    atMost = try keys.value(
      "at_most", .integer(min(atLeast + 1, most)...most), default: min(max(40, atLeast + 1), most),
      says: "seeds at the last look")
    step = try keys.value(
      "step", .integer(1...most), default: 2, says: "seeds from one look to the next")
  }
}
