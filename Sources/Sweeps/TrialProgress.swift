internal import Files
public import Records
internal import Foundation

/// The progress of a running trial, read from its log.
public struct TrialProgress: Sendable {
  /// Steps done.
  public var step: Int
  /// Losses of the last line of its log, by name, in the order written.
  public var losses: [(name: String, value: Double)]

  /// Reads the end of `log.jsonl`.
  ///
  /// - Returns: Nil when there is no whole line yet.
  public init?(_ folder: TrialFolder) {
    // The very last line may be half written.
    let lines = LastLines.of(folder.log, count: 2).reversed().lazy
    guard let line = lines.compactMap({ LogLine(reading: Data($0.utf8)) }).first else { return nil }
    step = line.step
    losses = line.values.filter { LogName.losses.contains($0.name) }
  }
}
