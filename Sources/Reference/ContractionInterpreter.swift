package import Execution

/// Computes a matrix product, a convolution or one of its gradients, one multiplication at a time.
package struct ContractionInterpreter {
  private let contraction: Contraction
  private let x, weight, y: UnsafeMutablePointer<Float>

  /// Finds the operands in memory.
  package init(_ contraction: Contraction, address: (BufferID) -> UnsafeMutablePointer<Float>) {
    self.contraction = contraction
    func start(_ view: View) -> UnsafeMutablePointer<Float> { address(view.buffer) + view.offset }
    (x, weight, y) = (start(contraction.x), start(contraction.weight), start(contraction.y))
  }

  /// Computes the result.
  package func run() {
    guard let convolution = contraction.convolution else { return multiply() }
    switch convolution.kind {
    case .forward:
      sum(into: y, convolution.y) { add in
        convolution.forEachProduct { add($2, Double(x[$0]) * Double(weight[$1])) }
      }
    case .inputGradient:
      sum(into: x, convolution.x) { add in
        convolution.forEachProduct { add($0, Double(y[$2]) * Double(weight[$1])) }
      }
    case .weightGradient:
      sum(into: weight, convolution.w) { add in
        convolution.forEachProduct { add($1, Double(x[$0]) * Double(y[$2])) }
      }
    }
  }

  /// Sums products in double precision, and rounds each sum once.
  private func sum(
    into target: UnsafeMutablePointer<Float>, _ shape: [Int],
    _ addAll: ((Int, Double) -> Void) -> Void
  ) {
    var sums = [Double](repeating: 0, count: shape.reduce(1, *))
    addAll { sums[$0] += $1 }
    for (place, sum) in sums.enumerated() { target[place] = Float(sum) }
  }

  private func multiply() {
    let (a, b, c) = (contraction.x, contraction.weight, contraction.y)
    for row in 0..<c.shape[0] {
      for column in 0..<c.shape[1] {
        var sum = 0.0
        for inner in 0..<a.shape[1] {
          let left = x[row * a.strides[0] + inner * a.strides[1]]
          sum += Double(left) * Double(weight[inner * b.strides[0] + column * b.strides[1]])
        }
        y[row * c.strides[0] + column * c.strides[1]] = Float(sum)
      }
    }
  }
}
