import Autodiff

/// The instructions of a program and the memory that they work on, before anything has an address.
///
/// A plan is data: fused kernels, products, convolutions and rearrangements in the order in which they
/// run, and the place of each value.
package struct ExecutionPlan {
  /// The instructions in the order in which they run.
  package let instructions: [Instruction]
  /// The memory that instructions refer to, by number.
  package let buffers: [Buffer]
  /// The places of buffers in the arena.
  package let memory: MemoryPlan
  /// The place of each wanted output, in the order of `Computation.outputs`.
  package let outputs: [View]

  /// Rewrites a graph by the back end's passes, lowers it, cuts it by rows, and plans memory.
  package init(_ wanted: Computation, for backend: any Backend) throws {
    let rewritten = try backend.passes.rewrite(wanted.graph, roots: wanted.roots)
    let places = wanted.roots.map { rewritten.place(of: $0) }
    let outputNodes = places.prefix(wanted.outputs.count)
    let checkNodes = places.dropFirst(wanted.outputs.count).prefix(wanted.checks.count)
    let updateNodes = places.suffix(wanted.updates.count)
    let checks = zip(checkNodes, wanted.checks.map(\.name))
    var lowering = try Lowering(
      rewritten.graph, roots: places, updates: Set(updateNodes),
      checks: Dictionary(checks.map { ($0, $1) }, uniquingKeysWith: { first, _ in first }),
      backend: backend)
    outputs = try outputNodes.map { try lowering.keep($0) }
    try lowering.assign(Array(zip(wanted.updates.map(\.name), updateNodes)))
    lowering.removeIdleStores()
    let regions = try RowRegions(
      lowering.list.instructions, lowering.placement.buffers, for: backend)
    instructions = regions.instructions
    buffers = regions.buffers
    memory = MemoryPlan(instructions, buffers)
  }

  /// Floating-point operations of all contractions in one run.
  package var flops: Double {
    flatInstructions.reduce(0) {
      if case .contraction(let contraction) = $1 { $0 + contraction.flops } else { $0 }
    }
  }

  /// All instructions, with those inside regions in place of the regions.
  package var flatInstructions: [Instruction] {
    instructions.flatMap { if case .rows(let region) = $0 { region.instructions } else { [$0] } }
  }
}
