package import Autodiff

/// A chain of element-wise operations over one iteration space, before it has addresses. Its values are loads,
/// random numbers and results of operations; its results leave by stores and reductions.
///
/// tanh(a·b + 1) with the sum of its elements, over a and b of shape [2, 3]:
///
///     0: load a        2: multiplyAdd(0, 1, 1)     store 3 in y
///     1: load b        3: tanh(2)                  sum of 3 in s, strides [0, 0]
package struct FusedKernel {
  /// A value for each place of the space.
  package enum Value {
    /// Elements of memory.
    case load(View)
    /// Uniform numbers of a stream, by the number of the place in the space.
    case random(stream: String, lanes: Operation.RandomLanes)
    /// A function of earlier values.
    case apply(Function, [Operand])
  }

  /// A function of operands, element by element.
  package enum Function: Hashable, Sendable {
    /// The operand itself. It brings a number into a register.
    case copy
    /// A function of one argument.
    case unary(Operation.Unary)
    /// A function of two arguments.
    case binary(Operation.Binary)
    /// `select(c, a, b)`: a where c ≠ 0, else b.
    case select
    /// `selectLess(a, b, c, d)`: c where a < b, else d.
    case selectLess
    /// `multiplyAdd(a, b, c)`: a·b + c.
    case multiplyAdd
  }

  /// An operand: an earlier value, or a number.
  package enum Operand: Hashable {
    /// The value with this index.
    case value(Int)
    /// A number.
    case scalar(Float)
  }

  /// A value that is written to memory, an element for each place.
  package struct Store {
    /// The operand that is stored.
    package let operand: Operand
    /// The memory that it is written to.
    package let view: View
  }

  /// A value that is summed, or of which the largest is taken.
  package struct Reduction {
    /// Index of the value.
    package let value: Int
    /// The target, over the iteration space: strides are 0 on the reduced axes.
    package let view: View
    /// True for the largest element, false for the sum.
    package let isMaximum: Bool
  }

  /// The iteration space.
  package let shape: Shape
  /// The number of the first element in its random streams. It is above 0 for a later share of the rows.
  package internal(set) var firstElement = 0
  /// Values, operands before their users.
  package internal(set) var values: [Value] = []
  /// Values that are written to memory.
  package internal(set) var stores: [Store] = []
  /// Values that are summed, or of which the largest is taken.
  package internal(set) var reductions: [Reduction] = []
  /// The layers the roots belong to.
  package internal(set) var scopes: [String] = []
  /// The operand that holds each node of the graph.
  var operands: [Int: Operand] = [:]
  /// Nodes whose values the kernel stores whole. Roots that join the kernel may read them.
  var storedNodes: Set<Int> = []
  /// Buffers that are loaded without repetition, a different element for each place.
  private(set) var loadedBuffers: Set<BufferID> = []

  /// Work, in operations on elements, from which a second thread gains more than it costs.
  package static let parallelWork = 100_000

  /// A kernel that does nothing yet.
  package init(shape: Shape) { self.shape = shape }

  /// Number of element-wise operations, without loads.
  package var operationCount: Int {
    values.reduce(0) { if case .apply = $1 { $0 + 1 } else { $0 } }
  }

  /// Approximate cost, in simple operations on elements.
  package var work: Int { shape.elementCount * (operationCount + stores.count + 1) }

  /// The views that are loaded, in the order of the values.
  package var loads: [View] {
    values.compactMap { if case .load(let view) = $0 { view } else { nil } }
  }

  /// The views that are written, stores first.
  package var results: [View] { stores.map(\.view) + reductions.map(\.view) }

  /// Adds a value, and returns the operand that refers to it.
  package mutating func append(_ value: Value) -> Operand {
    values.append(value)
    if case .load(let view) = value, !view.strides.contains(0) { loadedBuffers.insert(view.buffer) }
    return .value(values.count - 1)
  }

  /// Stores an operand in memory.
  package mutating func store(_ operand: Operand, in view: View) {
    stores.append(Store(operand: operand, view: view))
  }

  /// Reduces an operand to the places of `view`. A number is copied into a register first.
  package mutating func reduce(_ operand: Operand, to view: View, isMaximum: Bool) {
    reductions.append(Reduction(value: register(operand), view: view, isMaximum: isMaximum))
  }

  /// The index of an operand's value. A number is copied into a register first.
  mutating func register(_ operand: Operand) -> Int {
    if case .value(let index) = operand { return index }
    values.append(.apply(.copy, [operand]))
    return values.count - 1
  }

  /// True where a buffer may be overwritten in place: every load reads it from its beginning in the order of
  /// the iteration space, and only operations use the loaded values.
  func readsInOrder(_ buffer: BufferID) -> Bool {
    values.indices.allSatisfy { index in
      guard case .load(let view) = values[index], view.buffer == buffer else { return true }
      return view.offset == 0 && view.isContiguous
        && !stores.contains { $0.operand == .value(index) }
        && !reductions.contains { $0.value == index }
    }
  }
}
