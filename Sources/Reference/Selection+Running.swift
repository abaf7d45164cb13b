internal import Autodiff
package import Execution

extension Selection {
  /// Sorts each row.
  package func run(_ address: (BufferID) -> UnsafeMutablePointer<Float>) {
    let (rows, columns) = (source.shape[0], source.shape[1])
    let from = address(source.buffer) + source.offset
    let to = address(target.buffer) + target.offset
    for row in 0..<rows {
      let magnitudes = UnsafeBufferPointer(start: from + row * columns, count: columns).map(abs)
      to[row * target.strides[0]] = magnitudes.sorted()[count - 1]
    }
  }
}
