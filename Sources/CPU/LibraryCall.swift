internal import Autodiff
internal import Execution

/// A oneDNN primitive with everything that it needs to run.
final class LibraryCall {
  /// The call of the primitive; valid while this object lives.
  var call: OneDNN.Call { binding.call }
  private let binding: OneDNN.Binding
  private let primitive: Primitive
  /// Working memory of a change of layout, for which the plan has none.
  private let scratch: AlignedBuffer?

  /// The call of a contraction.
  init(
    _ contraction: Contraction, on backend: CPUBackend,
    _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) throws {
    func value(_ argument: OneDNN.Argument, _ view: View, _ layout: OneDNN.Layout)
      -> OneDNN.ArgumentValue
    {
      (argument, layout, address(view.buffer) + view.offset)
    }
    primitive = try backend.primitive(for: contraction)
    let layouts = try Self.layouts(of: contraction)
    let names = OneDNN.Argument.names(of: contraction.kind)
    var values = [
      value(names.x, contraction.x, layouts.x),
      value(names.weight, contraction.weight, try backend.layout(ofWeightIn: contraction)),
      value(names.y, contraction.y, layouts.y),
    ]
    if let workspace = contraction.workspace, let scratchpad = primitive.scratchpad {
      values.append((.scratch, scratchpad, address(workspace)))
    }
    scratch = nil
    binding = try OneDNN.Binding(backend.library, primitive, values)
  }

  /// The call of a change of layout.
  init(
    _ change: Rearrangement, _ packed: OneDNN.Layout, on backend: CPUBackend,
    _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) throws {
    let plain = try OneDNN.Layout(change.plain)
    let (source, target) = change.isPacking ? (plain, packed) : (packed, plain)
    primitive = try backend.library.reorder(from: source, to: target)
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
    binding = try OneDNN.Binding(backend.library, primitive, values)
  }

  /// The layouts of x and y: strides of the views for matrices, channels last for activations.
  private static func layouts(
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
