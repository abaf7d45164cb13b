internal import Experiments
internal import Complaints
internal import Foundation

extension SweepRecord {
  /// Reads the plan of `lethe run`, or else infers one from the trials of `lethe train`.
  ///
  /// - Throws: `InputError` when there is neither, or a plan of another version.
  public init(of results: ResultsFolder) throws {
    self = try SweepRecord.read(from: results.sweep) ?? SweepRecord(inferredFrom: results)
  }

  /// Infers the plan of a folder that `lethe train` filled from the names of its trials:
  /// `none-s0-0123456789` is seed 0 of the arm `none`.
  ///
  /// - Throws: `InputError` when there are no trials.
  init(inferredFrom results: ResultsFolder) throws {
    let trials = results.trials().compactMap { folder -> Trial? in
      guard let match = folder.name.wholeMatch(of: /(.+)-s([0-9]+)-[0-9a-f]{10}/),
        let seed = Int(match.2)
      else { return nil }
      return Trial(arm: String(match.1), seed: seed, folder: folder.name)
    }
    guard let first = trials.first else {
      throw InputError(
        SourcePlace(file: results.url.path), expected: "a results folder",
        found: "a folder without \(results.sweep.lastPathComponent) and without trials")
    }
    let configuration = try? Experiment.load(path: results.trial(first.folder).configuration.path)
    let names = trials.map(\.arm).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    self.init(
      name: configuration?.name ?? results.url.lastPathComponent, folder: ".",
      primary: configuration?.metrics.primary ?? [],
      arms: names.map { Arm(name: $0, overrides: []) }, trials: trials)
  }
}
