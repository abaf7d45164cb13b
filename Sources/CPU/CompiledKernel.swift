internal import Autodiff
internal import Execution
internal import Kernels

/// A fused kernel compiled for the interpreter: addresses, registers and byte code.
final class CompiledKernel {
  /// The structure that the interpreter reads; valid while this object lives.
  let pointer: UnsafeMutablePointer<lethe_kernel>
  private var arrays: [UnsafeMutableRawPointer] = []
  private var reductions: UnsafeMutablePointer<lethe_reduction>?
  /// Floats of the partial results of reductions; see `Division`.
  private let partialCount: Int

  /// Floats of scratch memory that a run needs. All kernels of a program share this memory.
  var scratchCount: Int {
    Int(pointer.pointee.threads) * Int(pointer.pointee.tile_count) * Int(LETHE_BLOCK)
      + partialCount
  }

  init(
    _ source: FusedKernel, threads: Int, address: (BufferID) -> UnsafeMutablePointer<Float>
  ) {
    let space = IterationSpace(source)
    let division = Division(source, space, threads: threads)
    partialCount = division.partialCount
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: lethe_kernel())
    describe(space, division, source)
    compile(source, space, address)
  }

  /// The division of a kernel's work among threads.
  private struct Division {
    let threads: Int
    /// True where each thread has steps of the outermost axis of its own, so that no two threads share the target of a
    /// reduction.
    let splitsOutermost: Bool
    /// Floats of the partial results that all threads but the first need for reductions with shared targets; 0 where no
    /// targets are shared.
    let partialCount: Int

    init(_ source: FusedKernel, _ space: IterationSpace, threads: Int) {
      let used = source.work < FusedKernel.parallelWork ? 1 : min(threads, space.blockCount)
      let splits =
        source.reductions.indices.allSatisfy { space.reductions[$0][0] != 0 }
        && space.sizes[0] >= used
      (self.threads, splitsOutermost) = (used, splits)
      partialCount =
        used > 1 && !splits
        ? source.reductions.reduce(0) { $0 + (used - 1) * $1.view.targetCount } : 0
    }
  }

  /// Sets the sizes of the kernel.
  private func describe(_ space: IterationSpace, _ division: Division, _ source: FusedKernel) {
    pointer.pointee.rank = Int32(space.sizes.count)
    pointer.pointee.block_axis = Int32(space.blockAxis)
    pointer.pointee.chunk = Int64(space.chunk)
    pointer.pointee.first_element = Int64(source.firstElement)
    pointer.pointee.threads = Int32(division.threads)
    pointer.pointee.splits_outermost =
      division.splitsOutermost && !source.reductions.isEmpty ? 1 : 0
    withUnsafeMutableBytes(of: &pointer.pointee.sizes) { bytes in
      for (axis, size) in space.sizes.enumerated() {
        bytes.bindMemory(to: Int64.self)[axis] = Int64(size)
      }
    }
  }

  /// Sets the kernel's registers and byte code.
  private func compile(
    _ source: FusedKernel, _ space: IterationSpace,
    _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) {
    let allocation = RegisterAllocation(source, space, address: address)
    pointer.pointee.register_count = Int32(allocation.tiles.count)
    pointer.pointee.tile_count = Int32(allocation.tileCount + source.reductions.count)
    pointer.pointee.loads = UnsafePointer(keep(allocation.loads))
    pointer.pointee.load_count = Int32(allocation.loads.count)
    pointer.pointee.randoms = UnsafePointer(keep(allocation.randoms))
    pointer.pointee.random_count = Int32(allocation.randoms.count)
    pointer.pointee.operations = UnsafePointer(keep(allocation.operations))
    pointer.pointee.operation_count = Int32(allocation.operations.count)
    pointer.pointee.stores = UnsafePointer(keep(allocation.stores))
    pointer.pointee.store_count = Int32(allocation.stores.count)
    pointer.pointee.tiles = UnsafePointer(keep(allocation.tiles))
    reductions = keep(
      source.reductions.indices.map { index in
        let reduction = source.reductions[index]
        return lethe_reduction(
          target: space.access(
            reduction.view, space.reductions[index],
            register: allocation.reductionRegisters[index], address: address),
          target_count: Int64(reduction.view.targetCount), partials: nil,
          is_maximum: reduction.isMaximum ? 1 : 0)
      })
    pointer.pointee.reductions = UnsafePointer(reductions)
    pointer.pointee.reduction_count = Int32(source.reductions.count)
  }

  deinit {
    for array in arrays { array.deallocate() }
    pointer.deallocate()
  }

  /// Gives the kernel its scratch memory, `scratchCount` floats.
  func bind(scratch: UnsafeMutableBufferPointer<Float>) {
    pointer.pointee.scratch = scratch.baseAddress
    let kernel = pointer.pointee
    guard partialCount > 0, let reductions, let base = scratch.baseAddress else { return }
    var next = base + Int(kernel.threads) * Int(kernel.tile_count) * Int(LETHE_BLOCK)
    for index in 0..<Int(kernel.reduction_count) {
      reductions[index].partials = next
      next += Int(kernel.threads - 1) * Int(reductions[index].target_count)
    }
  }

  func run(seed: UInt64, step: UInt64) { lethe_kernel_run(pointer, seed, step) }

  private func keep<Element>(_ values: [Element]) -> UnsafeMutablePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(1, values.count))
    memory.initialize(from: values, count: values.count)
    arrays.append(memory)
    return memory
  }
}

extension View {
  /// Number of elements that a reduction writes: the product of the sizes of axes with a stride.
  fileprivate var targetCount: Int {
    zip(shape, strides).reduce(1) { $1.1 == 0 ? $0 : $0 * $1.0 }
  }
}
