package import Autodiff

/// A chain of element-wise operations over one iteration space, before it has addresses: loads and
/// random numbers come in, operations apply, stores and reductions leave.
///
/// tanh(a·b + 1) with the sum of its elements, over a and b of shape [2, 3]:
///
///     0: load a        2: multiplyAdd(0, 1, 1)     store 3 in y
///     1: load b        3: tanh(2)                  sum of 3 in s, strides [0, 0]
package struct FusedKernel {
  /// What one register will hold.
  package enum Value {
    /// An element of memory for each place of the space.
    case load(View)
    /// Uniform numbers of a stream, by the place's number in the space.
    case random(stream: String, lanes: Operation.RandomLanes)
    /// A function of earlier values.
    case apply(Function, [Operand])
  }

  /// What is applied to operands, element by element.
  package enum Function: Hashable, Sendable {
    /// The operand itself, to bring a number into a register.
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

  /// A value that goes to memory, an element for each place.
  package struct Store {
    /// What is stored.
    package let operand: Operand
    /// Where.
    package let view: View
  }

  /// A value that is summed, or of which the largest is taken.
  package struct Reduction {
    /// Index of the value.
    package let value: Int
    /// The target, over the iteration space: strides are 0 on the reduced axes.
    package let view: View
    /// Whether the largest is taken and not the sum.
    package let isMaximum: Bool
  }

  /// The iteration space.
  package let shape: Shape
  /// The first element's number in the space that random numbers are counted in.
  package internal(set) var firstElement = 0
  /// Registers, operands before their users.
  package internal(set) var values: [Value] = []
  /// What goes to memory.
  package internal(set) var stores: [Store] = []
  /// What is reduced.
  package internal(set) var reductions: [Reduction] = []
  /// The layers the roots belong to.
  package internal(set) var scopes: [String] = []
  /// Which operand holds a node of the graph.
  var operands: [Int: Operand] = [:]
  /// Nodes whose values the kernel stores whole, so that later roots may read them here.
  var storedNodes: Set<Int> = []
  /// Buffers of which it reads an element for each place.
  private(set) var loadedBuffers: Set<BufferID> = []

  /// Work above which a second thread gains more than it costs, in operations on elements.
  package static let parallelWork = 100_000

  /// A kernel that does nothing yet.
  package init(shape: Shape) { self.shape = shape }

  /// Element-wise operations, loads left out.
  package var operationCount: Int {
    values.reduce(0) { if case .apply = $1 { $0 + 1 } else { $0 } }
  }

  /// About as many simple operations on elements as the kernel takes.
  package var work: Int { shape.elementCount * (operationCount + stores.count + 1) }

  /// What the loads read, in the order of the values.
  package var loads: [View] {
    values.compactMap { if case .load(let view) = $0 { view } else { nil } }
  }

  /// What is written, stores first.
  package var results: [View] { stores.map(\.view) + reductions.map(\.view) }

  /// Adds a value and names it.
  package mutating func append(_ value: Value) -> Operand {
    values.append(value)
    if case .load(let view) = value, !view.strides.contains(0) { loadedBuffers.insert(view.buffer) }
    return .value(values.count - 1)
  }

  /// Sends an operand to memory.
  package mutating func store(_ operand: Operand, in view: View) {
    stores.append(Store(operand: operand, view: view))
  }

  /// Reduces an operand to the places of `view`; numbers are copied into a register.
  package mutating func reduce(_ operand: Operand, to view: View, isMaximum: Bool) {
    reductions.append(Reduction(value: register(operand), view: view, isMaximum: isMaximum))
  }

  /// The value index of an operand; numbers are copied into a register.
  mutating func register(_ operand: Operand) -> Int {
    if case .value(let index) = operand { return index }
    values.append(.apply(.copy, [operand]))
    return values.count - 1
  }

  /// Whether a buffer may be overwritten in place: every load reads it whole, in the order of the
  /// iteration space, and only operations use what was loaded.
  func readsInOrder(_ buffer: BufferID) -> Bool {
    values.indices.allSatisfy { index in
      guard case .load(let view) = values[index], view.buffer == buffer else { return true }
      return view.offset == 0 && view.isContiguous
        && !stores.contains { $0.operand == .value(index) }
        && !reductions.contains { $0.value == index }
    }
  }
}
