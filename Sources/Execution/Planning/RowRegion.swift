import Autodiff

/// Instructions that treat every row of their tensors on its own, such as the steps of a recurrent
/// network over a batch. Each worker runs all of them on its share of the rows without waiting for others.
package struct RowRegion {
  /// The instructions over all rows.
  package let instructions: [Instruction]
  /// Number of rows of every tensor that an instruction makes.
  package let rowCount: Int
  /// For each worker the instructions over its rows.
  package let workers: [[Instruction]]

  /// The buffers that are read.
  package var reads: [BufferID] { (instructions + workers.joined()).flatMap(\.reads) }
  /// The buffers that are written.
  package var writes: [BufferID] { (instructions + workers.joined()).flatMap(\.writes) }
}

/// The rows of an access to memory: row r lies in `base + r·stride ..< base + (r + 1)·stride`. A stride of 0
/// means that all rows read the same elements.
struct RowBand: Hashable {
  let buffer: BufferID
  let base: Int
  let stride: Int
  let end: Int

  /// - Parameter axis: The axis of the rows; nil for elements that every row reads.
  /// - Returns: nil where the memory of neighbouring rows overlaps or alternates.
  init?(_ view: View, axis: Int?) {
    let others = view.shape.indices.filter { $0 != axis }
    let span = others.reduce(0) { $0 + (view.shape[$1] - 1) * view.strides[$1] }
    buffer = view.buffer
    stride = axis.map { view.strides[$0] } ?? 0
    guard let axis, stride > 0 else {
      base = view.offset
      end = view.offset + span + 1
      return
    }
    let phase = view.offset % stride
    guard phase + span < stride else { return nil }
    base = view.offset - phase
    end = base + view.shape[axis] * stride
  }

  /// True where a row of this access may share memory with a different row of the other access.
  func collides(with other: RowBand) -> Bool {
    guard buffer == other.buffer, base < other.end, other.base < end else { return false }
    return stride == 0 || self != other
  }
}

/// The rows that an instruction reads and writes, for instructions that can be cut into rows.
struct RowAccess {
  var rowCount: Int
  var reads: [RowBand] = []
  var writes: [RowBand] = []
  /// Approximate cost, in simple operations on elements.
  var work: Int

  init?(_ instruction: Instruction) {
    switch instruction {
    case .kernel(let kernel): self.init(kernel)
    case .contraction(let contraction): self.init(contraction)
    case .check, .moves, .selection, .rearrangement, .rows: return nil
    }
  }

  private init?(_ kernel: FusedKernel) {
    guard let axis = kernel.rowAxis else { return nil }
    rowCount = kernel.shape[axis]
    work = kernel.work
    for view in kernel.loads {
      guard let band = RowBand(view, axis: axis) else { return nil }
      reads.append(band)
    }
    for view in kernel.results {
      guard let band = RowBand(view, axis: axis), band.stride > 0 else { return nil }
      writes.append(band)
    }
  }

  private init?(_ contraction: Contraction) {
    guard contraction.kind == .product, !contraction.isBatched,
      let a = RowBand(contraction.x, axis: 0),
      let b = RowBand(contraction.weight, axis: nil), let c = RowBand(contraction.y, axis: 0),
      a.stride > 0, c.stride > 0
    else { return nil }
    rowCount = contraction.x.shape[0]
    work = Int(contraction.flops / Self.flopsPerOperation)
    reads = [a, b]
    writes = [c]
  }

  /// Floating-point operations of a matrix product that take as long as one element-wise operation.
  private static let flopsPerOperation = 32.0
}

extension FusedKernel {
  /// The outermost axis with more than one element, whose steps are the rows; nil where there is none.
  var rowAxis: Int? { shape.indices.first { shape[$0] > 1 } }

  /// The kernel over some of its rows.
  func rows(_ range: Range<Int>, axis: Int) -> FusedKernel {
    func part(_ view: View) -> View { view.rows(range, axis: axis) }
    var target = shape
    target[axis] = range.count
    var kernel = FusedKernel(shape: target)
    kernel.firstElement = firstElement + range.lowerBound * target.contiguousStrides[axis]
    kernel.values = values.map { if case .load(let view) = $0 { .load(part(view)) } else { $0 } }
    kernel.stores = stores.map { Store(operand: $0.operand, view: part($0.view)) }
    kernel.reductions = reductions.map {
      Reduction(value: $0.value, view: part($0.view), isMaximum: $0.isMaximum)
    }
    kernel.scopes = scopes
    return kernel
  }
}
