import Autodiff
import CPU
import Execution
import Reference
import TestSupport
import Testing

/// The two back ends, as arguments of tests.
enum Chosen: CaseIterable, Sendable {
  case cpu, reference

  func backend(threads: Int = 2) throws -> any Backend {
    switch self {
    case .cpu: try CPUBackend(threads: threads)
    case .reference: ReferenceBackend()
    }
  }
}

/// Compiled programs as a whole, on both back ends: updates, randomness, failures.
@Suite struct ProgramTests {
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

  /// An input that nothing depends on can be filled, but is not read.
  @Test(arguments: Chosen.allCases) func handles(_ chosen: Chosen) throws {
    let graph = Graph()
    let (x, idle) = try (graph.input("x", shape: [2, 3]), graph.input("idle", shape: [4]))
    let y = try x * 2
    let program = try Program(
      Computation(graph, outputs: [y, x]), variables: VariableStore(), seed: 0,
      backend: chosen.backend())
    _ = program[x].update(from: [1, 2, 3, 4, 5, 6])
    _ = program[idle].update(from: [9, 9, 9, 9])
    #expect(program.reads(x) && !program.reads(idle))
    try program.run(step: 0)
    #expect(Array(program[y]) == [2, 4, 6, 8, 10, 12] && program[x][5] == 6)
    #expect(Array(program[idle]) == [9, 9, 9, 9])
  }

  /// Access to a tensor of another graph, or to one that is not an output, ends the process.
  @Test func wrongHandlesEndTheProcess() async {
    await #expect(processExitsWith: .failure) {
      let (graph, other) = (Graph(), Graph())
      let (x, stranger) = try (graph.input("x", shape: [2]), other.input("x", shape: [2]))
      let program = try Program(
        Computation(graph, outputs: [x]), variables: VariableStore(), seed: 0,
        backend: ReferenceBackend())
      _ = program[stranger]
    }
    await #expect(processExitsWith: .failure) {
      let graph = Graph()
      let x = try graph.input("x", shape: [2])
      let y = try x.exp()
      let program = try Program(
        Computation(graph, outputs: [y * 2]), variables: VariableStore(), seed: 0,
        backend: ReferenceBackend())
      _ = program[y]
    }
  }

  @Test(arguments: Chosen.allCases) func updatesSeeOldValues(_ chosen: Chosen) throws {
    let graph = Graph()
    let (a, b) = try (graph.variable("a", shape: [300]), graph.variable("b", shape: [300]))
    let sum = try a + b
    let before = try a.sum()
    let variables = VariableStore()
    variables.declare("a", count: 300).update(repeating: 1)
    variables.declare("b", count: 300).update(repeating: 10)
    let program = try Program(
      Computation(
        graph, outputs: [before, sum], updates: ["a": b, "b": a, "c": sum, "d": sum * 2]),
      variables: variables, seed: 0, backend: chosen.backend())
    try program.run(step: 0)
    #expect(program[before][0] == 300)
    #expect(variables["a"]?[7] == 10 && variables["b"]?[7] == 1)
    #expect(variables["c"]?[299] == 11 && variables["d"]?[0] == 22)
    try program.run(step: 1)
    #expect(variables["a"]?[7] == 1 && variables["b"]?[7] == 10)
  }

  /// A value that replaces its variable in place must not be seen by readers of the old one.
  @Test(arguments: Chosen.allCases) func laterReadersKeepTheOldValue(_ chosen: Chosen) throws {
    let graph = Graph()
    let w = try graph.variable("w", shape: [8, 8])
    let x = try graph.input("x", shape: [8, 8])
    let new = try w * 0.5 + x
    let late = try x.matmul(new).matmul(w).sum()
    let variables = VariableStore()
    let start = numbers(64, seed: 1)
    _ = variables.declare("w", count: 64).update(from: start.map(Float.init))
    let program = try Program(
      Computation(graph, outputs: [late], updates: ["w": new]), variables: variables, seed: 0,
      backend: chosen.backend(threads: 1))
    var reference = ReferenceInterpreter()
    reference.values = ["w": start, "x": numbers(64, seed: 2)]
    _ = program[x].update(from: numbers(64, seed: 2).map(Float.init))
    try program.run(step: 0)
    let expected = reference.evaluate([late, new])
    #expect(worstError(program[late], expected[0], absolute: 1e-4, relative: 1e-5) <= 1)
    let updated = try #require(variables["w"])
    #expect(worstError(updated, expected[1], absolute: 1e-6, relative: 1e-6) <= 1)
  }

  @Test(arguments: Chosen.allCases) func sameBytesTwice(_ chosen: Chosen) throws {
    func run() throws -> [Float] {
      let graph = Graph()
      let w = try graph.variable("w", shape: [64, 64])
      let noise = try graph.normal("noise", shape: [64, 64])
      let y = try noise.matmul(w).tanh() + graph.uniform("mask", shape: [64, 64], lanes: .bits16)
      let variables = VariableStore()
      let program = try Program(
        Computation(graph, outputs: [], updates: ["w": w + y * 0.1]), variables: variables,
        seed: 9, backend: chosen.backend())
      for step in 0..<5 { try program.run(step: UInt64(step)) }
      return variables["w"].map { Array($0) } ?? []
    }
    let (a, b) = (try run(), try run())
    #expect(a.contains { $0 != 0 } && a.map(\.bitPattern) == b.map(\.bitPattern))
  }

  @Test(arguments: Chosen.allCases) func nonFiniteValuesStopARun(_ chosen: Chosen) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [3])
    let w = try graph.variable("w", shape: [3])
    let bad = try graph.scope("encoder.block2") { try x.log() }
    let loss = try (bad * w).sum()
    let variables = VariableStore()
    variables.declare("w", count: 3).update(repeating: 1)
    let program = try Program(
      Computation(
        graph, outputs: [loss], checks: [.init("loss", loss)],
        updates: ["w": w - graph.gradients(of: loss, by: [w])[0]]),
      variables: variables, seed: 0, backend: chosen.backend(threads: 1))
    _ = program[x].update(from: [1, 2, 3])
    #expect(try program.run(step: 0) == .finished)
    let before = variables["w"].map { Array($0) }
    _ = program[x].update(from: [1, -2, 3])
    #expect(try program.run(step: 1) == .stopped(check: "loss"))
    #expect(variables["w"].map { Array($0) } == before)
    #expect(try program.run(step: 1) == .stopped(check: "loss"))
    let culprit = try program.firstNonFinite(step: 1)
    #expect(culprit?.contains("encoder.block2") == true, "\(culprit ?? "none")")
  }

  /// Every instruction gets its time; products count as contractions.
  @Test(arguments: Chosen.allCases) func profiles(_ chosen: Chosen) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [64, 64])
    let y = try x.matmul(x).tanh()
    let program = try Program(
      Computation(graph, outputs: [y]), variables: VariableStore(), seed: 0,
      backend: chosen.backend(threads: 1))
    #expect(program.profile == nil)
    program.startProfile()
    for step in 0..<3 { try program.run(step: UInt64(step)) }
    let profile = try #require(program.profile)
    #expect(profile.runs == 3 && profile.contractionShare > 0 && profile.contractionShare < 1)
    #expect(program.description.contains(" µs 1: kernel [64, 64] 1 operations"), "\(program)")
  }

  @Test func planNamesWhatWasFused() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [32, 16])
    let w = try graph.variable("w", shape: [8, 16])
    let y = try graph.scope("layer") { try x.matmul(w, transposeOther: true).tanh() }
    let plan = try ExecutionPlan([y])
    #expect(plan.flops == 2 * 32 * 16 * 8)
    #expect(
      plan.description == """
        0: matmul [32, 8] layer
        1: kernel [32, 8] 1 operations, 1 loads, 1 stores  layer
        1 fused kernels, 1 other instructions, arena 0.0 MB, 0.0 GFLOP
        """)
  }
}
