import Autodiff

/// Turns sums of pads that lie side by side into concatenations.
///
///     %2 = pad(%0; at [0]) [8], %3 = pad(%1; at [4]) [8]
///     %4 = add(%2, %3)                                     →    %2 = concatenate(%0, %1) [8]
extension Gatherer {
  /// A term of the sum: a tensor inside a larger one of zeros, in which it begins at `low`.
  struct Piece {
    var node: Int
    var low: [Int]
  }

  /// The sum of pads as concatenations along one axis after another. Pieces at the same place are added up
  /// and gaps are filled with zeros; nil where pieces overlap in part.
  func tiled(_ pieces: [Piece], _ whole: Shape, _ scope: String) throws -> Int? {
    let partial = whole.indices.first { axis in
      pieces.contains { shape($0.node)[axis] != whole[axis] }
    }
    guard let axis = partial else { return try sum(pieces.map(\.node), scope) }
    var groups: [Range<Int>: [Piece]] = [:]
    for piece in pieces {
      let low = piece.low[axis]
      groups[low..<low + shape(piece.node)[axis], default: []].append(piece)
    }
    var parts: [Int] = []
    var end = 0
    for (range, group) in groups.sorted(by: { $0.key.lowerBound < $1.key.lowerBound }) {
      guard range.lowerBound >= end else { return nil }
      if range.lowerBound > end {
        parts.append(try zeros(whole, axis, range.lowerBound - end, scope))
      }
      var inner = whole
      inner[axis] = range.count
      let moved = group.map { piece in
        var piece = piece
        piece.low[axis] = 0
        return piece
      }
      guard let part = try tiled(moved, inner, scope) else { return nil }
      parts.append(part)
      end = range.upperBound
    }
    if end < whole[axis] { parts.append(try zeros(whole, axis, whole[axis] - end, scope)) }
    return parts.count == 1 ? parts[0] : try concatenated(parts, axis: axis, scope)
  }

  /// Zeros that fill a gap of `size` along `axis`.
  private func zeros(_ whole: Shape, _ axis: Int, _ size: Int, _ scope: String) throws -> Int {
    var shape = whole
    shape[axis] = size
    let zero = try add(.constant(bits: 0), [], [], scope)
    let one = try add(.reshape, [zero], shape.map { _ in 1 }, scope)
    return try add(.broadcast, [one], shape, scope)
  }
}
