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
  /// A finite number between bounds; an excluded bound is not itself allowed.
  ///
  /// - Parameter note: What the number means, said in errors.
  static func number(
    above: Double? = nil, atLeast: Double? = nil, below: Double? = nil, note: String? = nil
  ) -> Self {
    Self(
      expected: { name in
        let lower = above.map { "\($0.short) < " } ?? atLeast.map { "\($0.short) ≤ " } ?? ""
        let upper = below.map { " < \($0.short)" } ?? ""
        return "a number in \(lower)\(name)\(upper)" + (note.map { " (\($0))" } ?? "")
      },
      parse: { node in
        let number: Double
        switch node.value {
        case .integer(let integer): number = Double(integer)
        case .number(let value): number = value
        default: return nil
        }
        let isInside =
          (above.map { number > $0 } ?? true) && (atLeast.map { number >= $0 } ?? true)
          && (below.map { number < $0 } ?? true)
        return isInside ? number + 0 : nil  // + 0 makes −0 into 0
      },
      render: { .number($0) })
  }
}

extension Double {
  fileprivate var short: String { self == rounded() ? String(Int(self)) : description }
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
    var kind = text("a name of letters, digits, '.', '_' and '-' that does not start with a dot")
    kind.parse = { node in node.text.flatMap { isFolderName($0) ? $0 : nil } }
    return kind
  }
}

/// Whether a text can be the name of a folder on any file system: at most 100 of
/// `A-Z a-z 0-9 . _ -`, not starting with a dot.
func isFolderName(_ text: String) -> Bool {
  let isAllowed = { (byte: UInt8) in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "._-".utf8.contains(byte)
    }
  }
  return (1...100).contains(text.utf8.count) && !text.hasPrefix(".")
    && text.utf8.allSatisfy(isAllowed)
}

extension ValueKind where Value: RawRepresentable<String> & CaseIterable {
  /// One of the names of an enumeration.
  static var choice: Self {
    let names = Value.allCases.map(\.rawValue)
    return Self(
      expected: { _ in "one of \(names.joined(separator: ", "))" },
      choices: names,
      parse: { $0.text.flatMap(Value.init(rawValue:)) },
      render: { .text($0.rawValue) })
  }
}

/// Which lists a key takes.
enum ListForm {
  /// `[a, b]`, possibly empty.
  case any
  /// `[a, b]`, or `a` for `[a]`; not empty.
  case oneOrMore
}

extension ValueKind {
  /// A list of distinct or repeated values.
  ///
  /// - Parameters:
  ///   - element: What each value must be.
  ///   - form: Which lists are taken.
  ///   - isDistinct: Whether each value may be there only once.
  static func list<Element: Hashable>(
    of element: ValueKind<Element>, _ form: ListForm, isDistinct: Bool = true
  ) -> Self where Value == [Element] {
    let description = form == .any ? "a list, each" : "one or a list, each"
    return Self(
      expected: { name in
        "\(description) \(element.expected(name))" + (isDistinct ? " and there once" : "")
      },
      choices: element.choices,
      parse: { node in
        var nodes = [node]
        if case .list(let inner) = node.content { nodes = inner } else if form == .any { return nil }
        let values = nodes.compactMap(element.parse)
        guard values.count == nodes.count, form == .any || !values.isEmpty else { return nil }
        return isDistinct && Set(values).count < values.count ? nil : values
      },
      render: { .list($0.map(element.render)) })
  }
}
