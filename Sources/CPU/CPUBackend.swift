internal import Autodiff
package import Execution
internal import Kernels

/// The processor: products and convolutions by oneDNN or by kernels of our own, everything else by fused kernels.
///
/// Programs may share one, and with it the list of known layouts. It is used from one thread.
package final class CPUBackend: Backend {
  /// See `Backend`.
  package let threads: Int
  let library: OneDNN
  /// Primitives that were made while a plan was being made. They are dropped once the plan is prepared.
  private var primitives: [PrimitiveKey: Primitive] = [:]
  /// True to multiply numbers of bfloat16 where that is worth while.
  let reducesPrecision: Bool
  private let convolutions: ConvolutionChoice
  /// Names of the forms of convolutions, by their descriptions, for which `convolutions` does not decide.
  private let listed: [String: String]
  /// The form, nil for direct, of every convolution that was asked about.
  private var known: [ConvolutionShape: Winograd?] = [:]
  /// The known layouts of weights; their indices are the numbers of `WeightLayout`.
  private var layouts: [Layout] = []
  /// Those of right matrices of bfloat16.
  private(set) var reducedLayouts: Set<WeightLayout> = []

  /// A layout of weights: one of oneDNN's, a matrix in panels, or kernels in Winograd's form.
  enum Layout {
    case library(OneDNN.Layout)
    case panels(PanelProduct.Right)
    case winograd(Winograd.Kernel)

    fileprivate func isEqual(to other: Layout) -> Bool {
      switch (self, other) {
      case (.library(let a), .library(let b)): a.isEqual(to: b)
      case (.panels(let a), .panels(let b)): a == b
      case (.winograd(let a), .winograd(let b)): a == b
      default: false
      }
    }

    fileprivate var count: Int {
      switch self {
      case .library(let layout): layout.count
      case .panels(let right): right.count
      case .winograd(let kernel): kernel.count
      }
    }
  }

  /// Number of channels below which grouping places fills vectors better.
  private static let fewChannels = 8
  /// Number of products from which it is cheaper to pack their common right matrix once than to use it as it
  /// lies.
  private static let packingLimit = 4
  /// Floating-point operations below which a second thread costs more than it saves.
  static let parallelFlops = 2e6

  /// A back end whose programs share their work among `threads` threads of the process's only pool.
  ///
  /// - Parameters:
  ///   - convolutions: The choice of the forms of convolutions.
  ///   - forms: Names of the forms of single convolutions, as `convolutionForms` has them, which count for more.
  ///   - reducesPrecision: True to multiply numbers of bfloat16 where that is worth while; sums and results, and Winograd's
  ///     form, are of single precision. The instruction set must have such products.
  package init(
    threads: Int, convolutions: ConvolutionChoice = .fastest, forms: [String: String] = [:],
    reducesPrecision: Bool = false
  ) throws {
    self.threads = threads
    self.reducesPrecision = reducesPrecision
    (self.convolutions, listed) = (convolutions, forms)
    library = try OneDNN()
  }

  /// See `Backend`.
  package var passes: [any GraphPass] { .optimizing(for: self) }

  /// Prefers other forms for gradients that oneDNN has only its general code for (long kernels, most strides in
  /// one dimension), and for strided input gradients of few channels, whose vectors would be mostly empty.
  package func preferredForms(of convolution: ConvolutionShape) throws -> [ConvolutionForm] {
    if try winograd(convolution) != nil { return [.plain] }
    lethe_set_threads(Int32(threads))
    let isNarrow =
      convolution.kind == .inputGradient
      && convolution.x[convolution.x.count - 1] < Self.fewChannels
      && convolution.geometry.stride.contains { $0 > 1 }
    return try isNarrow || library.isGeneral(convolution, of: wanted)
      ? [.groups, .halves, .plain] : [.plain]
  }

  /// The layout that oneDNN chooses for convolutions, and for the right matrix of several products; panels or Winograd's
  /// where these are faster.
  package func weightLayout(of contraction: Contraction, uses: Int) throws -> WeightLayout? {
    if let winograd = try winograd(contraction) {
      return contraction.resultRole == .weight ? nil : number(.winograd(winograd.kernel))
    }
    if let product = try panelProduct(contraction) { return number(.panels(product.right)) }
    if contraction.kind == .product, try isReduced(contraction) {
      let layout = number(.library(try OneDNN.Layout(compact: contraction.weight, .bfloat16)))
      reducedLayouts.insert(layout)
      return layout
    }
    let plain: OneDNN.Layout
    if contraction.kind == .product {
      guard uses >= Self.packingLimit, !contraction.isBatched else { return nil }
      plain = try OneDNN.Layout(contraction.weight)
    } else {
      plain = try OneDNN.Layout(plain: contraction.weight.shape)
    }
    guard let wanted = try primitive(for: contraction, packs: true).weightLayout,
      !plain.isEqual(to: wanted)
    else { return nil }
    return number(.library(wanted))
  }

  /// The size of oneDNN's scratchpad and of converted operands, or of what Winograd's form computes in between.
  package func workspace(of contraction: Contraction) throws -> Int {
    if let winograd = try winograd(contraction) { return winograd.workspace(threads: threads) }
    if case .panels? = contraction.weightLayout.map(layout) { return 0 }
    let converted = try convertedOperands(of: contraction).reduce(0) { $0 + $1.layout.alignedCount }
    return try converted + primitive(for: contraction).scratchCount
  }

  /// Gives kernels registers and byte code, and primitives their arguments.
  package func prepare(
    _ plan: ExecutionPlan, seed: UInt64, address: (BufferID) -> UnsafeMutablePointer<Float>
  ) throws -> any PreparedPlan {
    defer { primitives = [:] }
    return try CPUPlan(plan, seed: seed, on: self, address)
  }

  // MARK: Own kernels

  /// See `Backend`.
  package var convolutionForms: [String: String] {
    let several = known.filter { !Winograd.all(of: $0.key).isEmpty }
    return Dictionary(uniqueKeysWithValues: several.map { ($0.description, Winograd.name(of: $1)) })
  }

  /// The form that a contraction has; nil where it is computed by oneDNN.
  private func winograd(_ contraction: Contraction) throws -> Winograd? {
    try contraction.convolution.flatMap { try winograd($0) }
  }

  private func winograd(_ convolution: ConvolutionShape) throws -> Winograd? {
    if let form = known[convolution] { return form }
    let form =
      if reducesPrecision, convolutions != .winograd {
        nil as Winograd?
      } else if let name = listed.isEmpty ? nil : listed[convolution.description] {
        try Winograd.form(of: convolution, named: name)
      } else {
        convolutions == .direct
          ? nil : Winograd(convolution, isForced: convolutions == .winograd)
      }
    known[convolution] = .some(form)
    return form
  }

  /// The computation of a contraction by this project's kernels; nil where oneDNN does it.
  func ownCall(
    _ contraction: Contraction, _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) throws -> (() -> Void)? {
    let threads = contraction.isShared ? threads : 1
    if let winograd = try winograd(contraction) {
      return winograd.call(contraction, threads: threads, address)
    }
    guard case .panels? = contraction.weightLayout.map(layout) else { return nil }
    return PanelProduct(contraction)?.call(threads: threads, address)
  }

  /// The product by panels that a contraction is computed by; nil where oneDNN is faster.
  ///
  /// With 256-bit vectors oneDNN 2 has one code for all products, which is slower by up to two fifths where rows lie a
  /// multiple of 256 floats apart, since their elements share a few sets of the cache.
  private func panelProduct(_ contraction: Contraction) throws -> PanelProduct? {
    guard !reducesPrecision, InstructionSet.kernels == "avx2",
      contraction.flops >= Self.parallelFlops,
      let product = PanelProduct(contraction),
      [contraction.weight.strides[0], contraction.y.strides[0]].contains(where: { $0 % 256 == 0 }),
      try library.isGeneral(
        a: OneDNN.Layout(contraction.x), b: OneDNN.Layout(contraction.weight),
        c: OneDNN.Layout(contraction.y))
    else { return nil }
    return product
  }

  // MARK: Primitives and layouts

  /// The properties that a primitive depends on.
  private struct PrimitiveKey: Hashable {
    let kind: Contraction.Kind
    let shapes, strides: [[Int]]
    let weightLayout: WeightLayout?
    let packs, isReduced: Bool
    let threads: Int
  }

  /// The primitive of a contraction. Equal contractions share one.
  ///
  /// - Parameter packs: True to let oneDNN choose the layout of a product's right matrix. It always chooses
  ///   that of a convolution's weight.
  func primitive(for contraction: Contraction, packs: Bool = false) throws -> Primitive {
    let operands = [contraction.x, contraction.weight, contraction.y]
    let isProduct = contraction.kind == .product
    let isSmall = isProduct && contraction.flops < Self.parallelFlops
    let isReduced = try isReduced(contraction)
    let key = PrimitiveKey(
      kind: contraction.kind, shapes: operands.map(\.shape),
      strides: isProduct ? operands.map(\.strides) : [],
      weightLayout: isProduct ? contraction.weightLayout : nil, packs: isProduct && packs,
      isReduced: isReduced, threads: contraction.isShared && !isSmall ? threads : 1)
    if let known = primitives[key] { return known }
    lethe_set_threads(Int32(key.threads))
    defer { lethe_set_threads(Int32(threads)) }
    let primitive =
      if let convolution = contraction.convolution {
        try library.convolution(convolution, of: isReduced ? .bfloat16 : .single)
      } else {
        try library.matmul(
          a: isReduced
            ? OneDNN.Layout(compact: contraction.x, .bfloat16) : OneDNN.Layout(contraction.x),
          b: layout(ofWeightIn: contraction),
          c: OneDNN.Layout(contraction.y), packs: packs)
      }
    primitives[key] = primitive
    return primitive
  }

  /// The layout of the weight of a contraction by oneDNN.
  func layout(ofWeightIn contraction: Contraction) throws -> OneDNN.Layout {
    if let number = contraction.weightLayout, case .library(let layout) = layout(number) {
      return layout
    }
    return contraction.kind == .product
      ? try OneDNN.Layout(contraction.weight) : try OneDNN.Layout(plain: contraction.weight.shape)
  }

  /// A layout by its number.
  func layout(_ layout: WeightLayout) -> Layout { layouts[layout.id] }

  private func number(_ layout: Layout) -> WeightLayout {
    let known = layouts.firstIndex { $0.isEqual(to: layout) }
    if known == nil { layouts.append(layout) }
    return WeightLayout(id: known ?? layouts.count - 1, count: layout.count)
  }
}
