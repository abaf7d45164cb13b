/// Finds a magnitude by its rank in each row: the operation `smallestMagnitude`.
package struct Selection {
  /// The rows, [R, n], without gaps.
  package let source: View
  /// The magnitudes that are found, [R, 1].
  package let target: View
  /// The rank: 1 is the smallest magnitude.
  package let count: Int
  /// The text that the plan prints: operation, sizes and layer.
  package let label: String
}
