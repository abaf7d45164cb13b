import Autodiff
import Execution

extension ExecutionPlan {
  /// The plan's kernels, contractions and regions, one per line, indented inside regions. Parts that depend
  /// on the processor are left out: changes of layout, numbers of instructions and the memory they take.
  var lines: [String] {
    description.split(separator: "\n").dropLast()
      .map { $0.replacing(#/^[0-9]+: /#, with: "") }
      .filter { !$0.contains(#/^ *reorder for /#) }
      .map(String.init)
  }

  /// The plan's fused kernels, including those inside regions.
  var kernels: [FusedKernel] {
    flatInstructions.compactMap { if case .kernel(let kernel) = $0 { kernel } else { nil } }
  }

  /// The plan's products and convolutions, including those inside regions.
  var contractions: [Contraction] {
    flatInstructions.compactMap {
      if case .contraction(let contraction) = $0 { contraction } else { nil }
    }
  }

  /// The plan's changes of layout.
  var rearrangements: [Rearrangement] {
    instructions.compactMap { if case .rearrangement(let change) = $0 { change } else { nil } }
  }

  /// Plans outputs and updates for the back end of the tests.
  init(
    _ outputs: [Tensor], updates: [String: Tensor] = [:], checks: [Computation.Check] = [],
    for backend: any Backend = TestBackend()
  ) throws {
    let tensors = outputs + updates.values
    try self.init(
      Computation(tensors[0].graph, outputs: outputs, checks: checks, updates: updates),
      for: backend)
  }
}

/// The graph of some outputs after the given passes.
func rewritten(_ outputs: [Tensor], by passes: [any GraphPass]) throws -> Graph {
  try passes.rewrite(outputs[0].graph, roots: outputs.map(\.id)).graph
}

extension Graph {
  /// Number of nodes of each operation.
  var operationCounts: [String: Int] {
    Dictionary(nodes.map { ($0.operation.name, 1) }, uniquingKeysWith: +)
  }
}
