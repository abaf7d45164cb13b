internal import Autodiff
package import Execution
package import Kernels

/// The axes of a kernel, with neighbours merged where every access allows it, and their division into blocks.
///
/// A kernel over [8, 4, 4, 16] that adds a bias along the last axis to a whole tensor runs over [128, 16], in
/// blocks of 16 steps of the first axis.
package struct IterationSpace {
  /// Sizes of the merged axes, outermost first.
  package private(set) var sizes: [Int]
  /// Strides over `sizes` of each load.
  package private(set) var loads: [[Int]]
  /// Strides over `sizes` of each store.
  package private(set) var stores: [[Int]]
  /// Strides over `sizes` of each reduction.
  package private(set) var reductions: [[Int]]
  /// The axis that is cut into blocks. A block holds all of the axes inside it.
  package private(set) var blockAxis = 0
  /// Steps of that axis in a block.
  package private(set) var chunk = 1

  /// Merges the axes of a kernel and cuts them.
  package init(_ kernel: FusedKernel) {
    let axes = kernel.shape.indices.filter { kernel.shape[$0] != 1 }
    func strides(_ view: View) -> [Int] { axes.map { view.strides[$0] } }
    sizes = axes.map { kernel.shape[$0] }
    loads = kernel.loads.map(strides)
    stores = kernel.stores.map { strides($0.view) }
    reductions = kernel.reductions.map { strides($0.view) }
    for axis in sizes.indices.dropLast().reversed() where canMerge(axis) { merge(axis) }
    if sizes.isEmpty {
      sizes = [1]
      loads = loads.map { _ in [0] }
      stores = stores.map { _ in [0] }
      reductions = reductions.map { _ in [0] }
    }
    chooseBlock()
  }

  /// Number of blocks in the whole space.
  package var blockCount: Int {
    sizes[..<blockAxis].reduce((sizes[blockAxis] + chunk - 1) / chunk, *)
  }

  private func canMerge(_ axis: Int) -> Bool {
    (loads + stores + reductions).allSatisfy { $0[axis] == $0[axis + 1] * sizes[axis + 1] }
  }

  private mutating func merge(_ axis: Int) {
    sizes[axis] *= sizes[axis + 1]
    sizes.remove(at: axis + 1)
    for index in loads.indices { loads[index].remove(at: axis) }
    for index in stores.indices { stores[index].remove(at: axis) }
    for index in reductions.indices { reductions[index].remove(at: axis) }
  }

  /// Length from which a run along the last axis is worth a block of its own.
  private static let longRun = 64

  /// Makes blocks as large as possible. A long run along the last axis becomes a block by itself where larger
  /// blocks would have to be gathered from separate places for more than one access.
  private mutating func chooseBlock() {
    let block = Int(LETHE_BLOCK)
    var inner = 1
    blockAxis = sizes.count - 1
    while blockAxis > 0, inner * sizes[blockAxis] <= block {
      inner *= sizes[blockAxis]
      blockAxis -= 1
    }
    chunk = min(sizes[blockAxis], block / inner)
    let last = sizes.count - 1
    guard blockAxis < last, sizes[last] >= Self.longRun else { return }
    let gathered = (loads + stores).count { $0[last] == 1 && !isDirect($0) }
    guard gathered > 1 else { return }
    blockAxis = last
    chunk = sizes[last]
  }

  /// True where the elements of a block are neighbours in memory.
  private func isDirect(_ strides: [Int]) -> Bool {
    var expected = 1
    for axis in (blockAxis..<sizes.count).reversed() {
      if strides[axis] != expected && !(axis == blockAxis && chunk == 1) { return false }
      expected *= sizes[axis]
    }
    return true
  }

  /// The place of a register's elements in memory, in the form that the interpreter reads.
  package func access(
    _ view: View, _ strides: [Int], register: Int,
    address: (BufferID) -> UnsafeMutablePointer<Float>
  ) -> lethe_access {
    precondition(sizes.count <= Int(LETHE_MAX_RANK), "a kernel over \(sizes.count) axes")
    var access = lethe_access()
    access.base = address(view.buffer) + view.offset
    access.reg = UInt8(register)
    access.is_direct = isDirect(strides) ? 1 : 0
    withUnsafeMutableBytes(of: &access.strides) { bytes in
      for (axis, stride) in strides.enumerated() {
        bytes.bindMemory(to: Int64.self)[axis] = Int64(stride)
      }
    }
    return access
  }
}
