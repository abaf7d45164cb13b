package import Execution

/// A back end that interprets plans with plain loops, for checking the other one: `--backend reference`.
///
/// Each operation is computed in double precision and rounded once. Graphs are not optimised before they are
/// planned. So where both back ends agree, the result depends neither on those rewrites nor on oneDNN or the
/// fused kernels. Random numbers are the same. It is about a hundred times slower.
package final class ReferenceBackend: Backend {
  /// A back end that works on the calling thread.
  package init() {}

  /// One thread, so that plans have no regions of rows.
  package let threads = 1

  /// Only the removal of gradient stops, which planning cannot handle, and of dead nodes.
  package var passes: [any GraphPass] { [GradientStops(), DeadNodes()] }

  /// Keeps every convolution as it is written.
  package func preferredForms(of convolution: ConvolutionShape) -> [ConvolutionForm] { [.plain] }

  /// Leaves every weight in rows and columns.
  package func weightLayout(of contraction: Contraction, uses: Int) -> WeightLayout? { nil }

  /// No working memory: the loops need none.
  package func workspace(of contraction: Contraction) -> Int { 0 }

  /// Keeps the plan and the addresses of its buffers.
  package func prepare(
    _ plan: ExecutionPlan, seed: UInt64, address: (BufferID) -> UnsafeMutablePointer<Float>
  ) -> any PreparedPlan {
    ReferencePlan(plan, seed: seed, addresses: plan.buffers.indices.map(address))
  }
}

/// A plan that is interpreted, one instruction after another.
private final class ReferencePlan: PreparedPlan {
  private let plan: ExecutionPlan
  private let seed: UInt64
  private let addresses: [UnsafeMutablePointer<Float>]

  init(_ plan: ExecutionPlan, seed: UInt64, addresses: [UnsafeMutablePointer<Float>]) {
    self.plan = plan
    self.seed = seed
    self.addresses = addresses
  }

  func begin() {}

  func run(_ position: Int, step: UInt64, isTimed: Bool) {
    run(plan.instructions[position], step)
  }

  func contractionShare(of position: Int) -> Double {
    if case .contraction = plan.instructions[position] { 1 } else { 0 }
  }

  private func run(_ instruction: Instruction, _ step: UInt64) {
    switch instruction {
    case .kernel(let kernel):
      KernelInterpreter(kernel) { self.addresses[$0] }.run(seed: seed, step: step)
    case .contraction(let contraction):
      ContractionInterpreter(contraction) { self.addresses[$0] }.run()
    case .moves(let moves): moves.run { self.addresses[$0] }
    case .selection(let selection): selection.run { self.addresses[$0] }
    case .rows(let region): for instruction in region.instructions { run(instruction, step) }
    case .rearrangement(let change):
      preconditionFailure("\(change.label) is in a layout that nobody asked for")
    case .check: break
    }
  }
}
