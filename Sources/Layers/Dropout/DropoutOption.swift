internal import Complaints
internal import Specification

/// A numeric option of a variant, which its entries may set.
public struct DropoutOption: Hashable, Sendable {
  /// The option's key in an entry.
  public let name: String
  /// The default value.
  public let standard: Double
  /// The allowed values.
  public let range: ClosedRange<Double>
  /// True where only whole numbers are allowed.
  public let isWhole: Bool

  /// A number in a range.
  public init(_ name: String, default standard: Double, in range: ClosedRange<Double>) {
    (self.name, self.standard, self.range, isWhole) = (name, standard, range, false)
  }

  /// A whole number in a range.
  public init(_ name: String, default standard: Int, in range: ClosedRange<Int>) {
    self.name = name
    self.standard = Double(standard)
    self.range = Double(range.lowerBound)...Double(range.upperBound)
    isWhole = true
  }

  func accepts(_ value: Double) -> Bool {
    range.contains(value) && (!isWhole || value == value.rounded())
  }

  /// The allowed values in words, for errors.
  public var expected: String {
    isWhole
      ? "a whole number from \(Int(range.lowerBound)) to \(Int(range.upperBound))"
      : "a number from \(range.lowerBound) to \(range.upperBound)"
  }
}

/// The options of one entry, defaults filled in.
public struct DropoutOptions: Hashable, Sendable {
  private let values: [String: Double]

  /// Checks what an entry gives against the rules of its variant.
  ///
  /// - Throws: `ModelError` about `path.<option>`.
  init(_ given: [String: DropoutOptionValue], of variant: any DropoutVariant, _ path: String) throws
  {
    var values = Dictionary(uniqueKeysWithValues: variant.options.map { ($0.name, $0.standard) })
    let names = variant.options.map(\.name)
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      guard let option = variant.options.first(where: { $0.name == name }) else {
        let known = names.isEmpty ? "no options" : names.joined(separator: ", ")
        let hint = nearestNameHint(to: name, among: names)
        throw ModelError(
          path + "." + name, expected: "\(known) for \(variant.name)", found: name + hint)
      }
      guard case .number(let number) = value, option.accepts(number) else {
        throw ModelError(path + "." + name, expected: option.expected, found: value.description)
      }
      values[name] = number
    }
    self.values = values
  }

  /// The value of an option that the variant has.
  public subscript(_ name: String) -> Double {
    guard let value = values[name] else { preconditionFailure("no option \(name)") }
    return value
  }
}
