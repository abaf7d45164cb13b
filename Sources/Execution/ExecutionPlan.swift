import Autodiff

/// What a program does and with which memory, before anything has an address.
struct ExecutionPlan {
  let instructions: [Instruction]
  let buffers: [Buffer]
  let memory: MemoryPlan
  /// Where each output lies.
  let outputs: [String: View]

  /// Simplifies, removes what no root needs, verifies after each, lowers, and plans memory.
  ///
  /// - Parameters: as those of `Program`.
  init(
    _ graph: Graph, outputs: [String: Tensor], checked: Set<String>, updates: [String: Tensor],
    library: OneDNN, threads: Int
  ) throws {
    let outputNames = outputs.keys.sorted()
    let updateNames = updates.keys.sorted()
    let roots =
      outputNames.compactMap { outputs[$0]?.id } + updateNames.compactMap { updates[$0]?.id }
    let (simple, places) = try Self.simplified(graph, roots, library)
    let outputNodes = Array(zip(outputNames, places))
    let updateNodes = zip(updateNames, places.dropFirst(outputNames.count))
      .map { (name: $0, node: $1) }
    let checks = outputNodes.filter { checked.contains($0.0) }.map { ($1, $0) }
    var lowering = try Lowering(
      simple, roots: places, updates: Set(updateNodes.map(\.node)),
      checked: Dictionary(checks, uniquingKeysWith: { first, _ in first }), library: library)
    var views: [String: View] = [:]
    for (name, id) in outputNodes { views[name] = try lowering.keep(id) }
    try lowering.assign(updateNodes)
    self.outputs = views
    lowering.removeIdleStores()
    let regions = try RowRegions(
      lowering.instructions, lowering.buffers, threads: threads, library: library)
    instructions = regions.instructions
    buffers = regions.buffers
    memory = MemoryPlan(instructions, buffers)
  }

  /// The simplified graph, and where its roots are in it.
  private static func simplified(
    _ graph: Graph, _ roots: [Int], _ library: OneDNN
  ) throws -> (Graph, [Int]) {
    try graph.verify()
    let forms = try ConvolutionForms(graph, library: library)
    try forms.graph.verify()
    let (simple, places) = try live(Simplification(forms.graph), roots.map { forms.mapping[$0] })
    let gathering = try Gathering(simple, roots: places)
    try gathering.graph.verify()
    return try live(Simplification(gathering.graph), places.map { gathering.mapping[$0] })
  }

  /// What `roots` need of a simplified graph, and where they are in it.
  private static func live(
    _ simplification: Simplification, _ roots: [Int]
  ) throws -> (Graph, [Int]) {
    try simplification.graph.verify()
    let kept = roots.map { simplification.mapping[$0] }
    let (live, place) = Simplification.removingDeadNodes(simplification.graph, roots: kept)
    try live.verify()
    return (live, kept.map { place[$0] })
  }

  /// Floating-point operations of all contractions.
  var flops: Double {
    flatInstructions.reduce(0) {
      if case .contraction(let contraction) = $1 { $0 + contraction.flops } else { $0 }
    }
  }

  /// The instructions with those inside regions.
  var flatInstructions: [Instruction] {
    instructions.flatMap { if case .rows(let region) = $0 { region.instructions } else { [$0] } }
  }
}
