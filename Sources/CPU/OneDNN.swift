internal import Autodiff
internal import COneDNN
internal import Execution

/// The parts of oneDNN that this module uses: matrix products, convolutions with their two gradients, and
/// changes of memory layout, on the CPU, in single precision or with operands of bfloat16. All calls of the library are in the files
/// `OneDNN….swift`.
///
/// Source: oneDNN 2.6 to 3.x, C interface. The module COneDNN covers the differences between versions.
package final class OneDNN {
  private(set) var engine: dnnl_engine_t?
  private(set) var stream: dnnl_stream_t?
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

  /// The instruction set that the library uses, by its name in `ONEDNN_MAX_CPU_ISA`, such as AVX512_CORE_BF16.
  package static var effectiveISA: String {
    guard let name = lethe_dnnl_isa() else { return "UNKNOWN" }
    return String(cString: name).replacing("cpu_isa_", with: "", maxReplacements: 1).uppercased()
  }

  /// True where that instruction set multiplies numbers of bfloat16 itself.
  package static var multipliesBfloat16: Bool { lethe_dnnl_multiplies_bfloat16() != 0 }

  // MARK: Primitives

  /// c [M, N] = a [M, K] × b [K, N], or one such product for each place of a leading axis. A transposed matrix
  /// is one with other strides.
  ///
  /// - Parameter packs: True to let oneDNN choose the layout of b; see `Primitive.weightLayout`.
  func matmul(a: Layout, b: Layout, c: Layout, packs: Bool = false) throws -> Primitive {
    try withMatmul(a, packs ? try b.chosenByLibrary() : b, c) {
      try Primitive($0, "matrix product")
    }
  }

  /// True where the library has no code made for a product's sizes and strides.
  func isGeneral(a: Layout, b: Layout, c: Layout) throws -> Bool {
    try withMatmul(a, b, c, Self.isGeneral)
  }

  private func withMatmul<Result>(
    _ a: Layout, _ b: Layout, _ c: Layout, _ use: (dnnl_primitive_desc_t?) throws -> Result
  ) throws -> Result {
    try prepared("matrix product") {
      lethe_dnnl_matmul_prepare(&$0, engine, a.handle, b.handle, c.handle, attributes)
    } use: {
      try use($0)
    }
  }

  /// A convolution or one of its gradients. oneDNN chooses the weight's layout; see `Primitive.weightLayout`.
  ///
  /// - Parameter number: The numbers of the two operands; the result is of single precision.
  func convolution(_ shape: ConvolutionShape, of number: Number = .single) throws -> Primitive {
    try withConvolution(shape, number) { try Primitive($0, "convolution") }
  }

  /// True where the library has no code made for a convolution's sizes.
  func isGeneral(_ shape: ConvolutionShape, of number: Number = .single) throws -> Bool {
    try withConvolution(shape, number, Self.isGeneral)
  }

  /// True where the library has no code made for the sizes of an operation, and computes it through plain matrix
  /// products or by reference loops.
  private static func isGeneral(_ description: dnnl_primitive_desc_t?) throws -> Bool {
    var name: UnsafePointer<CChar>?
    try check(
      dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &name),
      "naming an implementation")
    let implementation = name.map { String(cString: $0) } ?? ""
    return implementation.contains("gemm") || implementation.contains("ref")
  }

  private func withConvolution<Result>(
    _ shape: ConvolutionShape, _ number: Number,
    _ use: (dnnl_primitive_desc_t?) throws -> Result
  ) throws -> Result {
    let own = try Operands(shape, of: number, resultOf: shape.kind)
    let forward = try Operands(shape, of: number, resultOf: .forward)
    var geometry = lethe_dnnl_geometry(shape.geometry)
    return try prepared("convolution (\(shape.kind))") {
      lethe_dnnl_convolution_prepare(
        &$0, shape.kind.code, engine, own.handles, forward.handles, &geometry, attributes)
    } use: {
      try use($0)
    }
  }

  /// The layouts of a convolution's operands. The one that a direction computes is of single precision.
  private struct Operands {
    private let x, w, y: Layout

    init(
      _ shape: ConvolutionShape, of number: Number, resultOf kind: ConvolutionKind
    ) throws {
      x = try Layout(channelsLast: shape.x, kind == .inputGradient ? .single : number)
      w = try Layout(plain: shape.w)
        .chosenByLibrary(kind == .weightGradient ? .single : number)
      y = try Layout(channelsLast: shape.y, kind == .forward ? .single : number)
    }

    var handles: lethe_dnnl_operands {
      lethe_dnnl_operands(x: x.handle, w: w.handle, y: y.handle)
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
}

extension ConvolutionKind {
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

/// Turns a status of the library into an error. All calls go through it.
func check(_ status: dnnl_status_t, _ operation: String) throws {
  guard status != dnnl_success else { return }
  throw ExecutionError(description: "oneDNN: \(operation) failed with status \(status.rawValue)")
}
