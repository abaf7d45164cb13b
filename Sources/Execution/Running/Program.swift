public import Autodiff
internal import Machine

/// A graph compiled for many runs: a plan that a back end has prepared, with its memory.
///
/// A run allocates nothing. A program is used from one thread; the threads of the back end share the work
/// inside.
///
///     let x = try graph.input("x", shape: [2, 3])
///     let y = try x.tanh()
///     let program = try Program(Computation(graph, outputs: [y]))    // on the processor: see the target CPU
///     _ = program[x].update(from: values)
///     try program.run(step: 0)
///     print(Array(program[y]))
public final class Program {
  /// The outcome of a run.
  public enum Outcome: Equatable, Sendable {
    /// Everything has been computed.
    case finished
    /// The scalar of a check was not finite. Nothing after the check has been computed.
    case stopped(check: String)
  }

  /// The instructions, in order, and their memory.
  package let plan: ExecutionPlan
  /// Times of the runs since `startProfile`; nil where they are not measured.
  package private(set) var profile: Profile?
  /// A function to call before each run. If it throws, the run does not begin.
  package var beforeRun: (() throws -> Void)?

  private let memory: ProgramMemory
  private let prepared: any PreparedPlan
  /// The scalar that each check tests, by instruction; nil for instructions that are no checks.
  private let checked: [UnsafeMutablePointer<Float>?]
  /// Views of the outputs, by node.
  private let outputs: [Int: View]
  private weak var graph: Graph?

  /// Compiles a graph.
  ///
  /// - Parameters:
  ///   - wanted: Outputs, checks and updates to compute.
  ///   - variables: The store of all variables. Missing ones are added to it, filled with zeros.
  ///   - seed: The key of all random numbers.
  ///   - backend: The back end that the program runs on.
  /// - Throws: `GraphError` for a graph that breaks its rules; `ExecutionError` where a library fails or memory
  ///   is short.
  package init(
    _ wanted: Computation, variables: VariableStore, seed: UInt64, backend: any Backend
  ) throws {
    plan = try ExecutionPlan(wanted, for: backend)
    try Self.checkMemory(plan)
    let memory = ProgramMemory(plan, variables)
    self.memory = memory
    graph = wanted.graph
    outputs = Dictionary(
      zip(wanted.outputs.map(\.id), plan.outputs), uniquingKeysWith: { first, _ in first })
    prepared = try backend.prepare(plan, seed: seed) { memory.addresses[$0] }
    checked = plan.instructions.map {
      if case .check(let buffer, _) = $0 { memory.addresses[buffer] } else { nil }
    }
  }

  /// Throws for an arena that does not fit into memory, before it is allocated.
  private static func checkMemory(_ plan: ExecutionPlan) throws {
    let needed = Double(plan.memory.size) * Double(MemoryLayout<Float>.stride)
    guard let problem = Memory.problem(bytes: needed) else { return }
    throw ExecutionError(
      description: "a step works on \(Int(needed / 1_048_576)) MB and \(problem): "
        + "expected a smaller batch or model")
  }

  // MARK: Inputs and outputs

  /// The elements, in row-major order, of an input, to be filled before a run, or of an output, valid until the
  /// next run. Values written to an input that nothing depends on have no effect.
  ///
  /// - Precondition: `tensor` is an input of the program's graph, or was among the outputs.
  public subscript(tensor: Tensor) -> UnsafeMutableBufferPointer<Float> {
    precondition(tensor.graph === graph, "a tensor of another graph than the program's")
    if let view = outputs[tensor.id] { return values(of: view) }
    guard case .input(let name) = tensor.node.operation else {
      preconditionFailure("%\(tensor.id) \(tensor.node.operation.name) is no input or output")
    }
    return memory.input(name, count: tensor.shape.elementCount)
  }

  /// True where something that the program computes depends on the input.
  package func reads(_ input: Tensor) -> Bool {
    guard case .input(let name) = input.node.operation else { return false }
    return memory.inputs[name] != nil
  }

  /// The elements of a contiguous view.
  private func values(of view: View) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(
      start: memory.addresses[view.buffer] + view.offset, count: view.shape.elementCount)
  }

  // MARK: Running

  /// Computes the outputs and updates the variables.
  ///
  /// - Parameters:
  ///   - step: The counter of the random streams.
  /// - Throws: `ExecutionError` where a library fails, and any error of `beforeRun`.
  @discardableResult
  public func run(step: UInt64) throws -> Outcome {
    try beforeRun?()
    prepared.begin()
    for index in checked.indices {
      let started = profile.map { _ in ContinuousClock.now }
      if let value = checked[index], !value.pointee.isFinite { return stopped(at: index) }
      try prepared.run(index, step: step, isTimed: started != nil)
      if let started {
        profile?.add(
          ContinuousClock.now - started, inContractions: prepared.contractionShare(of: index),
          at: index)
      }
    }
    profile?.runs += 1
    return .finished
  }

  private func stopped(at index: Int) -> Outcome {
    guard case .check(_, let name) = plan.instructions[index] else { return .finished }
    return .stopped(check: name)
  }

  /// Runs one instruction after another and looks for the first value that is not finite.
  ///
  /// - Returns: The variable or input that holds it, or the shape and layer of the instruction that made it;
  ///   nil where all values are finite.
  package func firstNonFinite(step: UInt64) throws -> String? {
    for (id, buffer) in plan.buffers.enumerated() where !isFinite(id) {
      switch buffer.kind {
      case .variable(let name): return "variable \(name)"
      case .input(let name): return "input \(name)"
      default: continue
      }
    }
    prepared.begin()
    for (index, instruction) in plan.instructions.enumerated() {
      try prepared.run(index, step: step, isTimed: false)
      if let origin = origin(ofNonFinite: instruction) { return origin }
    }
    return nil
  }

  /// The origin of an instruction whose results are not all finite: in a region, of the first such one.
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

  // MARK: Measurements

  /// Floating-point operations of the contractions in one run.
  public var flops: Double { plan.flops }

  /// Size of the arena, in bytes.
  package var arenaBytes: Int { plan.memory.size * MemoryLayout<Float>.stride }

  /// Starts to measure the time of each instruction.
  package func startProfile() { profile = Profile(count: plan.instructions.count) }
}
