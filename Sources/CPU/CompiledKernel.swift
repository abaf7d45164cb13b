internal import Autodiff
internal import Execution
internal import Kernels

/// A fused kernel compiled for the interpreter: addresses, registers and byte code.
final class CompiledKernel {
  /// The structure that the interpreter reads; valid while this object lives.
  let pointer: UnsafeMutablePointer<lethe_kernel>
  private var arrays: [UnsafeMutableRawPointer] = []
  private var reductions: UnsafeMutablePointer<lethe_reduction>?
  private let needsPartials: Bool
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
    let allocation = RegisterAllocation(source, space, address: address)
    let blocks = space.blockCount
    let used = source.work < FusedKernel.parallelWork ? 1 : min(threads, blocks)
    let splits =
      source.reductions.indices.allSatisfy { space.reductions[$0][0] != 0 }
      && space.sizes[0] >= used
    let targets = source.reductions.map { $0.view.targetCount }
    let needsPartials = used > 1 && !splits
    self.needsPartials = needsPartials
    partialCount = needsPartials ? targets.reduce(0) { $0 + (used - 1) * $1 } : 0
    var kernel = lethe_kernel()
    kernel.rank = Int32(space.sizes.count)
    kernel.block_axis = Int32(space.blockAxis)
    kernel.chunk = Int64(space.chunk)
    kernel.first_element = Int64(source.firstElement)
    kernel.threads = Int32(used)
    kernel.splits_outermost = splits && !source.reductions.isEmpty ? 1 : 0
    withUnsafeMutableBytes(of: &kernel.sizes) { bytes in
      for (axis, size) in space.sizes.enumerated() {
        bytes.bindMemory(to: Int64.self)[axis] = Int64(size)
      }
    }
    kernel.register_count = Int32(allocation.tiles.count)
    kernel.tile_count = Int32(allocation.tileCount + source.reductions.count)
    pointer = .allocate(capacity: 1)
    kernel.loads = UnsafePointer(keep(allocation.loads))
    kernel.load_count = Int32(allocation.loads.count)
    kernel.randoms = UnsafePointer(keep(allocation.randoms))
    kernel.random_count = Int32(allocation.randoms.count)
    kernel.operations = UnsafePointer(keep(allocation.operations))
    kernel.operation_count = Int32(allocation.operations.count)
    kernel.stores = UnsafePointer(keep(allocation.stores))
    kernel.store_count = Int32(allocation.stores.count)
    kernel.tiles = UnsafePointer(keep(allocation.tiles))
    reductions = keep(
      source.reductions.indices.map { index in
        lethe_reduction(
          target: space.access(
            source.reductions[index].view, space.reductions[index],
            register: allocation.reductionRegisters[index], address: address),
          target_count: Int64(targets[index]), partials: nil,
          is_maximum: source.reductions[index].isMaximum ? 1 : 0)
      })
    kernel.reductions = UnsafePointer(reductions)
    kernel.reduction_count = Int32(source.reductions.count)
    pointer.initialize(to: kernel)
  }

  deinit {
    for array in arrays { array.deallocate() }
    pointer.deallocate()
  }

  /// Gives the kernel its scratch memory, `scratchCount` floats.
  func bind(scratch: UnsafeMutableBufferPointer<Float>) {
    pointer.pointee.scratch = scratch.baseAddress
    let kernel = pointer.pointee
    guard needsPartials, let reductions, let base = scratch.baseAddress else { return }
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
