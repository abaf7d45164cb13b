internal import Complaints
internal import Experiments
internal import Foundation
public import Records

extension SweepRecord {
  /// The looks at the results that a plan goes on from.
  ///
  /// - Parameters:
  ///   - results: The folder of the plan.
  ///   - isFresh: True where the trials in the folder are lost.
  /// - Throws: `InputError` where the folder was begun with another number of seeds, other looks or other comparisons: the
  ///   error of a decision holds only for looks that were planned before.
  public func earlierLooks(in results: ResultsFolder, isFresh: Bool) throws -> [Look] {
    guard !isFresh, let earlier = try SweepRecord.read(from: results.sweep) else { return [] }
    guard earlier.sequence != nil || sequence != nil else { return [] }
    let looks = earlier.looks ?? []
    guard earlier.sequence == sequence else {
      throw refusal(
        in: results, "\(Self.text(earlier.sequence)), as the folder was begun with",
        Self.text(sequence))
    }
    let planned = [earlier, self].map { plan in
      [plan.primary.map(\.metric)] + plan.arms.map { [$0.name, $0.control ?? ""] }
    }
    guard looks.isEmpty || planned[0] == planned[1] else {
      throw refusal(
        in: results,
        "the arms and primary metrics of the \(looks.count) looks at the results so far", "others")
    }
    return looks
  }

  private func refusal(
    in results: ResultsFolder, _ expected: String, _ found: String
  ) -> InputError {
    InputError(
      SourcePlace(file: results.sweep.path), key: "ablation.seeds", expected: expected,
      found: "\(found); --out names another folder for a new run")
  }

  private static func text(_ sequence: Experiment.Ablation.Sequence?) -> String {
    sequence.map { "until decided, \($0.atLeast) to \($0.atMost) in steps of \($0.step)" }
      ?? "a fixed number of seeds"
  }
}
