public import Autodiff
internal import Kernels

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

  private enum Step {
    case kernel(CompiledKernel)
    case contraction(Contraction)
    case check(UnsafeMutablePointer<Float>, String)
  }

  let instructions: [Instruction]
  let buffers: [Buffer]
  let memoryPlan: MemoryPlan
  private let library: OneDNN
  private let seed: UInt64
  private let threads: Int
  private var steps: [Step] = []
  private let arena: AlignedBuffer
  private let scratch: AlignedBuffer
  private var owned: [BufferID: AlignedBuffer] = [:]
  private let variables: VariableStore
  private let addresses: [UnsafeMutablePointer<Float>]
  private var outputs: [String: View] = [:]
  private var inputs: [String: BufferID] = [:]

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
    self.variables = variables
    self.seed = seed
    self.threads = threads
    let library = try OneDNN()
    self.library = library
    let outputNames = outputs.keys.sorted()
    let updateNames = updates.keys.sorted()
    let roots =
      outputNames.compactMap { outputs[$0]?.id } + updateNames.compactMap { updates[$0]?.id }
    let (simple, places) = try Self.simplified(graph, roots)
    let outputIDs = zip(outputNames, places).map { ($0, $1) }
    let updateIDs = zip(updateNames, places.dropFirst(outputNames.count)).map {
      (name: $0, node: $1)
    }
    let checks = outputIDs.filter { checked.contains($0.0) }.map { ($1, $0) }
    var lowering = try Lowering(
      simple, roots: places, updates: Set(updateIDs.map(\.node)),
      checked: Dictionary(checks, uniquingKeysWith: { a, _ in a }),
      library: library)
    for (name, id) in outputIDs {
      let view = try lowering.contiguous(id)
      if lowering.buffers[view.buffer].kind == .temporary {
        lowering.setKind(.output, of: view.buffer)
      }
      self.outputs[name] = view
    }
    try lowering.assign(updateIDs)
    instructions = lowering.instructions
    buffers = lowering.buffers
    memoryPlan = MemoryPlan(instructions, buffers)
    arena = AlignedBuffer(count: memoryPlan.size)
    arenaBytes = memoryPlan.size * 4
    var addresses: [UnsafeMutablePointer<Float>] = []
    for (id, buffer) in buffers.enumerated() {
      addresses.append(
        Self.address(id, buffer, memoryPlan, arena, variables, &owned, &inputs, buffers))
    }
    self.addresses = addresses
    let address = { (id: BufferID) in addresses[id] }
    var scratchCount = 1
    var flops = 0.0
    for instruction in instructions {
      switch instruction {
      case .kernel(let source):
        let kernel = CompiledKernel(source, threads: threads, address: address)
        scratchCount = max(scratchCount, kernel.scratchCount)
        steps.append(.kernel(kernel))
      case .contraction(let contraction):
        try contraction.bind(library, address)
        flops += contraction.flops
        steps.append(.contraction(contraction))
      case .check(let buffer, let output): steps.append(.check(addresses[buffer], output))
      }
    }
    self.flops = flops
    scratch = AlignedBuffer(count: scratchCount)
    for case .kernel(let kernel) in steps {
      if let base = scratch.values.baseAddress { kernel.bind(scratch: base) }
    }
  }

  /// Simplifies, removes what no root needs, and verifies after each; returns the roots' places.
  private static func simplified(_ graph: Graph, _ roots: [Int]) throws -> (Graph, [Int]) {
    try graph.verify()
    let simplification = try Simplification(graph)
    try simplification.graph.verify()
    let kept = roots.map { simplification.mapping[$0] }
    let (live, place) = Simplification.removingDeadNodes(simplification.graph, roots: kept)
    try live.verify()
    return (live, kept.map { place[$0] })
  }

  private static func address(
    _ id: BufferID, _ buffer: Buffer, _ plan: MemoryPlan, _ arena: AlignedBuffer,
    _ variables: VariableStore, _ owned: inout [BufferID: AlignedBuffer],
    _ inputs: inout [String: BufferID], _ buffers: [Buffer]
  ) -> UnsafeMutablePointer<Float> {
    func base(_ values: UnsafeMutableBufferPointer<Float>) -> UnsafeMutablePointer<Float> {
      guard let base = values.baseAddress else { preconditionFailure("memory without an address") }
      return base
    }
    switch buffer.kind {
    case .temporary, .output: return base(arena.values) + (plan.offsets[id] ?? 0)
    case .variable(let name): return base(variables.declare(name, count: buffer.count))
    case .replaced(let target):
      guard case .variable(let name) = buffers[target].kind else {
        preconditionFailure("only variables are replaced")
      }
      return base(variables.declare(name, count: buffer.count))
    case .input(let name):
      inputs[name] = id
      fallthrough
    case .constant:
      let memory = AlignedBuffer(count: buffer.count)
      if case .constant(let numbers) = buffer.kind { _ = memory.values.update(from: numbers) }
      owned[id] = memory
      return base(memory.values)
    }
  }

  // MARK: Running

  /// The memory of an input, to be filled before a run; nil when nothing depends on that input.
  public func input(_ name: String) -> UnsafeMutableBufferPointer<Float>? {
    inputs[name].map { UnsafeMutableBufferPointer(start: addresses[$0], count: buffers[$0].count) }
  }

  /// An output's elements in row-major order, valid until the next run.
  ///
  /// - Precondition: `name` was among the outputs.
  public func output(_ name: String) -> UnsafeBufferPointer<Float> {
    guard let view = outputs[name] else { preconditionFailure("no output named \(name)") }
    return UnsafeBufferPointer(
      start: addresses[view.buffer] + view.offset, count: view.shape.elementCount)
  }

  /// Computes the outputs and updates the variables.
  ///
  /// - Parameters:
  ///   - step: The counter of the random streams.
  /// - Throws: `ExecutionError` when oneDNN fails.
  @discardableResult
  public func run(step: UInt64) throws -> Outcome {
    for index in steps.indices {
      let started = profile.map { _ in ContinuousClock.now }
      switch steps[index] {
      case .kernel(let kernel): kernel.run(seed: seed, step: step)
      case .contraction(let contraction): try contraction.run(library)
      case .check(let value, let output):
        if !value.pointee.isFinite { return .stopped(output: output) }
      }
      if let started { profile?.add(ContinuousClock.now - started, at: index) }
    }
    profile?.runs += 1
    return .finished
  }

  /// Runs step by step and returns the first tensor that is not finite.
  ///
  /// - Returns: What made it, with its shape and layer, or nil when all are finite.
  public func firstNonFinite(step: UInt64) throws -> String? {
    for (name, id) in buffers.enumerated().compactMap({ id, buffer -> (String, Int)? in
      switch buffer.kind {
      case .variable(let name): ("variable \(name)", id)
      case .input(let name): ("input \(name)", id)
      default: nil
      }
    }) where !isFinite(id) { return name }
    for (index, instruction) in instructions.enumerated() {
      switch steps[index] {
      case .kernel(let kernel): kernel.run(seed: seed, step: step)
      case .contraction(let contraction): try contraction.run(library)
      case .check: continue
      }
      if !instruction.results.allSatisfy(isFinite) { return instruction.label }
    }
    return nil
  }

  private func isFinite(_ buffer: BufferID) -> Bool {
    UnsafeBufferPointer(start: addresses[buffer], count: buffers[buffer].count).allSatisfy(
      \.isFinite)
  }

  /// Starts to measure where the time of the runs goes.
  public func startProfile() {
    profile = Profile(
      isContraction: steps.map { if case .contraction = $0 { true } else { false } })
  }
}

/// Seconds per instruction, summed over runs.
public struct Profile {
  /// How many runs are in it.
  public internal(set) var runs = 0
  private(set) var seconds: [Double]
  private let isContraction: [Bool]

  init(isContraction: [Bool]) {
    self.isContraction = isContraction
    seconds = [Double](repeating: 0, count: isContraction.count)
  }

  mutating func add(_ duration: Duration, at index: Int) {
    seconds[index] +=
      Double(duration.components.attoseconds) * 1e-18 + Double(duration.components.seconds)
  }

  /// Share of the time spent in oneDNN, layout changes included, in 0…1.
  public var oneDNNShare: Double {
    let total = seconds.reduce(0, +)
    let inside = zip(seconds, isContraction).reduce(0) { $1.1 ? $0 + $1.0 : $0 }
    return total > 0 ? inside / total : 0
  }
}
