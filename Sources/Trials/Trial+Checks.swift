public import Complaints
public import Experiments
public import Foundation
internal import Records

extension Trial {
  /// Checks that a trial was made from the present data.
  ///
  /// - Parameters:
  ///   - recorded: The hash of each set of the data that it was made from; nil where they are not known.
  ///   - hashes: See `Experiment.hashes(of:)`.
  ///   - file: The file that holds the recorded hashes.
  /// - Throws: `InputError` naming the sets that differ.
  public static func check(
    _ recorded: [String: String]?, against hashes: [String: String], of file: URL
  ) throws {
    guard let recorded else { return }
    let changed = changedSets(from: recorded, to: hashes)
    guard !changed.isEmpty else { return }
    throw InputError(
      SourcePlace(file: file.path), key: "data",
      expected: "the data that the trial was made from",
      found: "others: \(changed.joined(separator: ", ")) changed (--fresh starts over, --out names "
        + "another folder)")
  }

  /// The error for a trial that has done more steps than the experiment asks for.
  public static func tooFewSteps(
    _ experiment: Experiment, _ steps: Int, done: Int, by trial: String
  ) -> InputError {
    InputError(
      experiment.place(of: "train.steps"), key: "train.steps",
      expected: "at least the \(done) steps that \(trial) has done",
      found: "\(steps) (--fresh starts over, --out names another folder)")
  }
}
