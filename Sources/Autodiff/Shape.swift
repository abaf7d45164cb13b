/// The sizes of a tensor's axes, outermost first. Images are [N, H, W, C], sounds [N, T, C],
/// feature matrices [N, D]; a scalar is [].
public typealias Shape = [Int]

extension Shape {
  /// The number of elements: the product of all sizes, 1 for a scalar.
  public var elementCount: Int { reduce(1, *) }

  /// Distances in elements between neighbours along each axis, for row-major order without gaps.
  package var contiguousStrides: [Int] {
    var strides = [Int](repeating: 1, count: count)
    for axis in indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * self[axis + 1] }
    return strides
  }

  /// The list with its last two numbers exchanged: the shape, or the strides, of transposed matrices.
  package var withLastTwoSwapped: [Int] {
    var swapped = self
    swapped.swapAt(count - 2, count - 1)
    return swapped
  }

  /// This shape with size 1 along `axes`.
  package func reduced(along axes: [Int]) -> Shape {
    enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
  }

  /// The shape that both sides broadcast to by NumPy's rule; nil where they do not fit.
  package func broadcast(with other: Shape) -> Shape? {
    let rank = Swift.max(count, other.count)
    let a = [Int](repeating: 1, count: rank - count) + self
    let b = [Int](repeating: 1, count: rank - other.count) + other
    var result = Shape()
    for (x, y) in zip(a, b) {
      guard x == y || x == 1 || y == 1 else { return nil }
      result.append(x == 1 ? y : x)
    }
    return result
  }
}
