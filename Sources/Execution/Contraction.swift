import Autodiff

/// A oneDNN primitive with the buffers it works on.
final class Contraction {
  struct Operand {
    var argument: OneDNN.Argument
    var buffer: BufferID
    var offset = 0
    var layout: OneDNN.Layout
    var isRead: Bool
    /// Working memory of the primitive; its contents mean nothing.
    var isScratch: Bool { argument == .scratch }
    /// Whether the memory holds the tensor's elements and no padding.
    var isPlain: Bool { layout.isPlain }
    /// The elements, axes in the library's order.
    var view: View { layout.view(of: buffer, offset: offset) }
  }

  let primitive: Primitive
  var operands: [Operand]
  /// Floating-point operations of one run.
  let flops: Double
  /// What the plan prints: sizes and layer.
  let label: String
  /// The matrices, where it is a product of them.
  var product: MatrixProduct?
  private var binding: OneDNN.Binding?
  /// How to run it, once bound.
  private(set) var call: OneDNN.Call?

  init(_ primitive: Primitive, _ operands: [Operand], flops: Double, label: String) {
    self.primitive = primitive
    self.operands = operands
    self.flops = flops
    self.label = label
  }

  /// Resolves buffers to addresses, once.
  func bind(_ library: OneDNN, _ address: (BufferID) -> UnsafeMutablePointer<Float>) throws {
    let binding = try OneDNN.Binding(
      library, primitive,
      operands.map { ($0.argument, $0.layout, address($0.buffer) + $0.offset) })
    self.binding = binding
    call = binding.call
  }

  /// Names the primitive's working memory.
  func addScratch(_ buffer: BufferID) {
    guard let scratchpad = primitive.scratchpad, primitive.scratchCount > 0 else { return }
    operands.append(
      .init(argument: .scratch, buffer: buffer, layout: scratchpad, isRead: false))
  }

  func run() throws { try call?.run() }
}

extension Lowering {
  /// Emits the contraction of a node, with the changes of layout its weight needs.
  mutating func contract(_ id: Int) throws {
    let node = graph.nodes[id]
    switch node.operation {
    case .matmul(let transposeA, let transposeB):
      try matmul(id, transposeA, transposeB)
    case .convolution(let g):
      try convolution(id, .forward, x: node.inputs[0], w: node.inputs[1], y: nil, g)
    case .convolutionInputGradient(let g):
      try convolution(id, .inputGradient, x: nil, w: node.inputs[1], y: node.inputs[0], g)
    case .convolutionWeightGradient(let g):
      try convolution(id, .weightGradient, x: node.inputs[0], w: nil, y: node.inputs[1], g)
    default: preconditionFailure("\(node.operation.name) is not a contraction")
    }
  }

  /// From how many products on packing their common second matrix once is cheaper than using it as
  /// it lies.
  private static let packingLimit = 4

  private mutating func matmul(_ id: Int, _ transposeA: Bool, _ transposeB: Bool) throws {
    let inputs = graph.nodes[id].inputs
    let a = try matrix(inputs[0], transposed: transposeA)
    let b = try matrix(inputs[1], transposed: transposeB)
    let c = newValue(id) { $0.isMatrix }
    let plain = try OneDNN.Layout(sizes: b.shape, strides: b.strides)
    var product = MatrixProduct(a: a, b: b, c: c, bLayout: plain)
    var primitive = try product.primitive(
      library, packs: secondOperands[inputs[1], default: 0] >= Self.packingLimit)
    if let wanted = primitive.weightLayout, !plain.isEqual(to: wanted) {
      product.b = try reordered(b, plain, wanted, id)
      product.bLayout = wanted
      primitive = try product.primitive(library)
    }
    append(primitive, try product.operands, flops: product.flops, id, product)
  }

  /// A two-dimensional view with one axis of stride 1, transposed when asked.
  private mutating func matrix(_ id: Int, transposed: Bool) throws -> View {
    var view = try locate(id)
    if !view.isMatrix { view = copy(of: view, for: id) }
    for axis in 0..<2 where view.shape[axis] == 1 {
      view.strides[axis] = max(1, view.strides[1 - axis] * view.shape[1 - axis])
    }
    if transposed {
      view.shape.reverse()
      view.strides.reverse()
    }
    return view
  }

  /// The missing one of x, w and y is the result.
  private mutating func convolution(
    _ id: Int, _ kind: ConvolutionKind, x: Int?, w: Int?, y: Int?, _ geometry: ConvolutionGeometry
  ) throws {
    func shape(_ input: Int?) -> Shape { graph.nodes[input ?? id].shape }
    let weightShape = shape(w)
    let plain = try OneDNN.Layout(sizes: weightShape, strides: weightShape.contiguousStrides)
    let layouts = (
      x: try OneDNN.Layout(channelsLast: shape(x)), y: try OneDNN.Layout(channelsLast: shape(y))
    )
    let primitive = try library.convolution(kind, x: layouts.x, w: plain, y: layouts.y, geometry)
    let wanted = primitive.weightLayout ?? plain
    let arguments = Self.arguments(kind)
    func operand(_ argument: OneDNN.Argument, _ view: View, _ layout: OneDNN.Layout, _ isRead: Bool)
      -> Contraction.Operand
    {
      .init(
        argument: argument, buffer: view.buffer, offset: view.offset, layout: layout, isRead: isRead
      )
    }
    let source = try x.map { try contiguous($0) } ?? newValue(id)
    let target = try y.map { try contiguous($0) } ?? newValue(id)
    var operands = [
      operand(arguments.x, source, layouts.x, x != nil),
      operand(arguments.y, target, layouts.y, y != nil),
    ]
    let isPlain = plain.isEqual(to: wanted)
    let weight: View
    if let w {
      let held = try contiguous(w)
      weight = isPlain ? held : try reordered(held, plain, wanted, w)
    } else {
      weight = isPlain ? newValue(id) : newBuffer(wanted.count)
    }
    operands.append(operand(arguments.w, weight, wanted, w != nil))
    let outputs = shape(y).dropFirst().dropLast().reduce(1, *)
    let flops = 2 * Double(shape(x)[0]) * Double(outputs) * Double(weightShape.elementCount)
    append(primitive, operands, flops: flops, id)
    if w == nil && !isPlain {
      try reorder(from: weight, wanted, to: newValue(id), plain, id)
    }
  }

  private static func arguments(
    _ kind: ConvolutionKind
  ) -> (x: OneDNN.Argument, w: OneDNN.Argument, y: OneDNN.Argument) {
    switch kind {
    case .forward: (.source, .weights, .target)
    case .inputGradient: (.sourceGradient, .weights, .targetGradient)
    case .weightGradient: (.source, .weightsGradient, .targetGradient)
    }
  }

  /// The weight in the layout a primitive wants; one copy serves all primitives that want the same.
  private mutating func reordered(
    _ view: View, _ plain: OneDNN.Layout, _ wanted: OneDNN.Layout, _ id: Int
  ) throws -> View {
    if let known = reorderedWeights[view]?.first(where: { $0.layout.isEqual(to: wanted) }) {
      return known.copy
    }
    let copy = newBuffer(wanted.count)
    try reorder(from: view, plain, to: copy, wanted, id)
    reorderedWeights[view, default: []].append((wanted, copy))
    return copy
  }

  private mutating func reorder(
    from source: View, _ sourceLayout: OneDNN.Layout, to target: View,
    _ targetLayout: OneDNN.Layout,
    _ id: Int
  ) throws {
    let primitive = try library.reorder(from: sourceLayout, to: targetLayout)
    let operands = [
      Contraction.Operand(
        argument: .source, buffer: source.buffer, offset: source.offset, layout: sourceLayout,
        isRead: true),
      Contraction.Operand(
        argument: .target, buffer: target.buffer, offset: target.offset, layout: targetLayout,
        isRead: false),
    ]
    append(primitive, operands, flops: 0, id)
  }

  private mutating func append(
    _ primitive: Primitive, _ operands: [Contraction.Operand], flops: Double, _ id: Int,
    _ product: MatrixProduct? = nil
  ) {
    let node = graph.nodes[id]
    let label = "\(node.operation.name) \(node.shape) \(node.scope)"
    let contraction = Contraction(primitive, operands, flops: flops, label: label)
    contraction.product = product
    if primitive.scratchCount > 0 {
      contraction.addScratch(newBuffer(primitive.scratchCount).buffer)
    }
    append(.contraction(contraction))
  }
}
