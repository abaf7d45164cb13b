public import Complaints
internal import Foundation

/// A value that replaces the one of a key in an experiment file. `null` puts the key back to its default.
///
/// An override knows where it was written, and errors about it name that place: `--set`, or the line of the
/// file at which an arm of the ablation gets the value.
public struct Override: Sendable {
  /// The key whose value is replaced.
  public let key: DottedKey
  /// `KEY=VALUE`, as it was given or could be given with `--set`.
  public let text: String
  /// The place where it was written.
  public private(set) var place: SourcePlace
  /// The value. Every part of it knows where it was written.
  private(set) var node: YAMLNode

  /// Pairs a key with a value.
  ///
  /// - Parameter place: Where it was written; `--set KEY=VALUE` by default, for values that the program itself sets.
  public init(_ key: DottedKey, _ value: YAMLValue, at place: SourcePlace? = nil) {
    let text = "\(key)=\(value.flowText)"
    let place = place ?? SourcePlace(file: "--set \(text)")
    self.init(key, YAMLNode(value, at: place), text: text, at: place)
  }

  /// Reads the text of a `--set` option.
  ///
  /// - Throws: `InputError` for a text that is not `KEY=VALUE` with a dotted key and a YAML value.
  public init(parsing text: String) throws {
    let place = SourcePlace(file: "--set \(text)")
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw InputError(place, "expected KEY=VALUE, such as train.steps=100")
    }
    guard let node = try YAMLNode.parse(String(parts[1]), at: place, hasLines: false) else {
      throw InputError(place, "expected a value after the =")
    }
    let key = try DottedKey(parts[0].trimmingCharacters(in: .whitespaces), at: place)
    self.init(key, node, text: text, at: place)
  }

  /// Makes an override from a value in the file that is meant for another key than its own, as in a grid.
  init(_ key: DottedKey, _ node: YAMLNode) {
    self.init(key, node, text: "\(key)=\(node.value.flowText)", at: node.place)
  }

  private init(_ key: DottedKey, _ node: YAMLNode, text: String, at place: SourcePlace) {
    self.key = key
    self.text = text
    self.place = place
    self.node = node
    self.node.visit { $0.isOverride = true }
  }

  /// The value.
  public var value: YAMLValue { node.value }

  /// The same override as a setting of an arm of the ablation. Errors name the arm, and
  /// the place if another is given.
  public func of(arm: String, at place: SourcePlace? = nil) -> Override {
    func own(_ given: SourcePlace) -> SourcePlace {
      var own = place ?? given
      own.arm = arm
      return own
    }
    var override = self
    override.place = own(self.place)
    override.node.visit { node in
      node.place = own(node.place)
      node.mapEntries { $0.place = own($0.place) }
    }
    return override
  }
}

extension Override: Equatable {
  /// True if both overrides give a key the same value, wherever they were written.
  public static func == (a: Override, b: Override) -> Bool {
    a.key == b.key && a.value == b.value
  }
}

extension Override: Codable {
  /// Reads `KEY=VALUE`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do {
      try self.init(parsing: container.decode(String.self))
    } catch let error as InputError {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(error)")
    }
  }

  /// Writes `KEY=VALUE`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
