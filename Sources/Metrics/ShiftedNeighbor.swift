/// A training example beside which a generated one was laid, and how.
public struct ShiftedNeighbor: Sendable, Equatable {
  /// Position of the training example.
  public let index: Int
  /// Squared distance at the best alignment.
  public let square: Double
  /// How the generated example lies when they are most alike.
  public let alignment: Alignment

  /// Names what was found; see the properties.
  public init(index: Int, square: Double, alignment: Alignment) {
    self.index = index
    self.square = square
    self.alignment = alignment
  }
}

/// How a generated example lies relative to a training example.
public enum Alignment: Sendable, Equatable {
  /// The generated image, mirrored left to right first if `isMirrored`, shows the same as the training image
  /// so many pixels further down and right.
  case image(down: Int, right: Int, isMirrored: Bool)
  /// The generated sound is later by so many samples.
  case sound(samples: Int)
}

/// The nearest training examples seen so far, in order; of those at one distance the first comes first.
struct ShiftedShortList {
  private(set) var neighbors: [ShiftedNeighbor] = []
  private let k: Int

  /// - Parameter k: How many are kept.
  init(k: Int) {
    self.k = k
    neighbors.reserveCapacity(k + 1)
  }

  /// The largest squared distance that still has a place.
  var limit: Double { neighbors.count < k ? .infinity : neighbors[k - 1].square }

  /// Takes in an example that was not seen before.
  mutating func insert(_ neighbor: ShiftedNeighbor) {
    let key = (neighbor.square, neighbor.index)
    var place = neighbors.count
    while place > 0, (neighbors[place - 1].square, neighbors[place - 1].index) > key { place -= 1 }
    guard place < k else { return }
    neighbors.insert(neighbor, at: place)
    if neighbors.count > k { neighbors.removeLast() }
  }
}
