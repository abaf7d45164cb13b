internal import Autodiff
package import Execution
internal import Kernels

/// The processor: products and convolutions by oneDNN, everything else by fused kernels.
///
/// Programs may share one, and then share what it knows of layouts. It is used from one thread.
package final class CPUBackend: Backend {
  /// See `Backend`.
  package let threads: Int
  let library: OneDNN
  /// Primitives that were made while a plan was, until it is prepared.
  private var primitives: [PrimitiveKey: Primitive] = [:]
  /// The layouts of weights by their numbers.
  private var layouts: [OneDNN.Layout] = []

  /// Channels below which grouping fills more of a vector than it wastes.
  private static let fewChannels = 8
  /// From how many products on packing their common right matrix once is cheaper than using it as it
  /// lies.
  private static let packingLimit = 4
  /// Floating-point operations below which a second thread costs more than it saves.
  private static let parallelFlops = 2e6

  /// A back end whose programs share their work among `threads` threads of the process's one pool.
  package init(threads: Int) throws {
    self.threads = threads
    library = try OneDNN()
  }

  /// See `Backend`.
  package var passes: [any GraphPass] { .optimizing(for: self) }

  /// Other forms first for gradients that oneDNN only has its general path for (long kernels, most strides
  /// in one dimension), and for input gradients with few channels, whose vectors would be mostly empty.
  package func preferredForms(of convolution: ConvolutionShape) throws -> [ConvolutionForm] {
    lethe_set_threads(Int32(threads))
    let isNarrow =
      convolution.kind == .inputGradient
      && convolution.x[convolution.x.count - 1] < Self.fewChannels
      && convolution.geometry.stride.contains { $0 > 1 }
    return try isNarrow || library.isGeneral(convolution) ? [.groups, .halves, .plain] : [.plain]
  }

  /// oneDNN's own choice for convolutions, and for the right matrix of several products.
  package func weightLayout(of contraction: Contraction, uses: Int) throws -> WeightLayout? {
    let plain: OneDNN.Layout
    if contraction.kind == .product {
      guard uses >= Self.packingLimit else { return nil }
      plain = try OneDNN.Layout(contraction.weight)
    } else {
      plain = try OneDNN.Layout(plain: contraction.weight.shape)
    }
    guard let wanted = try primitive(for: contraction, packs: true).weightLayout,
      !plain.isEqual(to: wanted)
    else { return nil }
    return number(wanted)
  }

  /// oneDNN's scratchpad.
  package func workspace(of contraction: Contraction) throws -> Int {
    try primitive(for: contraction).scratchCount
  }

  /// Gives kernels registers and byte code, and primitives their arguments.
  package func prepare(
    _ plan: ExecutionPlan, seed: UInt64, address: (BufferID) -> UnsafeMutablePointer<Float>
  ) throws -> any PreparedPlan {
    defer { primitives = [:] }
    return try CPUPlan(plan, seed: seed, on: self, address)
  }

  // MARK: Primitives and layouts

  /// What a primitive is made from.
  private struct PrimitiveKey: Hashable {
    let kind: Contraction.Kind
    let shapes, strides: [[Int]]
    let weightLayout: WeightLayout?
    let packs: Bool
    let threads: Int
  }

  /// The primitive of a contraction; equal ones are made once.
  ///
  /// - Parameter packs: Whether oneDNN chooses the layout of a product's right matrix. That of a
  ///   convolution's weight it always does.
  func primitive(for contraction: Contraction, packs: Bool = false) throws -> Primitive {
    let operands = [contraction.x, contraction.weight, contraction.y]
    let isProduct = contraction.kind == .product
    let isSmall = isProduct && contraction.flops < Self.parallelFlops
    let key = PrimitiveKey(
      kind: contraction.kind, shapes: operands.map(\.shape),
      strides: isProduct ? operands.map(\.strides) : [],
      weightLayout: isProduct ? contraction.weightLayout : nil, packs: isProduct && packs,
      threads: contraction.isShared && !isSmall ? threads : 1)
    if let known = primitives[key] { return known }
    lethe_set_threads(Int32(key.threads))
    defer { lethe_set_threads(Int32(threads)) }
    let primitive =
      if let convolution = contraction.convolution {
        try library.convolution(convolution)
      } else {
        try library.matmul(
          a: OneDNN.Layout(contraction.x), b: layout(ofWeightIn: contraction),
          c: OneDNN.Layout(contraction.y), packs: packs)
      }
    primitives[key] = primitive
    return primitive
  }

  /// How the weight of a contraction lies.
  func layout(ofWeightIn contraction: Contraction) throws -> OneDNN.Layout {
    if let layout = contraction.weightLayout { return self.layout(layout) }
    return contraction.kind == .product
      ? try OneDNN.Layout(contraction.weight) : try OneDNN.Layout(plain: contraction.weight.shape)
  }

  /// A layout by its number.
  func layout(_ layout: WeightLayout) -> OneDNN.Layout { layouts[layout.id] }

  private func number(_ layout: OneDNN.Layout) -> WeightLayout {
    let known = layouts.firstIndex { $0.isEqual(to: layout) }
    if known == nil { layouts.append(layout) }
    return WeightLayout(id: known ?? layouts.count - 1, count: layout.count)
  }
}
