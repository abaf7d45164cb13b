import Autodiff

/// Gathers element-wise work into kernels. Values over the same iteration space that share work or operands
/// are computed by one kernel.
///
/// y = tanh(x) and s = Σ tanh(x)·x, before and after:
///
///     kernel [8]: load x, tanh, store y        kernel [8]: load x, tanh, store y,
///     kernel [8]: load y, load x, multiply,                multiply, sum to s
///                 sum to s
struct Fusion {
  let graph: Graph
  /// Number of uses of each node; see `KernelEmitter`.
  let useCounts: [Int]
  /// Positions of the kernels in the instruction list by iteration space, the newest last.
  private var kernels: [Shape: [Int]] = [:]

  /// Largest number of values of a kernel that another root may join, that root's included.
  private static let kernelLimit = 200
  /// Number of earlier kernels that are tried for a new root, the newest first.
  private static let candidateLimit = 6

  init(_ graph: Graph, useCounts: [Int]) {
    self.graph = graph
    self.useCounts = useCounts
  }

  /// A value that a kernel has to compute for other instructions.
  struct Root {
    /// The node whose value is stored or reduced.
    let node: Int
    /// The iteration space that it is computed over.
    let shape: Shape
    /// The layer that it is for.
    let scope: String
    /// Position of an instruction that has to come before; −1 for none.
    var earliest = -1
  }

  /// Adds a root to an earlier kernel over the same space that it shares work or operands with, or
  /// to a new kernel.
  ///
  /// - Parameter emit: Writes the root into the kernel.
  mutating func add(
    _ root: Root, to list: inout InstructionList, _ placement: Placement,
    _ emit: (inout FusedKernel, KernelEmitter) -> Void
  ) {
    let needs = needs(of: root.node, placement)
    let scopes = needs.inner.sorted().map { graph.nodes[$0].scope } + [root.scope]
    let emitter = KernelEmitter(graph: graph, useCounts: useCounts, placement: placement)
    let candidates = (kernels[root.shape] ?? []).suffix(Self.candidateLimit)
      .filter { $0 > root.earliest }
    for position in candidates.reversed() {
      guard case .kernel(var kernel) = list.instructions[position],
        canJoin(needs, kernel, at: position, list, placement)
      else { continue }
      emit(&kernel, emitter)
      kernel.scopes += scopes
      list.replace(at: position, by: .kernel(kernel))
      return
    }
    var kernel = FusedKernel(shape: root.shape)
    emit(&kernel, emitter)
    kernel.scopes = scopes
    list.append(.kernel(kernel))
    kernels[root.shape, default: []].append(list.last)
  }

  /// The nodes that an expression depends on.
  private struct Needs {
    /// The nodes that it reads from memory.
    var leaves = Set<Int>()
    /// The nodes that it computes.
    var inner = Set<Int>()
  }

  private func needs(of id: Int, _ placement: Placement) -> Needs {
    var needs = Needs()
    var pending = [id]
    while let next = pending.popLast() {
      if KernelEmitter.constant(graph, next) != nil { continue }
      if placement.view(next) != nil {
        needs.leaves.insert(next)
      } else if needs.inner.insert(next).inserted {
        pending += graph.nodes[next].inputs
      }
    }
    return needs
  }

  /// True where an expression can and should be computed by an earlier kernel: everything that it reads exists
  /// before the kernel runs, or the kernel computes it at the same place, and both share work or an operand.
  private func canJoin(
    _ needs: Needs, _ kernel: FusedKernel, at position: Int, _ list: InstructionList,
    _ placement: Placement
  ) -> Bool {
    let size = kernel.values.count + needs.inner.count + needs.leaves.count
    guard size <= Self.kernelLimit else { return false }
    var isShared = needs.inner.contains { kernel.operands[$0] != nil }
    for leaf in needs.leaves {
      guard let view = placement.view(leaf) else { return false }
      let isMadeHere = kernel.storedNodes.contains(leaf)
      if list.producer(of: view.buffer) >= position && !isMadeHere { return false }
      if !view.strides.contains(0),
        kernel.operands[leaf] != nil || kernel.loadedBuffers.contains(view.buffer)
      {
        isShared = true
      }
    }
    return isShared
  }
}
