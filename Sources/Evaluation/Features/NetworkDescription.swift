/// The architecture of a network in a safetensors file, read from its metadata under `lethe.features`; see
/// `NetworkFile`.
struct NetworkDescription: Decodable {
  /// Shape of an example: [H, W, C] or [T, 1].
  let input: [Int]
  /// True where the network expects values in −1…1, false for 0…1.
  let isSymmetric: Bool
  /// The layers from first to last, each with its options by name.
  let layers: [[String: LayerOption]]

  private enum Key: String, CodingKey, CaseIterable {
    case input, range, layers
  }

  /// Reads an object with exactly these keys.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    input = try container.decode([Int].self, forKey: .input)
    layers = try container.decode([[String: LayerOption]].self, forKey: .layers)
    let range = try container.decode([Int].self, forKey: .range)
    isSymmetric = range == [-1, 1]
    let members = try decoder.singleValueContainer().decode([String: LayerOption].self)
    guard (2...3).contains(input.count), input.allSatisfy({ $0 > 0 }), !layers.isEmpty,
      isSymmetric || range == [0, 1], members.count == Key.allCases.count
    else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "no description of a network"))
    }
  }
}

/// The value of an option of a layer.
enum LayerOption: Decodable, CustomStringConvertible {
  case text(String)
  case number(Double)
  /// Any other JSON value, which no layer accepts.
  case other

  /// Reads a text or a number, and anything else as `other`.
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else {
      self = .other
    }
  }

  /// The text, if it is one.
  var text: String? { if case .text(let text) = self { text } else { nil } }
  /// The number, if it is one.
  var number: Double? { if case .number(let number) = self { number } else { nil } }
  /// The number, if it is a whole one.
  var integer: Int? { number.flatMap(Int.init(exactly:)) }

  /// The value as errors show it.
  var description: String {
    switch self {
    case .text(let text): text
    case .number(let number): integer.map { "\($0)" } ?? "\(number)"
    case .other: "something else"
    }
  }
}
