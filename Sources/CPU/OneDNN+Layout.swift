internal import Autodiff
internal import COneDNN
internal import Execution

extension OneDNN {
  /// The memory layout of a tensor.
  final class Layout {
    let handle: lethe_dnnl_layout_t?

    private init(owning handle: lethe_dnnl_layout_t?) { self.handle = handle }

    deinit { if let handle { lethe_dnnl_layout_destroy(handle) } }

    /// A layout with `strides`, for axes in the library's logical order.
    convenience init(sizes: [Int], strides: [Int]) throws {
      var handle: lethe_dnnl_layout_t?
      try check(
        lethe_dnnl_layout_create(
          &handle, Int32(sizes.count), Self.padded(sizes), Self.padded(strides)),
        "describing memory")
      self.init(owning: handle)
    }

    /// A tensor in row-major order without gaps.
    convenience init(plain shape: Shape) throws {
      try self.init(sizes: shape, strides: shape.contiguousStrides)
    }

    /// A matrix, or a batch of them, with the strides of its view.
    convenience init(_ view: View) throws {
      try self.init(sizes: view.shape, strides: view.strides)
    }

    /// Activations that lie as [N, spatial…, C], described in the library's order N, C, spatial….
    convenience init(channelsLast shape: Shape) throws {
      func order<Element>(_ x: [Element]) -> [Element] {
        [x[0], x[x.count - 1]] + x[1..<x.count - 1]
      }
      try self.init(sizes: order(shape), strides: order(shape.contiguousStrides))
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
    func chosenByLibrary() throws -> Layout {
      var any: lethe_dnnl_layout_t?
      try check(
        lethe_dnnl_layout_create_any(
          &any, lethe_dnnl_layout_rank(handle), lethe_dnnl_layout_sizes(handle)),
        "describing memory")
      return Layout(owning: any)
    }

    /// Floats that a tensor in this layout takes, padding included.
    var count: Int { (lethe_dnnl_layout_bytes(handle) + 3) / 4 }

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
