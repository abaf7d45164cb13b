internal import Evaluation
internal import Training
internal import Foundation
internal import Records

/// Writes the `status.json` of a running trial.
struct TrialRecord {
  let folder: TrialFolder
  let steps: Int
  let madeBy: Provenance
  let data: [String: String]
  /// Names of the forms of the convolutions that were computed so far.
  private let forms: () -> [String: String]
  /// The state that earlier runs have left.
  let start: TrialStart
  /// Start of this run, not by the time of day, which may be set back.
  private let begun = ContinuousClock.now
  private let firstStarted: Date
  private var measuringBegun: ContinuousClock.Instant?
  /// Steps done.
  var step: Int
  /// The rule of `train.until` as of the steps done; nil where there is none.
  var rule: BestModel?

  init(
    _ folder: TrialFolder, step: Int, steps: Int, madeBy: Provenance, data: [String: String],
    start: TrialStart, forms: @escaping () -> [String: String] = { [:] }
  ) {
    self.step = step
    (self.folder, self.steps, self.madeBy) = (folder, steps, madeBy)
    (self.data, self.start, self.forms) = (data, start, forms)
    firstStarted = start.status?.started ?? Date()
    rule = start.rule
  }

  /// Starts the clock of measuring.
  mutating func beginMeasuring() { measuringBegun = .now }

  /// Writes the file, with the time spent so far.
  ///
  /// - Parameter measured: See `TrialStatus.measured`.
  /// - Throws: `FileError`.
  func write(
    _ state: TrialStatus.State, reason: String? = nil, measured: String? = nil
  ) throws {
    let now = Date()
    let measuring = measuringBegun.map { (ContinuousClock.now - $0) / .seconds(1) } ?? 0
    let measuredBefore = start.status?.measuringSeconds ?? 0
    try TrialStatus(
      state: state, reason: reason, step: step, steps: steps, bestStep: rule?.best?.step,
      endedEarly: rule?.isOver == true && step < steps, started: firstStarted, updated: now,
      finished: state == .finished ? now : nil,
      seconds: (start.status?.seconds ?? 0) + (ContinuousClock.now - begun) / .seconds(1),
      measuringSeconds: measuring + measuredBefore > 0 ? measuring + measuredBefore : nil,
      peakMemoryMegabytes: state == .running ? nil : ProcessMemory.peakMegabytes(), madeBy: madeBy,
      forms: forms(), earlier: start.stretches, data: data, measured: measured
    ).write(to: folder.status)
  }
}
