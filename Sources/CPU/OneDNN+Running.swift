internal import COneDNN

extension OneDNN {
  /// The names of a primitive's arguments.
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

  /// An argument with its layout and its address.
  typealias ArgumentValue = (
    argument: Argument, layout: Layout, address: UnsafeMutablePointer<Float>
  )

  /// A primitive with pointers to its arguments, ready to run. The `Binding` that owns the arguments has to
  /// outlive it.
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

  /// The owner of a primitive's arguments, which gives them to the library by name and address.
  final class Binding {
    /// The call of the primitive; valid while this object lives.
    let call: Call
    private let arguments: UnsafeMutablePointer<dnnl_exec_arg_t>

    init(_ library: OneDNN, _ primitive: Primitive, _ values: [ArgumentValue]) throws {
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

/// One compiled operation of the library.
final class Primitive {
  fileprivate let handle: dnnl_primitive_t?
  /// The layout that the weight, its gradient, or a product's second matrix must have.
  let weightLayout: OneDNN.Layout?
  /// Layout of the scratch memory that a run needs; nil for none.
  let scratchpad: OneDNN.Layout?
  /// Floats of scratch memory that a run needs.
  var scratchCount: Int { scratchpad?.count ?? 0 }

  init(_ description: dnnl_primitive_desc_t?, _ name: String) throws {
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
