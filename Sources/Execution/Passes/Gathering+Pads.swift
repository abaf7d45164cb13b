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
  /// and gaps are filled with zeros. Pieces that overlap in part go to several concatenations; nil where that
  /// would be one for each.
  func tiled(_ pieces: [Piece], _ whole: Shape, _ scope: String) throws -> Int? {
    let partial = whole.indices.first { axis in
      pieces.contains { shape($0.node)[axis] != whole[axis] }
    }
    guard let axis = partial else { return try sum(pieces.map(\.node), scope) }
    let layers = layers(of: pieces, axis)
    guard layers.count == 1 || layers.contains(where: { $0.count > 1 }) else { return nil }
    var sums: [Int] = []
    for layer in layers {
      guard let concatenation = try concatenated(layer, axis, whole, scope) else { return nil }
      sums.append(concatenation)
    }
    return try sum(sums, scope)
  }

  /// Pieces with the same range along an axis.
  private typealias Row = (range: Range<Int>, pieces: [Piece])

  /// The pieces by their ranges along an axis, in as few lists as have no overlap inside; each in ascending order.
  ///
  /// With ranges 0..<1, 0..<7, 1..<8 and 7..<8, the lists are 0..<1, 1..<8 and 0..<7, 7..<8.
  private func layers(of pieces: [Piece], _ axis: Int) -> [[Row]] {
    let rows = Dictionary(grouping: pieces) { piece in
      piece.low[axis]..<piece.low[axis] + shape(piece.node)[axis]
    }.sorted { ($0.key.lowerBound, $0.key.upperBound) < ($1.key.lowerBound, $1.key.upperBound) }
    return rows.reduce(into: []) { layers, row in
      let free = layers.firstIndex { $0.last?.range.upperBound ?? 0 <= row.key.lowerBound }
      if free == nil { layers.append([]) }
      layers[free ?? layers.count - 1].append((row.key, row.value))
    }
  }

  /// The concatenation of pieces that lie one after another along an axis; nil where those at one place overlap
  /// in part.
  private func concatenated(
    _ layer: [Row], _ axis: Int, _ whole: Shape, _ scope: String
  ) throws -> Int? {
    var parts: [Int] = []
    var end = 0
    for (range, group) in layer {
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
