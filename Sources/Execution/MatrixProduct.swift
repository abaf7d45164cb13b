import Autodiff
internal import Kernels

/// The matrices of c = a × b, transposed already.
struct MatrixProduct {
  let a: View
  var b: View
  let c: View
  /// b as the library wants it.
  var bLayout: OneDNN.Layout

  /// Floating-point operations below which a second thread costs more than it saves.
  private static let parallelFlops = 2e6

  /// - Parameters:
  ///   - packs: Whether the library may choose b's layout.
  ///   - isShared: Whether all threads may share the work.
  func primitive(
    _ library: OneDNN, packs: Bool = false, isShared: Bool = true
  ) throws -> Primitive {
    let threads = lethe_threads()
    if !isShared || flops < Self.parallelFlops { lethe_set_threads(1) }
    defer { lethe_set_threads(threads) }
    return try library.matmul(a: layout(a), b: bLayout, c: layout(c), packs: packs)
  }

  var operands: [Contraction.Operand] {
    get throws {
      try [
        .init(
          argument: .source, buffer: a.buffer, offset: a.offset, layout: layout(a),
          isRead: true),
        .init(
          argument: .weights, buffer: b.buffer, offset: b.offset, layout: bLayout,
          isRead: true),
        .init(
          argument: .target, buffer: c.buffer, offset: c.offset, layout: layout(c),
          isRead: false),
      ]
    }
  }

  var flops: Double { 2 * Double(a.shape[0]) * Double(a.shape[1]) * Double(c.shape[1]) }

  /// The product of some of a's rows.
  func rows(_ range: Range<Int>) -> MatrixProduct {
    MatrixProduct(a: a.rows(range, axis: 0), b: b, c: c.rows(range, axis: 0), bLayout: bLayout)
  }

  private func layout(_ view: View) throws -> OneDNN.Layout {
    try OneDNN.Layout(sizes: view.shape, strides: view.strides)
  }
}

extension Contraction {
  /// The product of some rows, by a primitive for one thread and without working memory yet.
  func rows(_ range: Range<Int>, _ library: OneDNN) throws -> Contraction {
    guard let part = product?.rows(range) else {
      throw ExecutionError(description: "\(label) cannot be cut into rows")
    }
    let contraction = Contraction(
      try part.primitive(library, isShared: false), try part.operands, flops: part.flops,
      label: label)
    contraction.product = part
    return contraction
  }
}
