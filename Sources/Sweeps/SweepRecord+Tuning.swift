internal import Complaints
internal import Experiments
internal import Foundation
public import Records

extension SweepRecord {
  /// What makes a trial of a candidate measure the held-out examples, and leave the test set alone: its last override.
  static let onValidation = Override("metrics.set", .text("validation"))

  /// The choices that a plan goes on from.
  ///
  /// - Parameters:
  ///   - results: The folder of the plan.
  ///   - isFresh: True where the trials in the folder are lost.
  /// - Throws: `InputError` where arms were tuned otherwise: what is measured with a choice may have been seen, and would
  ///   bear on another one.
  public func earlierChoices(in results: ResultsFolder, isFresh: Bool) throws -> [Choice] {
    guard !isFresh, let earlier = try SweepRecord.read(from: results.sweep),
      earlier.tuning != nil || tuning != nil
    else { return [] }
    let chosen = (earlier.tuning?.choices ?? []).filter { $0.candidate != nil }
    var plain = earlier.tuning
    plain?.choices = []
    let isEvaluated = !chosen.isEmpty || earlier.tuning == nil
    guard !isEvaluated || plain == tuning else {
      throw InputError(
        SourcePlace(file: results.sweep.path), key: "ablation.tune",
        expected: earlier.tuning.map {
          "the candidates, seeds and metric (\($0.by)) that \(chosen.count) arms were chosen by"
        } ?? "arms that are not tuned, as the folder was begun with",
        found: "\(tuning == nil ? "none" : "others"); --out names another folder for a new run")
    }
    return chosen
  }
}

extension SweepRecord.Arm {
  /// The arm with the settings of one of its candidates.
  func settled(as candidate: SweepRecord.Candidate) -> Self {
    var arm = provisional(as: candidate)
    arm.rate = candidate.arm.rate
    return arm
  }

  /// The arm while nothing is chosen for it: one of its candidates stands for all.
  func provisional(as candidate: SweepRecord.Candidate) -> Self {
    var arm = self
    // The last one is that of the candidate's trials alone.
    arm.overrides = candidate.arm.overrides.dropLast().map { $0.of(arm: name) }
    return arm
  }
}
