import Autodiff
import Execution
import Testing

/// New values of variables, written in place or by a copy at the end.
@Suite struct UpdateTests {
  private func plan(
    _ updates: (Graph, Tensor, Tensor) throws -> ([Tensor], [String: Tensor])
  ) throws -> ExecutionPlan {
    let graph = Graph()
    let (w, v) = try (graph.variable("w", shape: [4, 4]), graph.variable("v", shape: [4, 4]))
    let (outputs, updates) = try updates(graph, w, v)
    return try ExecutionPlan(outputs, updates: updates)
  }

  /// Names of the variables whose new value is computed in their own memory.
  private func replaced(_ plan: ExecutionPlan) -> [String] {
    plan.buffers.compactMap { buffer in
      guard case .replaced(let target) = buffer.kind,
        case .variable(let name) = plan.buffers[target].kind
      else { return nil }
      return name
    }
  }

  private func copies(_ plan: ExecutionPlan) -> Int {
    plan.kernels.count { $0.operationCount == 0 }
  }

  @Test func newValuesReplaceOldOnesInPlace() throws {
    let plan = try plan { _, w, v in ([], ["w": try w * 0.5 + v]) }
    #expect(replaced(plan) == ["w"] && copies(plan) == 0, "\(plan)")
    #expect(plan.instructions.count == 1 && plan.memory.size == 0)
  }

  @Test func laterReadersForceACopy() throws {
    let plan = try plan { graph, w, v in
      let new = try w * 0.5 + v
      return ([try v.matmul(new).matmul(w)], ["w": new])
    }
    #expect(replaced(plan).isEmpty && copies(plan) == 1, "\(plan)")
    #expect(plan.description.contains("4: ") == false, "\(plan)")
  }

  /// Each variable is read by the update of the other, so old values are copied before they are overwritten.
  @Test func exchangedVariablesAreCopied() throws {
    let plan = try plan { _, w, v in ([], ["w": v, "v": w]) }
    #expect(replaced(plan) == ["w"] && copies(plan) == 3, "\(plan)")
    let mixed = try self.plan { _, w, v in ([], ["w": try w + v, "v": try v - w]) }
    #expect(replaced(mixed).count + copies(mixed) == 2, "\(mixed)")
  }

  /// A value that is transposed while it is read cannot be overwritten.
  @Test func movedValuesAreCopied() throws {
    let plan = try plan { _, w, v in ([], ["w": try w.transpose([1, 0]) + v]) }
    #expect(replaced(plan).isEmpty && copies(plan) == 1, "\(plan)")
  }

  /// A value of two variables can be computed in the memory of only one of them.
  @Test func aValueOfTwoVariablesIsCopiedOnce() throws {
    let plan = try plan { _, w, v in
      let sum = try w + v
      return ([], ["w": sum, "v": sum])
    }
    #expect(replaced(plan).count == 1 && copies(plan) == 1, "\(plan)")
  }

  @Test func outputsAreNotInPlace() throws {
    let plan = try plan { _, w, v in
      let sum = try w + v
      return ([sum], ["w": sum])
    }
    #expect(replaced(plan).isEmpty && copies(plan) == 1, "\(plan)")
  }

  /// An update comes after the checks before it, even where its kernel could join an earlier one.
  @Test func updatesWaitForChecks() throws {
    let graph = Graph()
    let w = try graph.variable("w", shape: [4, 4])
    let loss = try w.squared().sum()
    let new = try w * 0.5
    let checked = try ExecutionPlan(
      [loss], updates: ["w": new], checks: [.init("loss", loss)])
    #expect(
      checked.lines.map { $0.prefix(6) } == ["kernel", "check ", "kernel"], "\(checked)")
    let free = try ExecutionPlan([loss], updates: ["w": new])
    #expect(free.lines.count == 1, "\(free)")
  }

  /// A value that is used only in its own kernel is not stored.
  @Test func idleStoresGo() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [40, 4])
    let shared = try x.exp().tanh()
    let plan = try ExecutionPlan([shared.sum(axes: [1]), shared.squared().sum(axes: [1])])
    #expect(plan.kernels.count == 1 && plan.kernels[0].stores.isEmpty, "\(plan)")
    let kept = try ExecutionPlan([shared.sum(axes: [1]), shared])
    #expect(kept.kernels[0].stores.count == 1, "\(kept)")
  }
}
