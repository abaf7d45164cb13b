internal import Execution
internal import Kernels

/// A region of rows that is ready to run: each worker has its kernels, primitives and working memory.
final class RowWorkers {
  private let workers: [Worker]
  private var seed: UInt64 = 0
  private var step: UInt64 = 0
  private var isTimed = false

  init(
    _ region: RowRegion, on backend: CPUBackend,
    _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) throws {
    workers = try region.workers.map { try Worker($0, on: backend, address) }
  }

  /// Runs all workers, each on a thread.
  ///
  /// - Parameter timed: True to measure the time in contractions.
  /// - Throws: The error of the first worker that failed.
  func run(seed: UInt64, step: UInt64, timed: Bool) throws {
    self.seed = seed
    self.step = step
    isTimed = timed
    lethe_run_workers(
      { context, index in
        guard let context else { return }
        Unmanaged<RowWorkers>.fromOpaque(context).takeUnretainedValue().run(worker: Int(index))
      }, Unmanaged.passUnretained(self).toOpaque(), Int32(workers.count))
    for worker in workers { if let failure = worker.failure { throw failure } }
  }

  /// Share of the first worker's time that the last timed run spent in contractions.
  var callShare: Double { workers[0].callShare }

  private func run(worker: Int) { workers[worker].run(seed: seed, step: step, timed: isTimed) }
}

/// The work on one share of the rows. Only one thread uses it during a run.
private final class Worker {
  /// An instruction by plain addresses, or by what only this worker has. Threads that count references to shared objects
  /// hold each other up.
  private enum Step {
    case kernel(UnsafePointer<lethe_kernel>)
    case call(OneDNN.Call)
    case product(() -> Void)
  }

  private let steps: UnsafeMutableBufferPointer<Step>
  private let scratch: AlignedBuffer
  /// Owners of the kernels that `steps` points to.
  private let kernels: [CompiledKernel]
  private let calls: [LibraryCall]
  private(set) var failure: (any Error)?
  private(set) var callShare = 0.0

  init(
    _ instructions: [Instruction], on backend: CPUBackend,
    _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) throws {
    var (kernels, calls) = ([CompiledKernel](), [LibraryCall]())
    let steps = try instructions.flatMap { instruction -> [Step] in
      switch instruction {
      case .kernel(let source):
        let kernel = CompiledKernel(source, threads: 1, address: address)
        kernels.append(kernel)
        return [.kernel(kernel.pointer)]
      case .contraction(let contraction):
        if let own = try backend.ownCall(contraction, address) { return [.product(own)] }
        let call = try LibraryCall(contraction, on: backend, address)
        calls.append(call)
        return call.calls.map(Step.call)
      case .check, .moves, .selection, .rearrangement, .rows:
        preconditionFailure("not an instruction on rows")
      }
    }
    (self.kernels, self.calls) = (kernels, calls)
    scratch = AlignedBuffer(count: kernels.map(\.scratchCount).max() ?? 1)
    for kernel in kernels { kernel.bind(scratch: scratch.values) }
    self.steps = .allocate(capacity: steps.count)
    _ = self.steps.initialize(from: steps)
  }

  deinit { steps.deallocate() }

  func run(seed: UInt64, step: UInt64, timed: Bool) {
    let started = timed ? ContinuousClock.now : nil
    var inside = Duration.zero
    failure = nil
    do {
      for instruction in steps {
        if case .kernel(let kernel) = instruction {
          lethe_kernel_run(kernel, seed, step)
          continue
        }
        let begun = timed ? ContinuousClock.now : nil
        switch instruction {
        case .kernel: break
        case .call(let call): try call.run()
        case .product(let run): run()
        }
        if let begun { inside += ContinuousClock.now - begun }
      }
    } catch {
      failure = error
    }
    if let started { callShare = inside / max(ContinuousClock.now - started, .nanoseconds(1)) }
  }
}
