package import Execution

/// An interpreter of plans with the plainest loops there are, for checking: `--backend reference`.
///
/// Each operation is computed in double precision and rounded once. Graphs are not rewritten before they
/// are planned, so that a result that both back ends agree on depends neither on the rewrites nor on
/// oneDNN and the fused kernels. Random numbers are the same. It is about a hundred times slower.
package final class ReferenceBackend: Backend {
  /// Interprets on the calling thread.
  package init() {}

  /// One: nothing is cut for workers.
  package let threads = 1

  /// Only what planning cannot do without.
  package var passes: [any GraphPass] { [GradientStops(), DeadNodes()] }

  /// Every convolution as it is written.
  package func preferredForms(of convolution: ConvolutionShape) -> [ConvolutionForm] { [.plain] }

  /// Every weight as it is.
  package func weightLayout(of contraction: Contraction, uses: Int) -> WeightLayout? { nil }

  /// None.
  package func workspace(of contraction: Contraction) -> Int { 0 }

  /// Notes where buffers lie.
  package func prepare(
    _ plan: ExecutionPlan, seed: UInt64, address: (BufferID) -> UnsafeMutablePointer<Float>
  ) -> any PreparedPlan {
    ReferencePlan(plan, seed: seed, addresses: plan.buffers.indices.map(address))
  }
}

/// A plan as the reference interpreter runs it.
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
    case .rows(let region): for instruction in region.instructions { run(instruction, step) }
    case .rearrangement(let change):
      preconditionFailure("\(change.label) is in a layout that nobody asked for")
    case .check: break
    }
  }
}
