extension Graph {
  /// The derivatives of a scalar, as new nodes of this graph.
  ///
  /// - Parameters:
  ///   - output: A tensor of one element.
  ///   - sources: Tensors to differentiate by; intermediate results are allowed.
  /// - Returns: A tensor of its shape for each source; zeros where `output` does not depend on it.
  /// - Throws: `GraphError` when `output` is not a scalar.
  public func gradients(of output: Tensor, by sources: [Tensor]) throws -> [Tensor] {
    guard output.shape.elementCount == 1 else {
      throw GraphError(
        scope: currentScope, operation: "gradients", expected: "a scalar", found: "\(output.shape)")
    }
    let one = try constant(1).broadcast(to: output.shape)
    return try gradients(of: [output], weightedBy: [one], by: sources)
  }

  /// The vector–Jacobian product: derivatives of Σ⟨seedᵢ, outputᵢ⟩ by each source.
  public func gradients(
    of outputs: [Tensor], weightedBy seeds: [Tensor], by sources: [Tensor]
  ) throws -> [Tensor] {
    let dependent = dependents(of: sources)
    var gradient = [Int: Tensor]()
    for (output, seed) in zip(outputs, seeds) { try accumulate(seed, at: output.id, in: &gradient) }
    let wanted = Set(sources.map(\.id))
    let last = outputs.map(\.id).max() ?? -1
    for id in stride(from: last, through: 0, by: -1) where dependent[id] {
      guard let upstream = gradient[id], !wanted.contains(id) || needsInputs(id, dependent) else {
        continue
      }
      let node = nodes[id]
      let parts = try scope(inGradientOf: node) {
        try GradientRules.gradients(
          of: Tensor(graph: self, id: id), upstream: upstream,
          needed: node.inputs.map { dependent[$0] })
      }
      for (input, part) in zip(node.inputs, parts) {
        if let part { try accumulate(part, at: input, in: &gradient) }
      }
    }
    return try sources.map { try gradient[$0.id] ?? constant(0).broadcast(to: $0.shape) }
  }

  private func needsInputs(_ id: Int, _ dependent: [Bool]) -> Bool {
    nodes[id].inputs.contains { dependent[$0] }
  }

  private func accumulate(_ part: Tensor, at id: Int, in gradient: inout [Int: Tensor]) throws {
    gradient[id] = try gradient[id].map { try $0 + part } ?? part
  }

  /// Marks the nodes that depend on the sources; the dependence ends at `stopGradient`.
  private func dependents(of sources: [Tensor]) -> [Bool] {
    var dependent = [Bool](repeating: false, count: nodes.count)
    for source in sources { dependent[source.id] = true }
    for (id, node) in nodes.enumerated() where !dependent[id] && node.operation != .stopGradient {
      dependent[id] = node.inputs.contains { dependent[$0] }
    }
    return dependent
  }

  private func scope<Result>(
    inGradientOf node: Node, _ body: () throws -> Result
  ) rethrows -> Result {
    try scope("∂" + node.scope, body)
  }
}
