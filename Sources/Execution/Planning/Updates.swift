import Autodiff

/// Puts new values into variables.
///
/// w ← w − g·0.1, where nothing reads the old w later, before and after:
///
///     kernel: load w, load g, …, store t        kernel: load w, load g, …, store w
///     kernel: load t, store w
extension Lowering {
  /// Makes nodes the new values of variables: in the variable's own memory where nothing reads the old value
  /// later, else by a copy at the end.
  ///
  /// - Parameters:
  ///   - updates: Names of variables, each with the node of its new value.
  mutating func assign(_ updates: [(name: String, node: Int)]) throws {
    let sources = try updates.map { try snapshot($0.node) }
    var replaced = Set<BufferID>()
    var copies: [(View, View)] = []
    let readers = readers()
    for (update, source) in zip(updates, sources) {
      let target = placement.variable(update.name, graph.nodes[update.node].shape)
      if !replaced.contains(source.buffer),
        canReplace(target.buffer, by: source, readers[target.buffer] ?? [])
      {
        placement.setKind(.replaced(target.buffer), of: source.buffer)
        replaced.insert(source.buffer)
      } else {
        copies.append((source, target))
      }
    }
    for (source, target) in copies {
      var kernel = FusedKernel(shape: target.shape)
      kernel.store(kernel.append(.load(source)), in: target)
      list.append(.kernel(kernel))
    }
  }

  /// Removes stores of values that no instruction loads: only the kernel itself uses them.
  mutating func removeIdleStores() {
    let read = Set(list.instructions.flatMap(\.reads))
    for (position, instruction) in list.instructions.enumerated() {
      guard case .kernel(var kernel) = instruction else { continue }
      kernel.stores.removeAll {
        placement.buffers[$0.view.buffer].kind == .temporary && !read.contains($0.view.buffer)
      }
      list.replace(at: position, by: .kernel(kernel))
    }
  }

  /// The node's values, copied where they lie in a variable, which another update could change.
  private mutating func snapshot(_ id: Int) throws -> View {
    let view = try contiguous(id)
    if case .variable = placement.buffers[view.buffer].kind { return copy(of: view, for: id) }
    return view
  }

  private func readers() -> [BufferID: [Int]] {
    var readers: [BufferID: [Int]] = [:]
    for (position, instruction) in list.instructions.enumerated() {
      for buffer in Set(instruction.reads) { readers[buffer, default: []].append(position) }
    }
    return readers
  }

  /// True where the source can be computed in the memory of the variable: a single kernel writes all of it,
  /// and no later instruction reads the old value. The kernel itself may read it only at the place it writes.
  private func canReplace(_ target: BufferID, by source: View, _ readers: [Int]) -> Bool {
    let buffer = placement.buffers[source.buffer]
    guard buffer.kind == .temporary, source.offset == 0,
      buffer.count == source.shape.elementCount
    else { return false }
    let writers = list.instructions.indices.filter {
      list.instructions[$0].writes.contains(source.buffer)
    }
    guard writers.count == 1, case .kernel(let kernel) = list.instructions[writers[0]],
      kernel.stores.contains(where: { $0.view.buffer == source.buffer && $0.view.isContiguous }),
      kernel.shape.elementCount == source.shape.elementCount,
      readers.allSatisfy({ $0 <= writers[0] })
    else { return false }
    return kernel.readsInOrder(target)
  }
}
