/// A kind of values: how they are read, how an error describes them, and how they are written
/// into a resolved configuration.
struct ValueKind<Value> {
  /// Describes the expected values, given the last component of the key.
  var expected: (_ name: String) -> String
  /// The valid names, for suggestions against typing errors.
  var choices: [String] = []
  /// Reads a node; nil if it holds no value of the kind.
  var parse: (YAMLNode) -> Value?
  /// Writes a value as YAML.
  var render: (Value) -> YAMLValue
  /// Objects to a value of the kind that does not fit the rest of the experiment, and says what was expected
  /// and what was found; nil for a value that fits.
  var objection: (Value) -> (expected: String, found: String)? = { _ in nil }
}

extension ValueKind {
  /// The same kind with an objection to some of its values.
  func objecting(_ objection: @escaping (Value) -> (expected: String, found: String)?) -> Self {
    var kind = self
    kind.objection = objection
    return kind
  }
}

extension ValueKind<Bool> {
  /// `true` or `false`.
  static var flag: Self {
    Self(
      expected: { _ in "true or false" },
      parse: { if case .flag(let flag) = $0.value { flag } else { nil } },
      render: { .flag($0) })
  }
}

extension ValueKind<Int> {
  /// A whole number in a range.
  static func integer(_ range: ClosedRange<Int>) -> Self {
    Self(
      expected: { _ in "an integer from \(range.lowerBound) to \(range.upperBound)" },
      parse: { node in
        guard case .integer(let integer) = node.value else { return nil }
        return range.contains(integer) ? integer : nil
      },
      render: { .integer($0) })
  }
}

extension ValueKind<Double> {
  /// A finite number with a lower bound, and below an upper bound if there is one.
  ///
  /// - Parameter note: The meaning of the number, for errors.
  static func number(
    above: Double? = nil, atLeast: Double? = nil, below: Double? = nil, note: String? = nil
  ) -> Self {
    Self(
      expected: { name in
        let meaning = note.map { " (\($0))" } ?? ""
        guard let below else {
          return "a number \(above == nil ? "≥" : ">") \((above ?? atLeast ?? 0).plain)\(meaning)"
        }
        let lower = above.map { "\($0.plain) < " } ?? "\((atLeast ?? 0).plain) ≤ "
        return "a number in \(lower)\(name) < \(below.plain)\(meaning)"
      },
      parse: { node in
        let number: Double
        switch node.value {
        case .integer(let integer): number = Double(integer)
        case .number(let value): number = value
        default: return nil
        }
        let isInside =
          !node.isTooLarge && (above.map { number > $0 } ?? true)
          && (atLeast.map { number >= $0 } ?? true)
          && (below.map { number < $0 } ?? true)
        return isInside ? number + 0 : nil  // + 0 makes −0 into 0
      },
      render: { .number($0) })
  }
}

extension ValueKind<Double> {
  /// Any number of at most 1e30 in size.
  static var anyNumber: Self {
    var kind = number(atLeast: -.greatestFiniteMagnitude)
    kind.expected = { _ in "a number" }
    return kind
  }
}

extension YAMLNode {
  /// The largest size of a number in an experiment. Results of computing with larger numbers in single
  /// precision soon become infinite.
  private static let largestNumber = 1e30

  /// True for a number that is too large, and for a list with one.
  var isTooLarge: Bool {
    items.contains { item in
      guard case .number(let number) = item.value else { return false }
      return abs(number) > Self.largestNumber
    }
  }

  /// The limit, to be added to a description of the expected values; empty for numbers within it.
  var sizeLimit: String { isTooLarge ? "; none beyond \(Self.largestNumber) in size" : "" }
}

extension ValueKind<String> {
  /// A non-empty text. A number or flag without quotes is taken as it is written.
  static func text(_ description: String) -> Self {
    Self(
      expected: { _ in description },
      parse: { node in node.text.flatMap { $0.isEmpty ? nil : $0 } },
      render: { .text($0) })
  }

  /// A name that can be a folder's: letters, digits, `.`, `_` and `-`, not starting with a dot.
  static var folderName: Self {
    var kind = text(folderNameDescription)
    kind.parse = { node in node.text.flatMap { isFolderName($0) ? $0 : nil } }
    return kind
  }
}

/// The largest number of characters in a folder's name.
package let longestFolderName = 100

/// The names that `isFolderName` allows, in words.
package let folderNameDescription =
  "a name of at most \(longestFolderName) letters, digits, '.', '_' and '-' that does not start with a dot"

/// True if a text can be the name of a folder on any file system: at most 100, or another number, of
/// `A-Z a-z 0-9 . _ -`, not starting with a dot.
package func isFolderName(_ text: String, ofAtMost characters: Int = longestFolderName) -> Bool {
  let isAllowed = { (byte: UInt8) in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "._-".utf8.contains(byte)
    }
  }
  return (1...characters).contains(text.utf8.count) && !text.hasPrefix(".")
    && text.utf8.allSatisfy(isAllowed)
}

extension ValueKind where Value: RawRepresentable<String> & CaseIterable & Equatable {
  /// One of the names of an enumeration.
  static var choice: Self { choice(of: Array(Value.allCases)) }
}

extension ValueKind where Value: RawRepresentable<String> & Equatable {
  /// One of the given names of an enumeration.
  static func choice(of values: [Value]) -> Self {
    let names = values.map(\.rawValue)
    return Self(
      expected: { _ in "one of \(names.joined(separator: ", "))" },
      choices: names,
      parse: { $0.text.flatMap(Value.init(rawValue:)).flatMap { values.contains($0) ? $0 : nil } },
      render: { .text($0.rawValue) })
  }
}

extension ValueKind {
  /// A list of values, or one value for a list of one.
  ///
  /// - Parameters:
  ///   - element: The kind of each value.
  ///   - allowsNone: True if the list may be empty.
  ///   - allowsRepeats: True if a value may occur more than once.
  static func list<Element: Hashable>(
    of element: ValueKind<Element>, allowsNone: Bool = false, allowsRepeats: Bool = false
  ) -> Self where Value == [Element] {
    let repeats = allowsRepeats ? "" : " without repeats"
    return Self(
      expected: { "\(element.expected($0)), or a list of these\(repeats)" },
      choices: element.choices,
      parse: { node in
        let values = node.items.compactMap(element.parse)
        guard values.count == node.items.count, allowsNone || !values.isEmpty else { return nil }
        return allowsRepeats || Set(values).count == values.count ? values : nil
      },
      render: { .list($0.map(element.render)) })
  }
}
