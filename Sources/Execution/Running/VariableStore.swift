import Autodiff

/// The arrays that last between runs: parameters, moments, running statistics. Programs with the same store
/// share them.
public final class VariableStore {
  private var buffers: [String: AlignedBuffer] = [:]

  /// An empty store.
  public init() {}

  /// Adds an array of zeros, or returns the one that exists already.
  ///
  /// - Precondition: An array that exists already has `count` elements.
  @discardableResult
  public func declare(_ name: String, count: Int) -> UnsafeMutableBufferPointer<Float> {
    if let known = self[name] {
      precondition(known.count == count, "\(name) has \(known.count) elements, not \(count)")
      return known
    }
    let buffer = AlignedBuffer(count: count)
    buffers[name] = buffer
    return buffer.values
  }

  /// A variable's elements in row-major order; valid as long as the store.
  public subscript(name: String) -> UnsafeMutableBufferPointer<Float>? { buffers[name]?.values }

  /// All names, in no particular order.
  public var names: [String] { Array(buffers.keys) }
}

/// Zeroed floats at a 64-byte boundary.
package final class AlignedBuffer {
  /// The memory.
  package let values: UnsafeMutableBufferPointer<Float>

  /// Allocates `count` floats; room for one at least, so that there is an address.
  package init(count: Int) {
    let bytes = max(1, count) * MemoryLayout<Float>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    values = UnsafeMutableBufferPointer(
      start: memory.bindMemory(to: Float.self, capacity: count), count: count)
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }
}
