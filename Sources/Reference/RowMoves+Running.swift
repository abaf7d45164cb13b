internal import Autodiff
package import Execution

extension RowMoves {
  /// Moves the rows, one number at a time; sums are in double precision and rounded once.
  package func run(_ address: (BufferID) -> UnsafeMutablePointer<Float>) {
    func start(_ view: View) -> UnsafeMutablePointer<Float> { address(view.buffer) + view.offset }
    let source = start(self.source)
    var sums = [Double](repeating: 0, count: target.shape.elementCount)
    forEachRow(start(places)) { from, to in
      for channel in 0..<width { sums[to + channel] += Double(source[from + channel]) }
    }
    for (place, sum) in sums.enumerated() { start(target)[place] = Float(sum) }
  }
}
