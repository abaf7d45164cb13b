/// A number as JSON; JSON has no NaN and no infinities, so they become the texts that Python's
/// `float()` and pandas read: `"NaN"`, `"Infinity"`, `"-Infinity"`.
func jsonNumber(_ value: Double) -> String {
  if value.isNaN { return "\"NaN\"" }
  if value.isInfinite { return value < 0 ? "\"-Infinity\"" : "\"Infinity\"" }
  return value.description
}
