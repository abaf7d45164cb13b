/// Texts for the numbers that JSON cannot express. Python's `float()` and pandas read them.
enum NonFinite {
  static let nan = "NaN"
  static let infinity = "Infinity"
  static let negativeInfinity = "-Infinity"
}

/// A number as JSON, or one of the texts of `NonFinite` in quotes.
func jsonNumber(_ value: Double) -> String {
  if value.isNaN { return "\"\(NonFinite.nan)\"" }
  guard value.isInfinite else { return value.description }
  return "\"\(value < 0 ? NonFinite.negativeInfinity : NonFinite.infinity)\""
}
