/// Copies elements from where an array of places says, or adds them there: the operations `gather` and `scatter`.
package struct Moves {
  /// The elements that are read, [N, C, from], without gaps.
  package let source: View
  /// A place for each element that is moved, the same for all channels of an example, [N, Q], without gaps.
  package let places: View
  /// The elements that are written, [N, C, to], without gaps.
  package let target: View
  /// True where elements of the source are added at the places; false where the source's elements at the places are
  /// copied.
  package let adds: Bool
  /// The text that the plan prints: operation, sizes and layer.
  package let label: String

  /// Number of examples.
  package var examples: Int { source.shape[0] }
  /// Channels of an example.
  package var channels: Int { source.shape[1] }

  /// Calls `body` with the places of each pair of elements in the source and in the target.
  ///
  /// - Parameter places: The values of `places`.
  package func forEachPair(
    _ places: UnsafeMutablePointer<Float>, _ body: (_ source: Int, _ target: Int) -> Void
  ) {
    let (count, from, to) = (self.places.shape[1], source.shape[2], target.shape[2])
    for row in 0..<examples * channels {
      for index in 0..<count {
        let place = places[row / channels * count + index]
        guard place >= 0, place < Float(adds ? to : from) else { continue }
        let (read, written) = adds ? (index, Int(place)) : (Int(place), index)
        body(row * from + read, row * to + written)
      }
    }
  }
}
