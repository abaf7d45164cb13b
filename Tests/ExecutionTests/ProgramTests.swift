import Autodiff
import Execution
import Foundation
import TestSupport
import Testing

/// Compiled programs as a whole: passes, updates, memory, randomness, failures.
@Suite struct ProgramTests {
  @Test func equalNodesBecomeOneAndDeadOnesGo() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [4, 4])
    _ = try x.exp()
    let y = try (x * 1 + 0).tanh() + x.tanh() * (graph.constant(2) * 3 - 5)
    let simple = try Simplification(graph)
    let (live, place) = Simplification.removingDeadNodes(
      simple.graph, roots: [simple.mapping[y.id]])
    try live.verify()
    #expect(live.nodes.count == 3, "\(live)")
    #expect(live.nodes[place[simple.mapping[y.id]]].operation == .binary(.add))
    #expect(try compare([y]) <= 1)
  }

  /// Batch normalisation's gradient reads the activations twice, not three times.
  @Test func factorsLeaveSums() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [16, 5])
    let w = try graph.input("w", shape: [16, 5])
    let centered = try x - x.mean(axes: [0], keepingAxes: true)
    let variance = try centered.squared().mean(axes: [0], keepingAxes: true)
    let y = try centered * (1 / (variance + 1e-5).sqrt())
    let gradient = try graph.gradients(of: (y * w).sum(), by: [x])[0]
    #expect(try compare([gradient, y], absolute: 1e-4) <= 1)
    let program = try Program(
      graph, outputs: ["g": gradient], variables: VariableStore(), seed: 0, threads: 1)
    let passes = program.description.split(separator: "\n").filter { $0.contains("kernel [16, 5]") }
    #expect(passes.count == 3, "\(program)")
  }

  @Test func randomGraphs() throws {
    for seed in 0..<150 {
      let graph = Graph()
      let outputs = try randomOutputs(graph, seed: UInt64(seed))
      for threads in [1, 2] {
        let worst = try compare(outputs, threads: threads, absolute: 1e-4, relative: 1e-4)
        #expect(worst <= 1, "seed \(seed) on \(threads) threads: \(worst)\n\(graph)")
      }
    }
  }

  /// A pile of element-wise operations, reductions, movements and products over a few shapes.
  private func randomOutputs(_ graph: Graph, seed: UInt64) throws -> [Tensor] {
    let choices = numbers(400, seed: seed + 77).map { Int(($0 + 1) * 500) }
    var next = 0
    func choose(_ count: Int) -> Int {
      next += 1
      return choices[next % choices.count] % count
    }
    let shape = [[6, 10], [3, 4, 5], [40, 64], [2, 130, 9]][choose(4)]
    var pool = try (0..<3).map { try graph.input("i\($0)", shape: shape) }
    for _ in 0..<24 {
      let (a, b) = (pool[choose(pool.count)], pool[choose(pool.count)])
      switch choose(9) {
      case 0: pool.append(try a + b)
      case 1: pool.append(try a * b * 0.5)
      case 2: pool.append(try a.tanh())
      case 3: pool.append(try a.less(than: b).select(a, b - 1))
      case 4: pool.append(try a - a.mean(axes: [0], keepingAxes: true))
      case 5: pool.append(try a * b.max(axes: [shape.count - 1], keepingAxes: true).tanh())
      case 6: pool.append(try Tensor.concatenate([a, b], axis: 0).slice(axis: 0, 1..<1 + shape[0]))
      case 7:
        let flat = try a.reshape([shape[0], shape.dropFirst().reduce(1, *)])
        pool.append(try flat.transpose([1, 0]).reshape(shape).sigmoid())
      default: pool.append(try (a * a + 0.1).sqrt() - b.sum().tanh())
      }
    }
    let last = try pool[pool.count - 1].sum() + pool[pool.count - 3].squared().mean()
    return try [last, pool[pool.count - 2]]
      + graph.gradients(of: last.tanh(), by: Array(pool[..<3]))
  }

  @Test func updatesSeeOldValues() throws {
    let graph = Graph()
    let (a, b) = try (graph.variable("a", shape: [300]), graph.variable("b", shape: [300]))
    let sum = try a + b
    let variables = VariableStore()
    variables.declare("a", count: 300).update(repeating: 1)
    variables.declare("b", count: 300).update(repeating: 10)
    let program = try Program(
      graph, outputs: ["before": a.sum(), "sum": sum],
      updates: ["a": b, "b": a, "c": sum, "d": sum * 2], variables: variables, seed: 0, threads: 2)
    try program.run(step: 0)
    #expect(program.output("before")[0] == 300)
    #expect(variables["a"]?[7] == 10 && variables["b"]?[7] == 1)
    #expect(variables["c"]?[299] == 11 && variables["d"]?[0] == 22)
    try program.run(step: 1)
    #expect(variables["a"]?[7] == 1 && variables["b"]?[7] == 10)
  }

  /// A value that replaces its variable in place must not be seen by readers of the old one.
  @Test func laterReadersKeepTheOldValue() throws {
    let graph = Graph()
    let w = try graph.variable("w", shape: [8, 8])
    let x = try graph.input("x", shape: [8, 8])
    let new = try w * 0.5 + x
    let late = try x.matmul(new).matmul(w).sum()
    let variables = VariableStore()
    let start = numbers(64, seed: 1)
    _ = variables.declare("w", count: 64).update(from: start.map(Float.init))
    let program = try Program(
      graph, outputs: ["late": late], updates: ["w": new], variables: variables, seed: 0, threads: 1
    )
    var reference = ReferenceInterpreter()
    reference.values = ["w": start, "x": numbers(64, seed: 2)]
    _ = program.input("x")?.update(from: numbers(64, seed: 2).map(Float.init))
    try program.run(step: 0)
    let expected = reference.evaluate([late, new])
    #expect(worstError(program.output("late"), expected[0], absolute: 1e-4, relative: 1e-5) <= 1)
    let updated = try #require(variables["w"])
    #expect(worstError(updated, expected[1], absolute: 1e-6, relative: 1e-6) <= 1)
  }

  @Test func sameBytesTwiceAndNoGrowth() throws {
    func run() throws -> [Float] {
      let graph = Graph()
      let w = try graph.variable("w", shape: [64, 64])
      let noise = try graph.normal("noise", shape: [64, 64])
      let y = try noise.matmul(w).tanh() + graph.uniform("mask", shape: [64, 64], lanes: .bits16)
      let variables = VariableStore()
      let program = try Program(
        graph, outputs: [:], updates: ["w": w + y * 0.1], variables: variables, seed: 9, threads: 2)
      for step in 0..<20 { try program.run(step: UInt64(step)) }
      return variables["w"].map { Array($0) } ?? []
    }
    let (a, b) = (try run(), try run())
    #expect(a.contains { $0 != 0 } && a.map(\.bitPattern) == b.map(\.bitPattern))
  }

  @Test func nonFiniteValuesStopARun() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [3])
    let w = try graph.variable("w", shape: [3])
    let bad = try graph.scope("encoder.block2") { try x.log() }
    let loss = try (bad * w).sum()
    let variables = VariableStore()
    variables.declare("w", count: 3).update(repeating: 1)
    let program = try Program(
      graph, outputs: ["loss": loss], checked: ["loss"],
      updates: ["w": w - graph.gradients(of: loss, by: [w])[0]], variables: variables, seed: 0,
      threads: 1)
    _ = program.input("x")?.update(from: [1, 2, 3])
    #expect(try program.run(step: 0) == .finished)
    let before = variables["w"].map { Array($0) }
    _ = program.input("x")?.update(from: [1, -2, 3])
    #expect(try program.run(step: 1) == .stopped(output: "loss"))
    #expect(variables["w"].map { Array($0) } == before)
    #expect(try program.run(step: 1) == .stopped(output: "loss"))
    let culprit = try program.firstNonFinite(step: 1)
    #expect(culprit?.contains("encoder.block2") == true, "\(culprit ?? "none")")
  }

  @Test func planNamesWhatWasFused() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [32, 16])
    let w = try graph.variable("w", shape: [8, 16])
    let y = try graph.scope("layer") { try x.matmul(w, transposeOther: true).tanh() }
    let program = try Program(
      graph, outputs: ["y": y], variables: VariableStore(), seed: 0, threads: 1)
    #expect(program.flops == 2 * 32 * 16 * 8)
    #expect(
      program.planLines == [
        "matmul [32, 8] layer", "kernel [32, 8] 1 operations, 1 loads, 1 stores  layer",
      ])
    let summary = program.description.split(separator: "\n").last ?? ""
    #expect(
      summary.contains(
        /^1 fused kernels, [0-9]+ other instructions, arena [0-9.]+ MB, 0\.0 GFLOP$/),
      "\(summary)")
  }
}
