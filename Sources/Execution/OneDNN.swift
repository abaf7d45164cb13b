import Autodiff
internal import COneDNN

/// oneDNN as this module uses it: matrix products, convolutions with their two gradients, and
/// changes of memory layout, in single precision on the CPU. All calls of the library are here.
///
/// Source: oneDNN 2.6, C interface.
final class OneDNN {
  /// How a tensor lies in memory.
  typealias Layout = dnnl_memory_desc_t

  private var engine: dnnl_engine_t?
  private var stream: dnnl_stream_t?
  private var attributes: dnnl_primitive_attr_t?

  init() throws {
    try check(dnnl_engine_create(&engine, dnnl_cpu, 0), "creating the engine")
    try check(
      dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue), "creating the stream"
    )
    try check(dnnl_primitive_attr_create(&attributes), "creating attributes")
    try check(
      dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user),
      "choosing the scratchpad mode")
  }

  deinit {
    dnnl_primitive_attr_destroy(attributes)
    dnnl_stream_destroy(stream)
    dnnl_engine_destroy(engine)
  }

  // MARK: Primitives

  /// c [M, N] = a [M, K] × b [K, N]; transposes are strides.
  ///
  /// - Parameter packs: Whether oneDNN chooses b's layout: see `weightLayout`.
  func matmul(a: Layout, b: Layout, c: Layout, packs: Bool = false) throws -> Primitive {
    var description = dnnl_matmul_desc_t()
    var (a, b, c) = (a, packs ? Self.anyLayout(like: b) : b, c)
    try check(dnnl_matmul_desc_init(&description, &a, &b, nil, &c), "describing a matrix product")
    return try prepared(&description, hint: nil, "matrix product") {
      try Primitive($0, "matrix product")
    }
  }

  /// A convolution or one of its gradients. oneDNN chooses the weight's layout: see `weightLayout`.
  func convolution(
    _ kind: ConvolutionKind, x: Layout, w: Layout, y: Layout, _ geometry: ConvolutionGeometry
  ) throws -> Primitive {
    try withConvolution(kind, x: x, w: w, y: y, geometry) { try Primitive($0, "convolution") }
  }

  /// Whether the library computes a convolution through plain matrix products or by reference loops,
  /// for lack of code made for its sizes.
  func isGeneral(
    _ kind: ConvolutionKind, x: Layout, w: Layout, y: Layout, _ geometry: ConvolutionGeometry
  ) throws -> Bool {
    try withConvolution(kind, x: x, w: w, y: y, geometry) { description in
      var name: UnsafePointer<CChar>?
      try check(
        dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &name),
        "naming a convolution's implementation")
      let implementation = name.map { String(cString: $0) } ?? ""
      return implementation.contains("gemm") || implementation.contains("ref")
    }
  }

  private func withConvolution<Result>(
    _ kind: ConvolutionKind, x: Layout, w: Layout, y: Layout, _ geometry: ConvolutionGeometry,
    _ use: (dnnl_primitive_desc_t?) throws -> Result
  ) throws -> Result {
    var anyWeight = Self.anyLayout(like: w)
    var forward = dnnl_convolution_desc_t()
    var (x, y) = (x, y)
    let stride = Self.padded(geometry.stride)
    let dilation = Self.padded(geometry.dilation.map { $0 - 1 })
    let low = Self.padded(geometry.paddingLow)
    let high = Self.padded(geometry.paddingHigh)
    try check(
      dnnl_dilated_convolution_forward_desc_init(
        &forward, dnnl_forward_training, dnnl_convolution_direct, &x, &anyWeight, nil, &y, stride,
        dilation, low, high), "describing a convolution")
    if kind == .forward { return try prepared(&forward, hint: nil, "convolution", use) }
    var gradient = dnnl_convolution_desc_t()
    if kind == .inputGradient {
      try check(
        dnnl_dilated_convolution_backward_data_desc_init(
          &gradient, dnnl_convolution_direct, &x, &anyWeight, &y, stride, dilation, low, high),
        "describing a convolution's input gradient")
    } else {
      try check(
        dnnl_dilated_convolution_backward_weights_desc_init(
          &gradient, dnnl_convolution_direct, &x, &anyWeight, nil, &y, stride, dilation, low, high),
        "describing a convolution's weight gradient")
    }
    return try prepared(&forward, hint: nil, "convolution") {
      try prepared(&gradient, hint: $0, "convolution gradient", use)
    }
  }

  /// A copy from one layout to another.
  func reorder(from source: Layout, to target: Layout) throws -> Primitive {
    var (source, target) = (source, target)
    var description: dnnl_primitive_desc_t?
    try check(
      dnnl_reorder_primitive_desc_create(
        &description, &source, engine, &target, engine, attributes),
      "preparing a reorder")
    defer { dnnl_primitive_desc_destroy(description) }
    return try Primitive(description, "reorder")
  }

  private func prepared<Result>(
    _ description: UnsafeMutableRawPointer, hint: dnnl_primitive_desc_t?, _ name: String,
    _ use: (dnnl_primitive_desc_t?) throws -> Result
  ) throws -> Result {
    var prepared: dnnl_primitive_desc_t?
    try check(
      dnnl_primitive_desc_create(&prepared, description, attributes, engine, hint),
      "preparing a \(name)")
    defer { dnnl_primitive_desc_destroy(prepared) }
    return try use(prepared)
  }

  /// Names memory at an address for the library.
  func memory(_ layout: Layout, at address: UnsafeMutableRawPointer) throws -> dnnl_memory_t? {
    var layout = layout
    var memory: dnnl_memory_t?
    try check(dnnl_memory_create(&memory, &layout, engine, address), "naming memory")
    return memory
  }

  /// A primitive with its arguments, as the library takes them; whoever holds those keeps them.
  struct Call {
    fileprivate let primitive: dnnl_primitive_t?
    fileprivate let stream: dnnl_stream_t?
    fileprivate let arguments: UnsafePointer<dnnl_exec_arg_t>
    fileprivate let argumentCount: Int32

    func run() throws {
      try check(
        dnnl_primitive_execute(primitive, stream, argumentCount, arguments), "running a primitive")
    }
  }

  func call(
    _ primitive: Primitive, _ arguments: UnsafePointer<dnnl_exec_arg_t>, count: Int
  ) -> Call {
    Call(
      primitive: primitive.handle, stream: stream, arguments: arguments,
      argumentCount: Int32(count))
  }

  // MARK: Layouts

  /// The layout of elements at `strides`, axes in the library's logical order.
  static func layout(sizes: [Int], strides: [Int]) throws -> Layout {
    var layout = Layout()
    try check(
      dnnl_memory_desc_init_by_strides(
        &layout, Int32(sizes.count), padded(sizes), dnnl_f32, padded(strides)), "describing memory")
    return layout
  }

  /// The layout of activations [N, spatial…, C] in the library's order N, C, spatial….
  static func channelsLast(_ shape: Shape) throws -> Layout {
    func order<Element>(_ x: [Element]) -> [Element] {
      [x[0], x[x.count - 1]] + x[1..<x.count - 1]
    }
    return try layout(sizes: order(shape), strides: order(shape.contiguousStrides))
  }

  /// The elements of a plain layout in a buffer.
  static func view(_ layout: Layout, of buffer: BufferID, offset: Int) -> View {
    func numbers<Tuple>(_ tuple: Tuple) -> [Int] {
      withUnsafeBytes(of: tuple) {
        $0.bindMemory(to: dnnl_dim_t.self).prefix(Int(layout.ndims)).map { Int($0) }
      }
    }
    var view = View(buffer: buffer, shape: numbers(layout.dims))
    view.offset = offset
    view.strides = numbers(layout.format_desc.blocking.strides)
    return view
  }

  static func areEqual(_ a: Layout, _ b: Layout) -> Bool {
    var (a, b) = (a, b)
    return dnnl_memory_desc_equal(&a, &b) != 0
  }

  /// Floats that a tensor in this layout takes, padding included.
  static func count(_ layout: Layout) -> Int {
    var layout = layout
    return (dnnl_memory_desc_get_size(&layout) + 3) / 4
  }

  private static func anyLayout(like layout: Layout) -> Layout {
    var layout = layout
    layout.format_kind = dnnl_format_kind_any
    return layout
  }

  private static func padded(_ sizes: [Int]) -> [dnnl_dim_t] {
    (sizes + [Int](repeating: 0, count: Int(DNNL_MAX_NDIMS) - sizes.count)).map(dnnl_dim_t.init)
  }
}

/// Which of the three contractions a convolution names.
enum ConvolutionKind { case forward, inputGradient, weightGradient }

/// One compiled operation of the library.
final class Primitive {
  let name: String
  let handle: dnnl_primitive_t?
  /// The layout the weight (or its gradient, or a product's second matrix) must have.
  let weightLayout: OneDNN.Layout?
  /// Scratch memory a run needs.
  let scratchpad: OneDNN.Layout?
  /// Floats of that memory.
  var scratchCount: Int { scratchpad.map(OneDNN.count) ?? 0 }

  fileprivate init(_ description: dnnl_primitive_desc_t?, _ name: String) throws {
    func layout(_ query: dnnl_query_t) -> OneDNN.Layout? {
      dnnl_primitive_desc_query_md(description, query, 0).flatMap {
        $0.pointee.ndims == 0 ? nil : $0.pointee
      }
    }
    self.name = name
    weightLayout = layout(dnnl_query_diff_weights_md) ?? layout(dnnl_query_weights_md)
    scratchpad = layout(dnnl_query_scratchpad_md)
    var handle: dnnl_primitive_t?
    try check(dnnl_primitive_create(&handle, description), "creating a \(name)")
    self.handle = handle
  }

  deinit { dnnl_primitive_destroy(handle) }
}

/// A failure of a library below this module.
public struct ExecutionError: Error, CustomStringConvertible {
  /// What was being done and how it ended.
  public let description: String
}

private func check(_ status: dnnl_status_t, _ operation: String) throws {
  guard status != dnnl_success else { return }
  throw ExecutionError(description: "oneDNN: \(operation) failed with status \(status.rawValue)")
}
