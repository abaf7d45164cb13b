/// What values a key takes: how they are read, how an error describes them, and how they are
/// written into a resolved configuration.
struct ValueKind<Value> {
  /// What is expected, given the last component of the key.
  var expected: (_ name: String) -> String
  /// The names that a text may be, for suggestions.
  var choices: [String] = []
  /// The value of a node, nil if it is none.
  var parse: (YAMLNode) -> Value?
  /// The value as it is written.
  var render: (Value) -> YAMLValue
  /// What is expected in the place of a value of the kind that does not fit the rest of the experiment, and what was
  /// found; nil for one that fits.
  var objection: (Value) -> (expected: String, found: String)? = { _ in nil }
}

extension ValueKind {
  /// The kind without the values that something is said against.
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
  /// A finite number from a bound on, and below another if there is one.
  ///
  /// - Parameter note: What the number means, said in errors.
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
  /// Any number that is not too large.
  static var anyNumber: Self {
    var kind = number(atLeast: -.greatestFiniteMagnitude)
    kind.expected = { _ in "a number" }
    return kind
  }
}

extension YAMLNode {
  /// The largest number in size that an experiment can ask for: what is computed with larger ones in single
  /// precision is soon infinite.
  private static let largestNumber = 1e30

  /// Whether this is a number, or a list with one, that is larger than any can be.
  var isTooLarge: Bool {
    items.contains { item in
      guard case .number(let number) = item.value else { return false }
      return abs(number) > Self.largestNumber
    }
  }

  /// What is to be added to what was expected in the place of such a number.
  var sizeLimit: String { isTooLarge ? "; none beyond \(Self.largestNumber) in size" : "" }
}

extension ValueKind<String> {
  /// A non-empty text; a number or flag without quotes counts by its letters.
  static func text(_ description: String) -> Self {
    Self(
      expected: { _ in description },
      parse: { node in node.text.flatMap { $0.isEmpty ? nil : $0 } },
      render: { .text($0) })
  }

  /// A name that can be a folder's: letters, digits, `.`, `_` and `-`, not starting with a dot.
  static var folderName: Self {
    var kind = text(
      "a name of at most \(longestFolderName) letters, digits, '.', '_' and '-' that does not start with a dot"
    )
    kind.parse = { node in node.text.flatMap { isFolderName($0) ? $0 : nil } }
    return kind
  }
}

/// The letters of a name at most.
private let longestFolderName = 100

/// Whether a text can be the name of a folder on any file system: at most 100 of
/// `A-Z a-z 0-9 . _ -`, not starting with a dot.
package func isFolderName(_ text: String) -> Bool {
  let isAllowed = { (byte: UInt8) in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "._-".utf8.contains(byte)
    }
  }
  return (1...longestFolderName).contains(text.utf8.count) && !text.hasPrefix(".")
    && text.utf8.allSatisfy(isAllowed)
}

extension ValueKind where Value: RawRepresentable<String> & CaseIterable & Equatable {
  /// One of the names of an enumeration.
  static var choice: Self { choice(of: Array(Value.allCases)) }
}

extension ValueKind where Value: RawRepresentable<String> & Equatable {
  /// One of some names of an enumeration.
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
  ///   - element: What each value must be.
  ///   - allowsNone: Whether the list may be empty.
  ///   - allowsRepeats: Whether a value may be there more than once.
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
