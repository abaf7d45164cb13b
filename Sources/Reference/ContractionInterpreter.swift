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
    let views = [contraction.x, contraction.weight, contraction.y]
    guard contraction.isBatched else { return multiply(x, weight, y, views.map(Matrix.init)) }
    for index in 0..<contraction.y.shape[0] {
      let starts = views.map { index * $0.strides[0] }
      multiply(x + starts[0], weight + starts[1], y + starts[2], views.map(Matrix.init))
    }
  }

  /// The sizes and strides of the last two axes of a view.
  private struct Matrix {
    let rows, columns, rowStride, columnStride: Int

    init(_ view: View) {
      (rows, columns) = (view.shape[view.shape.count - 2], view.shape[view.shape.count - 1])
      rowStride = view.strides[view.strides.count - 2]
      columnStride = view.strides[view.strides.count - 1]
    }

    func place(_ row: Int, _ column: Int) -> Int { row * rowStride + column * columnStride }
  }

  private func multiply(
    _ left: UnsafeMutablePointer<Float>, _ right: UnsafeMutablePointer<Float>,
    _ target: UnsafeMutablePointer<Float>, _ matrices: [Matrix]
  ) {
    let (a, b, c) = (matrices[0], matrices[1], matrices[2])
    for row in 0..<c.rows {
      for column in 0..<c.columns {
        var sum = 0.0
        for inner in 0..<a.columns {
          sum += Double(left[a.place(row, inner)]) * Double(right[b.place(inner, column)])
        }
        target[c.place(row, column)] = Float(sum)
      }
    }
  }
}
