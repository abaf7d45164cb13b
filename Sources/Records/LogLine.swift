internal import Complaints
public import Foundation

/// A line of `log.jsonl`: one JSON object with `step` first and then numbers by name.
///
/// JSON has no NaN and no infinities. They are written and read as the texts of `NonFinite`, so that the log shows how
/// a step went wrong.
public struct LogLine: Sendable {
  /// Steps done.
  public let step: Int
  /// Numbers by unique names, in the order in which they stand in the line.
  public private(set) var values: [(name: String, value: Double)]

  /// Makes a line.
  public init(step: Int, _ values: [(name: String, value: Double)]) {
    (self.step, self.values) = (step, values)
  }

  /// Reads a line.
  ///
  /// - Returns: Nil for a line that has no step, such as one that is half written.
  public init?(reading line: Data) {
    guard let read = try? JSONDecoder.ofRecords.decode(LogLine.self, from: line) else { return nil }
    self = read
    // Decoded objects have no order, so the order is taken from the text.
    let places = values.map { Self.place(of: $0.name, in: line) }
    values = zip(places, values).sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// Position in a line of a name that is followed by a colon; the end of the line if there is none.
  private static func place(of name: String, in line: Data) -> Data.Index {
    let quoted = Data(jsonQuoted(name).utf8)
    var rest = line[...]
    while let found = rest.firstRange(of: quoted) {
      rest = line[found.upperBound...]
      if rest.first(where: { $0 != UInt8(ascii: " ") }) == UInt8(ascii: ":") {
        return found.lowerBound
      }
    }
    return line.endIndex
  }

  /// The number of a name; nil where the line has none.
  public subscript(_ name: String) -> Double? { values.first { $0.name == name }?.value }

  /// The line as it is written, with its newline.
  public var text: String {
    let members = values.map { ",\(jsonQuoted($0.name)):\(jsonNumber($0.value))" }
    return "{\(jsonQuoted(Self.stepName)):\(step)\(members.joined())}\n"
  }

  private static let stepName = "step"
}

extension LogLine: Decodable {
  /// Reads an object; members that are not numbers are left out.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AnyName.self)
    step = try container.decode(Int.self, forKey: AnyName(Self.stepName))
    values = container.allKeys.filter { $0.stringValue != Self.stepName }.compactMap { key in
      (try? container.decode(Double.self, forKey: key)).map { (key.stringValue, $0) }
    }
  }
}
