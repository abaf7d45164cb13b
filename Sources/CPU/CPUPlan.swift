internal import Autodiff
internal import Execution
internal import Kernels

/// A plan prepared for the processor: kernels with byte code, calls of oneDNN, and workers for regions.
final class CPUPlan: PreparedPlan {
  private enum Step {
    case kernel(CompiledKernel)
    case call(LibraryCall)
    case product(() -> Void)
    case moves(lethe_moves)
    /// With the memory of its keys.
    case selection(lethe_selection, AlignedBuffer)
    case rows(RowWorkers)
    case check
  }

  private let backend: CPUBackend
  private let seed: UInt64
  private let scratch: AlignedBuffer
  private let steps: [Step]

  init(
    _ plan: ExecutionPlan, seed: UInt64, on backend: CPUBackend,
    _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) throws {
    self.backend = backend
    self.seed = seed
    var scratchCount = 1
    steps = try plan.instructions.map { instruction in
      switch instruction {
      case .kernel(let source):
        let kernel = CompiledKernel(source, threads: backend.threads, address: address)
        scratchCount = max(scratchCount, kernel.scratchCount)
        return .kernel(kernel)
      case .contraction(let contraction):
        let own = try backend.ownCall(contraction, address)
        return try own.map(Step.product)
          ?? .call(LibraryCall(contraction, on: backend, address))
      case .moves(let moves):
        return .moves(lethe_moves(moves, threads: backend.threads, address))
      case .selection(let source):
        let keys = AlignedBuffer(count: backend.threads * source.source.shape[1])
        return .selection(
          lethe_selection(source, threads: backend.threads, keys: keys, address), keys)
      case .rearrangement(let change):
        switch backend.layout(change.layout) {
        case .library(let layout):
          return .call(try LibraryCall(change, layout, on: backend, address))
        case .panels(let right):
          return .product(right.packing(change, threads: backend.threads, address))
        case .winograd(let kernel):
          return .product(kernel.packing(change, threads: backend.threads, address))
        }
      case .rows(let region): return .rows(try RowWorkers(region, on: backend, address))
      case .check: return .check
      }
    }
    scratch = AlignedBuffer(count: scratchCount)
    for case .kernel(let kernel) in steps { kernel.bind(scratch: scratch.values) }
  }

  func begin() { lethe_set_threads(Int32(backend.threads)) }

  func run(_ position: Int, step: UInt64, isTimed: Bool) throws {
    switch steps[position] {
    case .kernel(let kernel): kernel.run(seed: seed, step: step)
    case .call(let call): for call in call.calls { try call.run() }
    case .product(let run): run()
    case .moves(let moves): withUnsafePointer(to: moves, lethe_moves_run)
    case .selection(let selection, _): withUnsafePointer(to: selection, lethe_selection_run)
    case .rows(let workers): try workers.run(seed: seed, step: step, timed: isTimed)
    case .check: break
    }
  }

  func contractionShare(of position: Int) -> Double {
    switch steps[position] {
    case .call, .product: 1
    case .rows(let workers): workers.callShare
    case .kernel, .moves, .selection, .check: 0
    }
  }
}

extension lethe_moves {
  /// Floats that are moved below which a second thread costs more than it saves.
  private static let parallelCount = 16_384

  /// The moves with the addresses of their operands.
  fileprivate init(
    _ moves: Moves, threads: Int, _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) {
    func start(_ view: View) -> UnsafeMutablePointer<Float> { address(view.buffer) + view.offset }
    let moved = moves.places.shape.elementCount * moves.channels
    self.init(
      source: start(moves.source), places: start(moves.places), target: start(moves.target),
      examples: Int64(moves.examples), channels: Int64(moves.channels),
      source_count: Int64(moves.source.shape[2]), target_count: Int64(moves.target.shape[2]),
      place_count: Int64(moves.places.shape[1]), adds: moves.adds ? 1 : 0,
      threads: moved < Self.parallelCount ? 1 : Int32(min(threads, moves.examples)))
  }
}

extension lethe_selection {
  /// Elements below which a second thread costs more than it saves.
  private static let parallelCount = 4_096

  /// The selection with the addresses of its operands.
  ///
  /// - Parameter keys: Memory for a row for each thread.
  fileprivate init(
    _ selection: Selection, threads: Int, keys: AlignedBuffer,
    _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) {
    func start(_ view: View) -> UnsafeMutablePointer<Float> { address(view.buffer) + view.offset }
    let (rows, columns) = (selection.source.shape[0], selection.source.shape[1])
    self.init(
      source: start(selection.source), target: start(selection.target),
      keys: keys.values.baseAddress,
      rows: Int64(rows), columns: Int64(columns), count: Int64(selection.count),
      target_stride: Int64(selection.target.strides[0]),
      threads: rows * columns < Self.parallelCount ? 1 : Int32(min(threads, rows)))
  }
}
