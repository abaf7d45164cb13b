import Autodiff
import Execution
import TestSupport
import Testing

/// Runs of instructions that are cut by rows, so that threads need not wait for each other.
@Suite struct RowRegionTests {
  /// A network that repeats products, functions and random masks over the rows of a batch, and the
  /// gradients of its loss.
  private func unrolled(
    _ graph: Graph, steps: Int, rows: Int, size: Int, seed: UInt64 = 1
  ) throws -> [Tensor] {
    let x = try graph.input("x", shape: [steps * rows, size])
    let w = try graph.variable("w", shape: [3 * size, size]) * 0.3
    let b = try graph.variable("b", shape: [3 * size])
    let choices = numbers(64, seed: seed).map { Int(($0 + 1) * 500) }
    var state = try graph.input("state", shape: [rows, size])
    var states: [Tensor] = []
    for step in 0..<steps {
      let sum = try state.matmul(w, transposeOther: true) + b
      let parts = try (0..<3).map { try sum.slice(axis: 1, $0 * size..<($0 + 1) * size) }
      let input = try x.slice(axis: 0, step * rows..<(step + 1) * rows)
      var next = try parts[0].sigmoid() * state + parts[1].tanh() * input
      switch choices[step % 64] % 5 {
      case 0: next = try next * graph.uniform("mask\(step)", shape: [rows, size]).less(than: 0.7)
      case 1: next = try next - next.mean(axes: [1], keepingAxes: true)
      case 2: next = try next + parts[2] * parts[2].max(axes: [1], keepingAxes: true)
      case 3: next = try next * 0.5 + next.mean(axes: [0], keepingAxes: true)
      default: break
      }
      state = try next.tanh()
      states.append(state)
    }
    let all = try Tensor.concatenate(states, axis: 0)
    let loss = try (all * x).sum() + state.squared().mean()
    return try [loss, all] + graph.gradients(of: loss, by: [x, w, b])
  }

  @Test func randomNetworks() throws {
    for seed in 0..<30 {
      let rows = [3, 8, 17, 32][seed % 4]
      let graph = Graph()
      let outputs = try unrolled(
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
    let program = try Program(
      graph, outputs: ["y": state], variables: VariableStore(), seed: 0, threads: 2)
    let step = ["  matmul [64, 64] ", "  kernel [64, 64] 1 operations, 1 loads, 1 stores  "]
    let steps = Array(repeating: step, count: 10).flatMap { $0 }
    #expect(program.planLines == ["64 rows by 2 workers:"] + steps, "\(program)")
    #expect(program.flops == 10 * 2 * 64 * 64 * 64)
  }

  /// A kernel that reads a row another worker writes is not in the region of that write.
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
  }

  @Test func sameBytesTwice() throws {
    func run() throws -> [UInt32] {
      let graph = Graph()
      let outputs = try unrolled(graph, steps: 12, rows: 32, size: 32)
      let variables = VariableStore()
      let start = variables.declare("w", count: 96 * 32)
      _ = start.update(from: numbers(96 * 32, seed: 3).map { Float($0) * 0.2 })
      let program = try Program(
        graph, outputs: ["g": outputs[3]], variables: variables, seed: 2, threads: 2)
      _ = program.input("x")?.update(from: numbers(12 * 32 * 32, seed: 4).map(Float.init))
      _ = program.input("state")?.update(from: numbers(32 * 32, seed: 5).map(Float.init))
      try program.run(step: 1)
      return program.output("g").map(\.bitPattern)
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
    let program = try Program(
      graph, outputs: ["loss": state.sum()], checked: ["loss"], variables: VariableStore(),
      seed: 0, threads: 2)
    #expect(program.description.contains("rows by 2 workers"))
    for _ in 0..<2 {
      #expect(try program.run(step: 0) == .stopped(output: "loss"))
      let culprit = try program.firstNonFinite(step: 0)
      #expect(culprit?.contains("step6") == true, "\(culprit ?? "none")")
    }
  }

  /// Compiling is linear in the steps and does not exhaust the stack.
  @Test func longSequencesCompile() throws {
    let clock = ContinuousClock()
    for steps in [64, 512, 1024] {
      let graph = Graph()
      let outputs = try unrolled(graph, steps: steps, rows: 8, size: 16)
      var program: Program?
      let named = Dictionary(uniqueKeysWithValues: outputs.enumerated().map { ("\($0)", $1) })
      let time = try clock.measure {
        program = try Program(
          graph, outputs: named, variables: VariableStore(), seed: 0, threads: 2)
      }
      print("\(steps) steps, \(graph.nodes.count) nodes compiled in \(time)")
      let lines = program?.description.split(separator: "\n").count ?? 0
      #expect(lines > 0 && lines < 12 * steps + 40, "\(lines) instructions")
    }
  }
}
