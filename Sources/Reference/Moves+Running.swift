internal import Autodiff
package import Execution

extension Moves {
  /// Moves the elements one by one; sums are in double precision and rounded once.
  package func run(_ address: (BufferID) -> UnsafeMutablePointer<Float>) {
    func start(_ view: View) -> UnsafeMutablePointer<Float> { address(view.buffer) + view.offset }
    let source = start(self.source)
    var sums = [Double](repeating: 0, count: target.shape.elementCount)
    forEachPair(start(places)) { from, to in sums[to] += Double(source[from]) }
    for (place, sum) in sums.enumerated() { start(target)[place] = Float(sum) }
  }
}
