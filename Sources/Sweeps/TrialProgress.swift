internal import Files
public import Records
internal import Foundation

/// How far a running trial is, as its files say.
public struct TrialProgress: Sendable {
  /// Steps done.
  public var step: Int
  /// Numbers of the last line of its log, by name, in the order written.
  public var losses: [(name: String, value: Double)]

  /// Reads the end of `log.jsonl`.
  ///
  /// - Returns: Nil when there is no whole line yet.
  public init?(_ folder: TrialFolder) {
    // The very last line may be half written.
    let lines = LastLines.of(folder.log, count: 2).reversed().lazy
    let parsed = lines.compactMap { line in
      (try? JSONDecoder().decode([String: Number].self, from: Data(line.utf8))).map { (line, $0) }
    }.first
    guard let (line, values) = parsed,
      let step = (values["step"]?.value).flatMap(Int.init(exactly:))
    else { return nil }
    self.step = step
    // Decoded dictionaries have no order; the text has.
    losses = values.filter { $0.key.hasSuffix("loss") }
      .sorted { Self.position($0.key, line) < Self.position($1.key, line) }
      .map { ($0.key, $0.value.value) }
  }

  private static func position(_ name: String, _ line: String) -> String.Index {
    line.range(of: "\"\(name)\"")?.lowerBound ?? line.endIndex
  }

  /// A number, or one of the texts that stand for those that JSON has not.
  private struct Number: Decodable {
    let value: Double

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      value =
        if let number = try? container.decode(Double.self) {
          number
        } else {
          Double(try container.decode(String.self)) ?? .nan
        }
    }
  }
}
