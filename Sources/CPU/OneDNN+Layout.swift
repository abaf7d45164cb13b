internal import Autodiff
internal import COneDNN
internal import Execution

extension OneDNN {
  /// The numbers of a tensor in memory.
  enum Number {
    /// Single precision.
    case single
    /// The first 16 bits of single precision.
    case bfloat16

    fileprivate var code: lethe_dnnl_number {
      self == .single ? lethe_dnnl_single : lethe_dnnl_bfloat16
    }
  }

  /// The memory layout of a tensor.
  final class Layout {
    let handle: lethe_dnnl_layout_t?

    private init(owning handle: lethe_dnnl_layout_t?) { self.handle = handle }

    /// Floats to which operands in working memory are aligned.
    private static let alignment = 16

    deinit { if let handle { lethe_dnnl_layout_destroy(handle) } }

    /// A layout with `strides`, for axes in the library's logical order.
    convenience init(sizes: [Int], strides: [Int], _ number: Number = .single) throws {
      var handle: lethe_dnnl_layout_t?
      try check(
        lethe_dnnl_layout_create(
          &handle, number.code, Int32(sizes.count), Self.padded(sizes), Self.padded(strides)),
        "describing memory")
      self.init(owning: handle)
    }

    /// A tensor in row-major order without gaps.
    convenience init(plain shape: Shape, _ number: Number = .single) throws {
      try self.init(sizes: shape, strides: shape.contiguousStrides, number)
    }

    /// A matrix, or a batch of them, with the strides of its view.
    convenience init(_ view: View) throws {
      try self.init(sizes: view.shape, strides: view.strides)
    }

    /// A matrix, or a batch of them, without gaps and with its axes in the order in which a view has them.
    convenience init(compact view: View, _ number: Number) throws {
      var (strides, stride) = (view.strides, 1)
      for axis in view.shape.indices.sorted(by: { view.strides[$0] < view.strides[$1] }) {
        strides[axis] = stride
        stride *= view.shape[axis]
      }
      try self.init(sizes: view.shape, strides: strides, number)
    }

    /// Activations that lie as [N, spatial…, C], described in the library's order N, C, spatial….
    convenience init(channelsLast shape: Shape, _ number: Number = .single) throws {
      func order<Element>(_ x: [Element]) -> [Element] {
        [x[0], x[x.count - 1]] + x[1..<x.count - 1]
      }
      try self.init(sizes: order(shape), strides: order(shape.contiguousStrides), number)
    }

    /// The layout that a prepared operation needs for one of its arguments; nil where it has no such argument.
    static func wanted(
      by operation: dnnl_primitive_desc_t?, _ query: dnnl_query_t
    ) throws -> Layout? {
      var handle: lethe_dnnl_layout_t?
      try check(lethe_dnnl_layout_query(&handle, operation, query), "reading a layout")
      return handle.map { Layout(owning: $0) }
    }

    /// The same tensor, with the layout left to the operation that will use it.
    func chosenByLibrary(_ number: Number = .single) throws -> Layout {
      var any: lethe_dnnl_layout_t?
      try check(
        lethe_dnnl_layout_create_any(
          &any, number.code, lethe_dnnl_layout_rank(handle), lethe_dnnl_layout_sizes(handle)),
        "describing memory")
      return Layout(owning: any)
    }

    /// Floats that a tensor in this layout takes, padding included.
    var count: Int { (lethe_dnnl_layout_bytes(handle) + 3) / 4 }

    /// The same, so that what follows in memory is aligned.
    var alignedCount: Int { (count + Self.alignment - 1) / Self.alignment * Self.alignment }

    func isEqual(to other: Layout) -> Bool {
      lethe_dnnl_layouts_are_equal(handle, other.handle) != 0
    }

    private static func padded(_ sizes: [Int]) -> [dnnl_dim_t] {
      (sizes + [Int](repeating: 0, count: Int(DNNL_MAX_NDIMS) - sizes.count)).map(dnnl_dim_t.init)
    }

    /// Writes numbers to the beginning of one of the library's arrays of fixed length.
    static func fill<Tuple>(_ target: inout Tuple, _ sizes: [Int]) {
      withUnsafeMutableBytes(of: &target) { bytes in
        let places = bytes.bindMemory(to: dnnl_dim_t.self)
        for (place, size) in sizes.enumerated() { places[place] = dnnl_dim_t(size) }
      }
    }
  }
}
