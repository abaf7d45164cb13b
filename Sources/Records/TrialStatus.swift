public import Foundation

/// What has become of a trial: `status.json` in its folder.
public struct TrialStatus: Codable, Sendable, Equatable {
  /// How far a trial is.
  public enum State: String, Codable, Sendable {
    /// It is being trained, or was when its process was killed.
    case running
    /// All steps are done and all files are there.
    case finished
    /// It was stopped and can go on from its checkpoint.
    case interrupted
    /// It went wrong; `reason` says how.
    case failed
  }

  /// How far the trial is.
  public var state: State
  /// Why it was interrupted or failed.
  public var reason: String?
  /// Steps done.
  public var step: Int
  /// Steps to do.
  public var steps: Int
  /// When it was first started, in whole seconds as all times here.
  public var started: Date
  /// When this was written.
  public var updated: Date
  /// When its last step was done.
  public var finished: Date?
  /// Seconds of training, interruptions left out.
  public var seconds: Double
  /// Versions by name; `lethe` always, and the libraries that the numbers depend on.
  public var versions: [String: String]

  /// Describes a trial. Times are rounded down to whole seconds.
  public init(
    state: State, reason: String? = nil, step: Int, steps: Int, started: Date, updated: Date,
    finished: Date? = nil, seconds: Double, versions: [String: String]
  ) {
    self.state = state
    self.reason = reason
    self.step = step
    self.steps = steps
    self.started = wholeSeconds(started)
    self.updated = wholeSeconds(updated)
    self.finished = finished.map(wholeSeconds)
    self.seconds = seconds
    self.versions = versions
  }

  /// Writes `status.json`: keys in alphabetical order, times as ISO 8601 in UTC.
  ///
  /// - Throws: `FileError`.
  public func write(to url: URL) throws {
    try writeJSON(self, to: url)
  }

  /// Reads `status.json`.
  ///
  /// - Returns: Nil when there is no such file.
  /// - Throws: `InputError` if the file is not a status; `FileError` if it cannot be read.
  public static func read(from url: URL) throws -> TrialStatus? {
    guard let data = try readFile(url) else { return nil }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    do {
      return try decoder.decode(TrialStatus.self, from: data)
    } catch {
      throw InputError(
        SourcePlace(file: url.path), expected: "the status of a trial",
        found: "something else: \(describe(error))")
    }
  }
}

private func wholeSeconds(_ date: Date) -> Date {
  Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
}

private func describe(_ error: any Error) -> String {
  switch error {
  case DecodingError.keyNotFound(let key, _): "\(key.stringValue) is missing"
  case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
    DecodingError.dataCorrupted(let context):
    (context.codingPath.last.map { "\($0.stringValue): " } ?? "") + context.debugDescription
  default: error.localizedDescription
  }
}

/// Writes a value as JSON: keys in alphabetical order, times as ISO 8601 in UTC.
package func writeJSON(_ value: some Encodable, to url: URL) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  encoder.dateEncodingStrategy = .iso8601
  var data = try encoder.encode(value)
  data.append(UInt8(ascii: "\n"))
  try AtomicFile.write(data, to: url)
}

/// The bytes of a file, nil when it is not there.
func readFile(_ url: URL) throws -> Data? {
  do {
    let file = try FileReader(url.path)
    return Data(try file.read(file.size, at: 0))
  } catch let error as FileError where error.code == ENOENT || error.code == ENOTDIR {
    return nil
  }
}
