package import Autodiff

/// The number of a buffer in its plan.
package typealias BufferID = Int

/// The places of a tensor's elements in a buffer: offset + Σ index·stride, in elements.
package struct View: Hashable {
  /// The memory that the elements lie in.
  package var buffer: BufferID
  /// Place of the first element in the buffer.
  package var offset = 0
  /// The sizes of the tensor's axes.
  package var shape: Shape
  /// Distance between neighbours along each axis; 0 along an axis that repeats one element.
  package var strides: [Int]

  /// The view of a whole buffer, without gaps.
  package init(buffer: BufferID, shape: Shape) {
    self.buffer = buffer
    self.shape = shape
    strides = shape.contiguousStrides
  }

  /// True where the elements follow each other in row-major order without gaps.
  package var isContiguous: Bool {
    var expected = 1
    for axis in shape.indices.reversed() where shape[axis] != 1 {
      guard strides[axis] == expected else { return false }
      expected *= shape[axis]
    }
    return true
  }

  /// The part of the view with the indices `range` along one axis.
  package func rows(_ range: Range<Int>, axis: Int) -> View {
    var view = self
    view.offset += range.lowerBound * strides[axis]
    view.shape[axis] = range.count
    return view
  }

  /// True where `condition` holds for the place of every element in the buffer.
  package func allElements(_ condition: (Int) -> Bool) -> Bool {
    var index = [Int](repeating: 0, count: shape.count)
    var place = offset
    for _ in 0..<shape.elementCount {
      guard condition(place) else { return false }
      for axis in shape.indices.reversed() {
        index[axis] += 1
        place += strides[axis]
        if index[axis] < shape[axis] { break }
        place -= index[axis] * strides[axis]
        index[axis] = 0
      }
    }
    return true
  }

  /// True for a matrix as products take it: one axis has stride 1, and the stride of the other is at least the
  /// size of the first. Strides of axes of size 1 do not matter. Of a batch, each is such a matrix.
  var isMatrix: Bool {
    let rows = shape.count - 2
    return strides.prefix(rows).allSatisfy { $0 > 0 }
      && [rows, rows + 1].contains { axis in
        let other = 2 * rows + 1 - axis
        return (strides[axis] == 1 || shape[axis] == 1)
          && (strides[other] >= shape[axis] || shape[other] == 1)
      }
  }

  /// The view after a movement; nil where no strides can express the result.
  package func moved(by operation: Operation, to target: Shape) -> View? {
    var view = self
    view.shape = target
    switch operation {
    case .reshape:
      guard let strides = reshapedStrides(target) else { return nil }
      view.strides = strides
    case .transpose(let permutation):
      view.strides = permutation.map { strides[$0] }
    case .broadcast:
      view.strides = shape.indices.map { shape[$0] == target[$0] ? strides[$0] : 0 }
    case .slice(let starts):
      view.offset += zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 }
    default: return nil
    }
    return view
  }

  /// Strides of the same elements under another shape. Neighbouring axes can be merged and divided anew only
  /// where they lie without gaps; nil where they do not.
  private func reshapedStrides(_ target: Shape) -> [Int]? {
    let axes = shape.indices.filter { shape[$0] != 1 }
    var result = [Int](repeating: 0, count: target.count)
    var next = 0
    var axis = 0
    while axis < axes.count {
      var size = shape[axes[axis]]
      var made = 1
      let first = next
      let start = axis
      while made != size || (next == first) {
        if made < size || next == first {
          guard next < target.count else { return nil }
          made *= target[next]
          next += 1
        } else {
          axis += 1
          guard axis < axes.count else { return nil }
          size *= shape[axes[axis]]
        }
      }
      for inner in start..<axis
      where strides[axes[inner]] != strides[axes[inner + 1]] * shape[axes[inner + 1]] { return nil }
      var stride = strides[axes[axis]]
      for place in (first..<next).reversed() {
        result[place] = stride
        stride *= target[place]
      }
      axis += 1
    }
    return result
  }
}
