import Autodiff
import CPU
import Execution
import TestSupport
import Testing

/// Runs of instructions that are divided by rows, so that threads need not wait for each other.
@Suite struct RowRegionTests {
  @Test func randomNetworks() throws {
    for seed in 0..<30 {
      let rows = [3, 8, 17, 32][seed % 4]
      let graph = Graph()
      let outputs = try unrolledOutputs(
        graph, steps: 2 + seed % 7, rows: rows, size: [5, 16, 33][seed % 3], seed: UInt64(seed))
      for threads in [1, 2, 3] {
        let worst = try compare(outputs, threads: threads, absolute: 1e-4, relative: 1e-4)
        #expect(worst <= 1, "seed \(seed) on \(threads) threads: \(worst)")
      }
    }
  }

  @Test func stepsAreCutByRows() throws {
    let graph = Graph()
    let w = try graph.variable("w", shape: [64, 64])
    var state = try graph.input("x", shape: [64, 64])
    for _ in 0..<10 { state = try state.matmul(w).tanh() }
    let plan = try ExecutionPlan([state], for: TestBackend(threads: 2))
    let step = ["  matmul [64, 64] ", "  kernel [64, 64] 1 operations, 1 loads, 1 stores  "]
    let steps = Array(repeating: step, count: 10).flatMap { $0 }
    #expect(plan.lines == ["64 rows by 2 workers:"] + steps, "\(plan)")
    #expect(plan.flops == 10 * 2 * 64 * 64 * 64)
  }

  /// A region with one worker runs all rows. With a single thread there is no region.
  @Test func smallProductsAreRunByOneWorker() throws {
    let graph = Graph()
    let w = try graph.variable("w", shape: [8, 8])
    let y = try graph.input("x", shape: [4, 8]).matmul(w).tanh()
    let steps = ["matmul [4, 8] ", "kernel [4, 8] 1 operations, 1 loads, 1 stores  "]
    #expect(
      try ExecutionPlan([y], for: TestBackend(threads: 2)).lines
        == ["4 rows by 1 workers:"] + steps.map { "  " + $0 })
    #expect(try ExecutionPlan([y], for: TestBackend(threads: 1)).lines == steps)
  }

  /// Each worker has its rows of every operand, its part of random streams, and the whole weight.
  @Test func workersHaveTheirRows() throws {
    let graph = Graph()
    let w = try graph.variable("w", shape: [64, 64])
    let noise = try graph.uniform("noise", shape: [64, 64])
    var state = try graph.input("x", shape: [64, 64])
    for _ in 0..<6 { state = try (state.matmul(w) + noise).tanh() }
    let plan = try ExecutionPlan([state], for: TestBackend(threads: 3, workspace: 7))
    guard case .rows(let region) = plan.instructions[0] else {
      Issue.record("no region: \(plan)")
      return
    }
    #expect(region.rowCount == 64 && region.workers.count == 3)
    for (worker, rows) in zip(region.workers, [0..<21, 21..<42, 42..<64]) {
      guard case .contraction(let product) = worker[0], case .kernel(let kernel) = worker[1] else {
        Issue.record("not a product and a kernel: \(worker)")
        return
      }
      #expect(product.x.shape == [rows.count, 64] && product.x.offset == 64 * rows.lowerBound)
      #expect(product.y.offset == 64 * rows.lowerBound && product.weight.shape == [64, 64])
      #expect(!product.isShared)
      #expect(kernel.shape == [rows.count, 64] && kernel.firstElement == 64 * rows.lowerBound)
    }
    let workspaces = region.workers.map { worker in
      Set(
        worker.compactMap {
          if case .contraction(let product) = $0 { product.workspace } else { nil }
        })
    }
    #expect(workspaces.allSatisfy { $0.count == 1 } && Set(workspaces).count == 3)
  }

  /// Values do not depend on the number of workers.
  @Test func workersComputeTheWhole() throws {
    for seed in 0..<12 {
      let graph = Graph()
      let outputs = try unrolledOutputs(
        graph, steps: 2 + seed % 5, rows: [17, 32, 64][seed % 3], size: [16, 33][seed % 2],
        seed: UInt64(seed))
      let backends = [1, 2, 3, 5].map {
        TestBackend(threads: $0, packingUses: $0 % 2 == 0 ? nil : 2, workspace: 3 * $0)
      }
      let worst = try compare(outputs, on: backends, absolute: 1e-4, relative: 1e-4)
      #expect(worst <= 1, "seed \(seed): \(worst)")
    }
  }

  /// A kernel that reads rows written by another worker is not in the region of that write.
  @Test func rowsThatMeetAreNotCut() throws {
    let graph = Graph()
    let w = try graph.variable("w", shape: [48, 48])
    var state = try graph.input("x", shape: [33, 48])
    for _ in 0..<8 {
      let y = try state.matmul(w)
      let shifted = try Tensor.concatenate(
        [y.slice(axis: 0, 1..<33), y.slice(axis: 0, 0..<1)], axis: 0)
      state = try (y + shifted).tanh()
    }
    for _ in 0..<20 { #expect(try compare([state], threads: 2, absolute: 1e-4) <= 1) }
    let plan = try ExecutionPlan([state], for: TestBackend(threads: 2))
    #expect(!plan.lines.contains { $0.contains("2 workers") }, "\(plan)")
  }

  @Test func sameBytesTwice() throws {
    func run() throws -> [UInt32] {
      let graph = Graph()
      let outputs = try unrolledOutputs(graph, steps: 12, rows: 32, size: 32)
      let variables = VariableStore()
      let start = variables.declare("w", count: 96 * 32)
      _ = start.update(from: numbers(96 * 32, seed: 3).map { Float($0) * 0.2 })
      let program = try Program(
        Computation(graph, outputs: [outputs[3]]), variables: variables, seed: 2,
        backend: CPUBackend(threads: 2))
      let (x, state) = try (
        graph.input("x", shape: [12 * 32, 32]), graph.input("state", shape: [32, 32])
      )
      _ = program[x].update(from: numbers(12 * 32 * 32, seed: 4).map(Float.init))
      _ = program[state].update(from: numbers(32 * 32, seed: 5).map(Float.init))
      try program.run(step: 1)
      return program[outputs[3]].map(\.bitPattern)
    }
    let first = try run()
    #expect(first.contains { $0 != 0 })
    for _ in 0..<5 { #expect(try run() == first) }
  }

  @Test func badValuesInsideAreFound() throws {
    let graph = Graph()
    let w = try graph.variable("w", shape: [64, 64])
    var state = try graph.input("x", shape: [64, 64])
    for step in 0..<10 {
      state = try graph.scope("step\(step)") {
        let y = try state.matmul(w).tanh()
        return step == 6 ? try (y - 3).log() : y
      }
    }
    let loss = try state.sum()
    let program = try Program(
      Computation(graph, outputs: [loss], checks: [.init("loss", loss)]),
      variables: VariableStore(), seed: 0, backend: CPUBackend(threads: 2))
    #expect(program.description.contains("rows by 2 workers"))
    for _ in 0..<2 {
      #expect(try program.run(step: 0) == .stopped(check: "loss"))
      let culprit = try program.firstNonFinite(step: 0)
      #expect(culprit?.contains("step6") == true, "\(culprit ?? "none")")
    }
  }

  /// Compiling is linear in the steps and does not exhaust the stack.
  @Test func longSequencesCompile() throws {
    let clock = ContinuousClock()
    for steps in [64, 512, 1024] {
      let graph = Graph()
      let outputs = try unrolledOutputs(graph, steps: steps, rows: 8, size: 16)
      var program: Program?
      let time = try clock.measure {
        program = try Program(
          Computation(graph, outputs: outputs), variables: VariableStore(), seed: 0,
          backend: CPUBackend(threads: 2))
      }
      print("\(steps) steps, \(graph.nodes.count) nodes compiled in \(time)")
      let lines = program?.description.split(separator: "\n").count ?? 0
      #expect(lines > 0 && lines < 12 * steps + 40, "\(lines) instructions")
    }
  }
}
