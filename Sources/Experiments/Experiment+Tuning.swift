internal import Complaints

extension Experiment.Ablation {
  /// `tune`: how each arm gets the best of its candidates before it is evaluated.
  public struct Tuning: Sendable, Equatable {
    /// `by`, not checked here.
    public let by: String
    /// `also`, in the order written.
    public let also: [GridAxis]
    /// `seeds`.
    public let seeds: Int

    init(_ keys: SectionReader) throws {
      by = try keys.required(
        "by", .text("the name of a metric"),
        says: "metric of the held-out examples by which candidates are chosen")
      also = try keys.entries(
        "also", by: "key", each: "a list of at least two values",
        says:
          "values of a key of the experiment, by its dotted name, that are tried in every arm, the one without dropout included"
      ) { entry in
        try GridAxis(candidates: entry, keys.dotted("also"))
      }
      seeds = try keys.value(
        "seeds", .integer(1...1000), default: 3,
        says: "number of seeds that each candidate is trained with; none of them evaluates an arm")
    }

    /// Distance of the first seed of a tuning from the experiment's own, which no evaluation reaches.
    public static let seedDistance = Experiment.Ablation.mostSeeds
  }

  /// True where some arm has several candidates.
  private var hasChoice: Bool {
    tuning.map { !$0.also.isEmpty } ?? false || baselines.contains { !$0.candidates.isEmpty }
      || rates.count > 1 && placements.contains { !$0.sites.isEmpty }
  }

  /// Makes sure that a tuning has something to choose, and examples to choose by that nothing is measured on.
  func checkTuning(_ data: Experiment.Data, place: (String) -> SourcePlace) throws {
    guard tuning != nil else { return }
    func refuse(_ key: String, _ expected: String, _ found: String) -> InputError {
      InputError(place(key), key: key, expected: expected, found: found)
    }
    guard hasChoice else {
      throw refuse(
        "ablation.tune",
        "an arm with several candidates: two rates, a list of values in baselines, or keys in also",
        "one candidate of each arm")
    }
    guard data.test != nil else {
      throw refuse(
        "ablation.tune",
        "data.test, a share or a path, as candidates are chosen by the held-out examples and measured on others",
        "no test set")
    }
    guard data.holdout > 0 else {
      throw refuse("data.holdout", "a share above 0, to choose candidates by", "none held out")
    }
  }
}

extension Experiment.Ablation.GridAxis {
  /// Reads a key with candidates for its value.
  ///
  /// - Parameter section: The dotted key around it.
  init(candidates entry: YAMLNode.Entry, _ section: String) throws {
    try self.init(entry, section)
    guard values.count > 1 else {
      throw InputError(
        entry.place, key: "\(section).\(entry.key)",
        expected: "at least two values, as there is nothing to choose among one",
        found: entry.value.found)
    }
  }
}
