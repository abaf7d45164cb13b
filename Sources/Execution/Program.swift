public import Autodiff
internal import Kernels
internal import Machine

/// A graph compiled for many runs: a flat list of fused kernels and oneDNN calls over one arena.
///
/// A run allocates nothing. Programs are used from one thread; the work inside is shared among
/// `threads` threads of the process's one pool.
public final class Program {
  /// How a run ended.
  public enum Outcome: Equatable, Sendable {
    case finished
    /// A checked output was not finite; nothing after it was computed.
    case stopped(output: String)
  }

  /// Floating-point operations of the contractions in one run.
  public let flops: Double
  /// Bytes of the arena that temporaries share.
  public let arenaBytes: Int
  /// Where the time of the runs since `startProfile` went; nil when not asked for.
  public private(set) var profile: Profile?
  /// Called before each run; what it throws keeps the program from running.
  public var beforeRun: (() throws -> Void)?

  private enum Step {
    case kernel(CompiledKernel)
    case contraction(Contraction)
    case rows(RowWorkers)
    case check(UnsafeMutablePointer<Float>, String)
  }

  let plan: ExecutionPlan
  private let memory: ProgramMemory
  private let scratch: AlignedBuffer
  private let library: OneDNN
  private let seed: UInt64
  private let threads: Int
  private var steps: [Step] = []

  /// Compiles a graph.
  ///
  /// - Parameters:
  ///   - outputs: What the caller reads after a run.
  ///   - checked: Names of scalar outputs that must be finite for a run to go on.
  ///   - updates: New values of variables, by name; all are computed from the old values.
  ///   - variables: Holds every variable; those it lacks are declared and zero.
  ///   - seed: The key of all random numbers.
  ///   - threads: How many threads share the work.
  /// - Throws: `GraphError` for a graph that breaks its rules, `ExecutionError` when oneDNN refuses.
  public init(
    _ graph: Graph, outputs: [String: Tensor], checked: Set<String> = [],
    updates: [String: Tensor] = [:], variables: VariableStore, seed: UInt64, threads: Int
  ) throws {
    lethe_set_threads(Int32(threads))
    self.seed = seed
    self.threads = threads
    library = try OneDNN()
    plan = try ExecutionPlan(
      graph, outputs: outputs, checked: checked, updates: updates, library: library,
      threads: threads)
    try Self.checkMemory(plan)
    memory = ProgramMemory(plan, variables)
    flops = plan.flops
    arenaBytes = plan.memory.size * MemoryLayout<Float>.stride
    var scratchCount = 1
    let address = { [memory] (id: BufferID) in memory.addresses[id] }
    for instruction in plan.instructions {
      switch instruction {
      case .kernel(let source):
        let kernel = CompiledKernel(source, threads: threads, address: address)
        scratchCount = max(scratchCount, kernel.scratchCount)
        steps.append(.kernel(kernel))
      case .contraction(let contraction):
        try contraction.bind(library, address)
        steps.append(.contraction(contraction))
      case .rows(let region):
        steps.append(.rows(try RowWorkers(region, library, address)))
      case .check(let buffer, let output): steps.append(.check(address(buffer), output))
      }
    }
    scratch = AlignedBuffer(count: scratchCount)
    for case .kernel(let kernel) in steps { kernel.bind(scratch: scratch.values) }
  }

  /// Refuses an arena for which there is no memory, before it is allocated.
  private static func checkMemory(_ plan: ExecutionPlan) throws {
    let needed = Double(plan.memory.size) * Double(MemoryLayout<Float>.stride)
    guard let problem = Memory.problem(bytes: needed) else { return }
    throw ExecutionError(
      description: "a step works on \(Int(needed / 1_048_576)) MB and \(problem): "
        + "expected a smaller batch or model")
  }

  // MARK: Running

  /// The memory of an input, to be filled before a run; nil when nothing depends on that input.
  public func input(_ name: String) -> UnsafeMutableBufferPointer<Float>? {
    memory.inputs[name]
  }

  /// An output's elements in row-major order, valid until the next run.
  ///
  /// - Precondition: `name` was among the outputs.
  public func output(_ name: String) -> UnsafeBufferPointer<Float> {
    guard let view = plan.outputs[name] else { preconditionFailure("no output named \(name)") }
    return UnsafeBufferPointer(
      start: memory.addresses[view.buffer] + view.offset, count: view.shape.elementCount)
  }

  /// Computes the outputs and updates the variables.
  ///
  /// - Parameters:
  ///   - step: The counter of the random streams.
  /// - Throws: `ExecutionError` when oneDNN fails; what `beforeRun` throws.
  @discardableResult
  public func run(step: UInt64) throws -> Outcome {
    try beforeRun?()
    // Another program may have run in between.
    lethe_set_threads(Int32(threads))
    for index in steps.indices {
      let started = profile.map { _ in ContinuousClock.now }
      if case .check(let value, let output) = steps[index], !value.pointee.isFinite {
        return .stopped(output: output)
      }
      try run(steps[index], step)
      if let started {
        let duration = ContinuousClock.now - started
        profile?.add(duration, oneDNN: oneDNNShare(of: steps[index]), at: index)
      }
    }
    profile?.runs += 1
    return .finished
  }

  private func run(_ instruction: Step, _ step: UInt64) throws {
    switch instruction {
    case .kernel(let kernel): kernel.run(seed: seed, step: step)
    case .contraction(let contraction): try contraction.run()
    case .rows(let workers): try workers.run(seed: seed, step: step, timed: profile != nil)
    case .check: break
    }
  }

  /// How much of an instruction's time oneDNN took.
  private func oneDNNShare(of step: Step) -> Double {
    switch step {
    case .contraction: 1
    case .rows(let workers): workers.oneDNNShare
    case .kernel, .check: 0
    }
  }

  /// Runs step by step and returns the first tensor that is not finite.
  ///
  /// - Returns: What made it, with its shape and layer, or nil when all are finite.
  public func firstNonFinite(step: UInt64) throws -> String? {
    for (id, buffer) in plan.buffers.enumerated() where !isFinite(id) {
      switch buffer.kind {
      case .variable(let name): return "variable \(name)"
      case .input(let name): return "input \(name)"
      default: continue
      }
    }
    for (index, instruction) in plan.instructions.enumerated() {
      try run(steps[index], step)
      if let origin = origin(ofNonFinite: instruction) { return origin }
    }
    return nil
  }

  /// Which of an instruction's results is not finite, the first inside a region.
  private func origin(ofNonFinite instruction: Instruction) -> String? {
    if case .rows(let region) = instruction {
      return region.instructions.lazy.compactMap { self.origin(ofNonFinite: $0) }.first
    }
    return instruction.results.allSatisfy(isFinite) ? nil : instruction.origin
  }

  private func isFinite(_ view: View) -> Bool {
    view.allElements { memory.addresses[view.buffer][$0].isFinite }
  }

  private func isFinite(_ buffer: BufferID) -> Bool {
    UnsafeBufferPointer(start: memory.addresses[buffer], count: plan.buffers[buffer].count)
      .allSatisfy(\.isFinite)
  }

  /// Starts to measure where the time of the runs goes.
  public func startProfile() {
    profile = Profile(count: steps.count)
  }
}
