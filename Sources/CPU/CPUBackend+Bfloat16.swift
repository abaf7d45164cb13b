internal import Execution

/// Products and convolutions of bfloat16: operands are converted before each, and results are of single precision.
extension CPUBackend {
  /// Multiplications for each number that is converted below which converting costs more than it saves.
  private static let conversionLimit = 32.0

  /// The numbers that are multiplied where that is worth while.
  var wanted: OneDNN.Number { reducesPrecision ? .bfloat16 : .single }

  /// True where a contraction multiplies numbers of bfloat16: a large one whose operands are each used often enough, and
  /// for which oneDNN has fast code.
  func isReduced(_ contraction: Contraction) throws -> Bool {
    if contraction.kind == .product, let layout = contraction.weightLayout {
      return reducedLayouts.contains(layout)
    }
    guard reducesPrecision, contraction.isShared, contraction.flops > Self.parallelFlops
    else { return false }
    let converted = contraction.operands.reduce(0.0) { sum, view in
      sum + view.shape.reduce(1) { $0 * Double($1) }
    }
    guard contraction.flops / 2 > Self.conversionLimit * converted else { return false }
    if let convolution = contraction.convolution {
      return try !library.isGeneral(convolution, of: .bfloat16)
    }
    return try !library.isGeneral(
      a: OneDNN.Layout(compact: contraction.x, .bfloat16),
      b: OneDNN.Layout(compact: contraction.weight, .bfloat16), c: OneDNN.Layout(contraction.y))
  }

  /// The operands but the weight that a contraction reads as bfloat16, each with the layout that it is converted to first.
  func convertedOperands(
    of contraction: Contraction
  ) throws -> [(role: Contraction.Role, layout: OneDNN.Layout)] {
    guard try isReduced(contraction) else { return [] }
    if contraction.kind == .product {
      return [(.x, try OneDNN.Layout(compact: contraction.x, .bfloat16))]
    }
    let operands = [(Contraction.Role.x, contraction.x), (.y, contraction.y)]
    return try operands.filter { $0.0 != contraction.resultRole }.map {
      ($0, try OneDNN.Layout(channelsLast: $1.shape, .bfloat16))
    }
  }
}
