import Autodiff
import Execution
import Reference

/// A back end whose choices are set by the test, so that no plan depends on the processor. It computes like the
/// reference back end, but weights may have layouts, workers of regions run one after another, and working
/// memory is overwritten before each use.
final class TestBackend: Backend {
  let threads: Int
  private let givenPasses: [any GraphPass]?
  private let forms: [ConvolutionForm]
  private let packingUses: Int?
  private let workspace: Int
  /// Every convolution that it was asked about.
  private(set) var asked: [ConvolutionShape] = []

  /// - Parameters:
  ///   - passes: Passes to run; nil for those of processors.
  ///   - forms: Preferred forms of every convolution.
  ///   - packingUses: Number of products from which on their weight gets a layout of its own; weights of
  ///     convolutions then always get one. Nil for no layouts.
  ///   - workspace: Floats of working memory for each contraction.
  init(
    threads: Int = 1, passes: [any GraphPass]? = nil, forms: [ConvolutionForm] = [.plain],
    packingUses: Int? = nil, workspace: Int = 0
  ) {
    self.threads = threads
    self.forms = forms
    self.packingUses = packingUses
    self.workspace = workspace
    givenPasses = passes
  }

  var passes: [any GraphPass] { givenPasses ?? .optimizing(for: self) }

  func preferredForms(of convolution: ConvolutionShape) -> [ConvolutionForm] {
    asked.append(convolution)
    return forms
  }

  /// A row-major layout with some padding behind it.
  func weightLayout(of contraction: Contraction, uses: Int) -> WeightLayout? {
    guard let packingUses, contraction.kind != .product || uses >= packingUses else { return nil }
    let count = contraction.weight.shape.elementCount
    return WeightLayout(id: count, count: count + 5)
  }

  func workspace(of contraction: Contraction) -> Int { workspace }

  func prepare(
    _ plan: ExecutionPlan, seed: UInt64, address: (BufferID) -> UnsafeMutablePointer<Float>
  ) -> any PreparedPlan {
    TestPlan(plan, seed: seed, addresses: plan.buffers.indices.map(address))
  }
}

private final class TestPlan: PreparedPlan {
  private let plan: ExecutionPlan
  private let seed: UInt64
  private let addresses: [UnsafeMutablePointer<Float>]

  init(_ plan: ExecutionPlan, seed: UInt64, addresses: [UnsafeMutablePointer<Float>]) {
    self.plan = plan
    self.seed = seed
    self.addresses = addresses
  }

  func begin() {}
  func contractionShare(of position: Int) -> Double { 0 }
  func run(_ position: Int, step: UInt64, isTimed: Bool) {
    run(plan.instructions[position], step)
  }

  private func run(_ instruction: Instruction, _ step: UInt64) {
    switch instruction {
    case .kernel(let kernel):
      KernelInterpreter(kernel) { self.addresses[$0] }.run(seed: seed, step: step)
    case .contraction(let contraction):
      if let workspace = contraction.workspace {
        for place in 0..<plan.buffers[workspace].count { addresses[workspace][place] = .nan }
      }
      ContractionInterpreter(contraction) { self.addresses[$0] }.run()
    case .moves(let moves): moves.run { self.addresses[$0] }
    case .selection(let selection): selection.run { self.addresses[$0] }
    case .rearrangement(let change): copy(change)
    case .rows(let region):
      for worker in region.workers.reversed() { for part in worker { run(part, step) } }
    case .check: break
    }
  }

  private func copy(_ change: Rearrangement) {
    var places: [Int] = []
    _ = change.plain.allElements {
      places.append($0)
      return true
    }
    for (packed, plain) in places.enumerated() {
      let (inside, outside) = (
        addresses[change.packed] + packed, addresses[change.plain.buffer] + plain
      )
      if change.isPacking {
        inside.pointee = outside.pointee
      } else {
        outside.pointee = inside.pointee
      }
    }
  }
}
