/// Copies rows to where an array of places says, or adds them there: the operations `gather` and `scatter`.
package struct RowMoves {
  /// The rows that are read, [N, from, C], without gaps.
  package let source: View
  /// A place for each row that is moved, [N, Q], without gaps.
  package let places: View
  /// The rows that are written, [N, to, C], without gaps.
  package let target: View
  /// True where rows of the source are added at the places; false where the source's rows at the places are copied.
  package let adds: Bool
  /// The text that the plan prints: operation, sizes and layer.
  package let label: String

  /// Number of examples.
  package var examples: Int { source.shape[0] }
  /// Numbers in a row.
  package var width: Int { source.shape[2] }

  /// Calls `body` with each pair of rows: the first elements of the one in the source and of the one in the target.
  ///
  /// - Parameters:
  ///   - places: The values of `places`.
  package func forEachRow(
    _ places: UnsafeMutablePointer<Float>, _ body: (_ source: Int, _ target: Int) -> Void
  ) {
    let count = self.places.shape[1]
    let (from, to) = (source.shape[1], target.shape[1])
    for example in 0..<examples {
      for index in 0..<count {
        let place = places[example * count + index]
        guard place >= 0, place < Float(adds ? to : from) else { continue }
        let (read, written) = adds ? (index, Int(place)) : (Int(place), index)
        body((example * from + read) * width, (example * to + written) * width)
      }
    }
  }
}
