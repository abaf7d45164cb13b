internal import Autodiff
internal import Execution

/// A oneDNN primitive with everything that it needs to run.
final class LibraryCall {
  /// The calls to run one after the other: conversions of operands, then the primitive. Valid while this object lives.
  var calls: [OneDNN.Call] { bindings.map(\.call) }
  private let bindings: [OneDNN.Binding]
  private let primitives: [Primitive]
  /// Working memory of a change of layout, for which the plan has none.
  private let scratch: AlignedBuffer?

  /// The call of a contraction.
  init(
    _ contraction: Contraction, on backend: CPUBackend,
    _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) throws {
    func start(_ view: View) -> UnsafeMutablePointer<Float> { address(view.buffer) + view.offset }
    let primitive = try backend.primitive(for: contraction)
    let layouts = try OneDNN.Layout.activations(of: contraction)
    let names = OneDNN.Argument.names(of: contraction.kind)
    var values: [OneDNN.ArgumentValue] = [
      (names.x, layouts.x, start(contraction.x)),
      (names.weight, try backend.layout(ofWeightIn: contraction), start(contraction.weight)),
      (names.y, layouts.y, start(contraction.y)),
    ]
    var (conversions, reorders) = ([OneDNN.Binding](), [Primitive]())
    if let workspace = contraction.workspace {
      var free = address(workspace)
      for (role, layout) in try backend.convertedOperands(of: contraction) {
        let place = role == .x ? 0 : 2
        let reorder = try backend.library.reorder(from: values[place].layout, to: layout)
        conversions.append(
          try OneDNN.Binding(
            backend.library, reorder,
            [
              (.source, values[place].layout, values[place].address), (.target, layout, free),
            ]))
        reorders.append(reorder)
        (values[place].layout, values[place].address) = (layout, free)
        free += layout.alignedCount
      }
      if let scratchpad = primitive.scratchpad { values.append((.scratch, scratchpad, free)) }
    }
    scratch = nil
    bindings = conversions + [try OneDNN.Binding(backend.library, primitive, values)]
    primitives = reorders + [primitive]
  }

  /// The call of a change of layout.
  init(
    _ change: Rearrangement, _ packed: OneDNN.Layout, on backend: CPUBackend,
    _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) throws {
    let plain = try OneDNN.Layout(change.plain)
    let (source, target) = change.isPacking ? (plain, packed) : (packed, plain)
    let primitive = try backend.library.reorder(from: source, to: target)
    let outside = address(change.plain.buffer) + change.plain.offset
    let inside = address(change.packed)
    var values: [OneDNN.ArgumentValue] = [
      (.source, source, change.isPacking ? outside : inside),
      (.target, target, change.isPacking ? inside : outside),
    ]
    if let scratchpad = primitive.scratchpad, primitive.scratchCount > 0 {
      let memory = AlignedBuffer(count: primitive.scratchCount)
      if let start = memory.values.baseAddress { values.append((.scratch, scratchpad, start)) }
      scratch = memory
    } else {
      scratch = nil
    }
    bindings = [try OneDNN.Binding(backend.library, primitive, values)]
    primitives = [primitive]
  }
}

extension OneDNN.Layout {
  /// The layouts of x and y: strides of the views for matrices, channels last for activations.
  fileprivate static func activations(
    of contraction: Contraction
  ) throws -> (x: OneDNN.Layout, y: OneDNN.Layout) {
    contraction.kind == .product
      ? (try OneDNN.Layout(contraction.x), try OneDNN.Layout(contraction.y))
      : (
        try OneDNN.Layout(channelsLast: contraction.x.shape),
        try OneDNN.Layout(channelsLast: contraction.y.shape)
      )
  }
}

extension OneDNN.Argument {
  /// The library's names of a contraction's operands.
  fileprivate static func names(
    of kind: Contraction.Kind
  ) -> (x: OneDNN.Argument, weight: OneDNN.Argument, y: OneDNN.Argument) {
    switch kind {
    case .product, .convolution(.forward, _): (.source, .weights, .target)
    case .convolution(.inputGradient, _): (.sourceGradient, .weights, .targetGradient)
    case .convolution(.weightGradient, _): (.source, .weightsGradient, .targetGradient)
    }
  }
}
