import Autodiff
internal import COneDNN

/// oneDNN as this module uses it: matrix products, convolutions with their two gradients, and
/// changes of memory layout, in single precision on the CPU. All calls of the library are here.
///
/// Source: oneDNN 2.6 to 3.x, C interface; what differs between versions is in the module COneDNN.
package final class OneDNN {
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

  // MARK: The library

  /// The library's version, such as 2.6.3.
  package static var versionText: String {
    guard let version = dnnl_version()?.pointee else { return "unknown" }
    return "\(version.major).\(version.minor).\(version.patch)"
  }

  /// The instruction set that the library uses, in the words of `ONEDNN_MAX_CPU_ISA`: AVX512_CORE_BF16.
  package static var effectiveISA: String {
    guard let name = lethe_dnnl_isa() else { return "UNKNOWN" }
    return String(cString: name).replacing("cpu_isa_", with: "", maxReplacements: 1).uppercased()
  }

  // MARK: Primitives

  /// c [M, N] = a [M, K] × b [K, N]; transposes are strides.
  ///
  /// - Parameter packs: Whether oneDNN chooses b's layout: see `weightLayout`.
  func matmul(a: Layout, b: Layout, c: Layout, packs: Bool = false) throws -> Primitive {
    let b = packs ? try b.chosenByLibrary() : b
    return try prepared("matrix product") {
      lethe_dnnl_matmul_prepare(&$0, engine, a.handle, b.handle, c.handle, attributes)
    } use: {
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
    let anyWeight = try w.chosenByLibrary()
    var geometry = lethe_dnnl_geometry(geometry)
    return try prepared("convolution (\(kind))") {
      lethe_dnnl_convolution_prepare(
        &$0, kind.code, engine, x.handle, anyWeight.handle, y.handle, &geometry, attributes)
    } use: {
      try use($0)
    }
  }

  /// A copy from one layout to another.
  func reorder(from source: Layout, to target: Layout) throws -> Primitive {
    try prepared("reorder") {
      lethe_dnnl_reorder_prepare(&$0, engine, source.handle, target.handle, attributes)
    } use: {
      try Primitive($0, "reorder")
    }
  }

  private func prepared<Result>(
    _ name: String, _ prepare: (inout dnnl_primitive_desc_t?) -> dnnl_status_t,
    use: (dnnl_primitive_desc_t?) throws -> Result
  ) throws -> Result {
    var description: dnnl_primitive_desc_t?
    try check(prepare(&description), "preparing a \(name)")
    defer { dnnl_primitive_desc_destroy(description) }
    return try use(description)
  }

  // MARK: Running

  /// What a primitive calls its arguments.
  enum Argument {
    case source, weights, target, sourceGradient, weightsGradient, targetGradient, scratch

    fileprivate var code: Int32 {
      switch self {
      case .source: DNNL_ARG_SRC
      case .weights: DNNL_ARG_WEIGHTS
      case .target: DNNL_ARG_DST
      case .sourceGradient: DNNL_ARG_DIFF_SRC
      case .weightsGradient: DNNL_ARG_DIFF_WEIGHTS
      case .targetGradient: DNNL_ARG_DIFF_DST
      case .scratch: DNNL_ARG_SCRATCHPAD
      }
    }
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

  /// The arguments of a primitive, by name and address.
  final class Binding {
    /// How to run the primitive; valid while this object lives.
    let call: Call
    private let arguments: UnsafeMutablePointer<dnnl_exec_arg_t>

    init(
      _ library: OneDNN, _ primitive: Primitive,
      _ values: [(argument: Argument, layout: Layout, address: UnsafeMutablePointer<Float>)]
    ) throws {
      arguments = .allocate(capacity: values.count)
      arguments.initialize(repeating: dnnl_exec_arg_t(), count: values.count)
      call = Call(
        primitive: primitive.handle, stream: library.stream, arguments: arguments,
        argumentCount: Int32(values.count))
      for (index, value) in values.enumerated() {
        arguments[index].arg = value.argument.code
        try check(
          lethe_dnnl_memory_create(
            &arguments[index].memory, value.layout.handle, library.engine, value.address),
          "naming memory")
      }
    }

    deinit {
      for index in 0..<Int(call.argumentCount) { dnnl_memory_destroy(arguments[index].memory) }
      arguments.deallocate()
    }
  }
}

/// Which of the three contractions a convolution names.
enum ConvolutionKind {
  case forward, inputGradient, weightGradient

  fileprivate var code: lethe_dnnl_convolution_kind {
    switch self {
    case .forward: lethe_dnnl_forward
    case .inputGradient: lethe_dnnl_input_gradient
    case .weightGradient: lethe_dnnl_weight_gradient
    }
  }
}

extension lethe_dnnl_geometry {
  fileprivate init(_ geometry: ConvolutionGeometry) {
    self.init()
    OneDNN.Layout.fill(&strides, geometry.stride)
    OneDNN.Layout.fill(&dilations, geometry.dilation.map { $0 - 1 })
    OneDNN.Layout.fill(&low, geometry.paddingLow)
    OneDNN.Layout.fill(&high, geometry.paddingHigh)
  }
}

extension OneDNN {
  /// How a tensor lies in memory.
  final class Layout {
    fileprivate let handle: lethe_dnnl_layout_t?

    private init(owning handle: lethe_dnnl_layout_t?) { self.handle = handle }

    deinit { if let handle { lethe_dnnl_layout_destroy(handle) } }

    /// Elements at `strides`, axes in the library's logical order.
    convenience init(sizes: [Int], strides: [Int]) throws {
      var handle: lethe_dnnl_layout_t?
      try check(
        lethe_dnnl_layout_create(
          &handle, Int32(sizes.count), Self.padded(sizes), Self.padded(strides)),
        "describing memory")
      self.init(owning: handle)
    }

    /// Activations [N, spatial…, C] in the library's order N, C, spatial….
    convenience init(channelsLast shape: Shape) throws {
      func order<Element>(_ x: [Element]) -> [Element] {
        [x[0], x[x.count - 1]] + x[1..<x.count - 1]
      }
      try self.init(sizes: order(shape), strides: order(shape.contiguousStrides))
    }

    /// What a prepared operation wants for one of its arguments; nil when it has no such argument.
    fileprivate static func wanted(
      by operation: dnnl_primitive_desc_t?, _ query: dnnl_query_t
    ) throws -> Layout? {
      var handle: lethe_dnnl_layout_t?
      try check(lethe_dnnl_layout_query(&handle, operation, query), "reading a layout")
      return handle.map { Layout(owning: $0) }
    }

    /// The same tensor, wherever an operation wants it.
    fileprivate func chosenByLibrary() throws -> Layout {
      var any: lethe_dnnl_layout_t?
      try check(
        lethe_dnnl_layout_create_any(
          &any, lethe_dnnl_layout_rank(handle), lethe_dnnl_layout_sizes(handle)),
        "describing memory")
      return Layout(owning: any)
    }

    /// Whether the memory holds the tensor's elements and no padding.
    var isPlain: Bool { lethe_dnnl_layout_is_blocked(handle) == 0 }

    /// Floats that a tensor in this layout takes, padding included.
    var count: Int { (lethe_dnnl_layout_bytes(handle) + 3) / 4 }

    func isEqual(to other: Layout) -> Bool {
      lethe_dnnl_layouts_are_equal(handle, other.handle) != 0
    }

    /// The elements of a plain layout in a buffer.
    func view(of buffer: BufferID, offset: Int) -> View {
      let rank = Int(lethe_dnnl_layout_rank(handle))
      func numbers(_ values: UnsafePointer<dnnl_dim_t>?) -> [Int] {
        UnsafeBufferPointer(start: values, count: rank).map { Int($0) }
      }
      var view = View(buffer: buffer, shape: numbers(lethe_dnnl_layout_sizes(handle)))
      view.offset = offset
      view.strides = numbers(lethe_dnnl_layout_strides(handle))
      return view
    }

    private static func padded(_ sizes: [Int]) -> [dnnl_dim_t] {
      (sizes + [Int](repeating: 0, count: Int(DNNL_MAX_NDIMS) - sizes.count)).map(dnnl_dim_t.init)
    }

    /// Writes numbers to the beginning of one of the library's fixed arrays.
    fileprivate static func fill<Tuple>(_ target: inout Tuple, _ sizes: [Int]) {
      withUnsafeMutableBytes(of: &target) { bytes in
        let places = bytes.bindMemory(to: dnnl_dim_t.self)
        for (place, size) in sizes.enumerated() { places[place] = dnnl_dim_t(size) }
      }
    }
  }
}

/// One compiled operation of the library.
final class Primitive {
  let name: String
  fileprivate let handle: dnnl_primitive_t?
  /// The layout the weight (or its gradient, or a product's second matrix) must have.
  let weightLayout: OneDNN.Layout?
  /// Scratch memory a run needs.
  let scratchpad: OneDNN.Layout?
  /// Floats of that memory.
  var scratchCount: Int { scratchpad?.count ?? 0 }

  fileprivate init(_ description: dnnl_primitive_desc_t?, _ name: String) throws {
    self.name = name
    weightLayout =
      try OneDNN.Layout.wanted(by: description, dnnl_query_diff_weights_md)
      ?? OneDNN.Layout.wanted(by: description, dnnl_query_weights_md)
    scratchpad = try OneDNN.Layout.wanted(by: description, dnnl_query_scratchpad_md)
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
