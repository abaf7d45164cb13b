/// A training example that is near to a generated one, and the alignment at which it is nearest.
public struct ShiftedNeighbor: Sendable, Equatable {
  /// Position of the training example.
  public let index: Int
  /// Squared distance at the best alignment.
  public let square: Double
  /// The position of the generated example at which the two are most alike.
  public let alignment: Alignment

  /// Creates a neighbour; see the properties.
  public init(index: Int, square: Double, alignment: Alignment) {
    self.index = index
    self.square = square
    self.alignment = alignment
  }
}

/// The position of a generated example relative to a training example.
public enum Alignment: Sendable, Equatable {
  /// The generated image, mirrored left to right first if `isMirrored`, shows what the training image
  /// shows, `down` pixels further down and `right` pixels further right.
  case image(down: Int, right: Int, isMirrored: Bool)
  /// The generated sound is later than the training sound by this number of samples.
  case sound(samples: Int)
}

/// The nearest training examples seen so far, in ascending order of distance, and of position at equal
/// distances.
struct ShiftedShortList {
  private(set) var neighbors: [ShiftedNeighbor] = []
  private let k: Int

  /// Creates an empty list.
  ///
  /// - Parameter k: Number of examples that are kept.
  init(k: Int) {
    self.k = k
    neighbors.reserveCapacity(k + 1)
  }

  /// The largest squared distance at which an example can still enter the list.
  var limit: Double { neighbors.count < k ? .infinity : neighbors[k - 1].square }

  /// Inserts an example, which must not have been seen before, if it is near enough.
  mutating func insert(_ neighbor: ShiftedNeighbor) {
    let key = (neighbor.square, neighbor.index)
    var place = neighbors.count
    while place > 0, (neighbors[place - 1].square, neighbors[place - 1].index) > key { place -= 1 }
    guard place < k else { return }
    neighbors.insert(neighbor, at: place)
    if neighbors.count > k { neighbors.removeLast() }
  }
}
