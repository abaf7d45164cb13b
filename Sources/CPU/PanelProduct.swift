internal import Autodiff
internal import Execution
internal import Kernels

/// A product of matrices whose right one lies in panels, as wide as a block of the result in registers.
struct PanelProduct {
  /// The sizes of the right matrix.
  struct Right: Equatable {
    let rows, columns: Int

    /// Floats of the matrix in panels.
    var count: Int { Int(withUnsafePointer(to: product(threads: 1), lethe_product_packed_count)) }

    fileprivate func product(of rows: Int = 0, threads: Int) -> lethe_product {
      lethe_product(
        rows: Int64(rows), depth: Int64(self.rows), columns: Int64(columns),
        threads: Int32(threads))
    }
  }

  let right: Right
  private let contraction: Contraction

  /// The product of a contraction; nil for convolutions, batches, and results with gaps between columns.
  init?(_ contraction: Contraction) {
    guard contraction.kind == .product, !contraction.isBatched, contraction.y.strides[1] == 1
    else { return nil }
    right = Right(rows: contraction.weight.shape[0], columns: contraction.weight.shape[1])
    self.contraction = contraction
  }

  /// The computation with the addresses of its operands.
  func call(
    threads: Int, _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) -> () -> Void {
    var product = right.product(of: contraction.x.shape[0], threads: threads)
    let x = lethe_matrix(contraction.x, address)
    let y = lethe_matrix(contraction.y, address)
    let packed = address(contraction.weight.buffer)
    return { lethe_product_run(&product, x, packed, y) }
  }
}

extension PanelProduct.Right {
  /// The packing of a matrix.
  func packing(
    _ change: Rearrangement, threads: Int, _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) -> () -> Void {
    var product = product(threads: threads)
    let plain = lethe_matrix(change.plain, address)
    let packed = address(change.packed)
    return { lethe_product_pack(&product, plain, packed) }
  }
}

extension lethe_matrix {
  fileprivate init(_ view: View, _ address: (BufferID) -> UnsafeMutablePointer<Float>) {
    self.init(
      start: address(view.buffer) + view.offset, row: Int64(view.strides[0]),
      column: Int64(view.strides[1]))
  }
}
