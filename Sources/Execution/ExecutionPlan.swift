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
    library: OneDNN
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
    instructions = lowering.instructions
    buffers = lowering.buffers
    memory = MemoryPlan(instructions, buffers)
  }

  /// The simplified graph, and where its roots are in it.
  private static func simplified(
    _ graph: Graph, _ roots: [Int], _ library: OneDNN
  ) throws -> (Graph, [Int]) {
    try graph.verify()
    let forms = try ConvolutionForms(graph, library: library)
    try forms.graph.verify()
    let simplification = try Simplification(forms.graph)
    try simplification.graph.verify()
    let kept = roots.map { simplification.mapping[forms.mapping[$0]] }
    let (live, place) = Simplification.removingDeadNodes(simplification.graph, roots: kept)
    try live.verify()
    return (live, kept.map { place[$0] })
  }

  /// Floating-point operations of all contractions.
  var flops: Double {
    instructions.reduce(0) {
      if case .contraction(let contraction) = $1 { $0 + contraction.flops } else { $0 }
    }
  }
}
