package import Autodiff

/// Decides which element-wise results are kept in memory. The others are computed anew in each kernel that
/// uses them, which is cheaper than storing and loading them as long as the work is small.
///
/// a = x·2 and b = exp(x), each with two users, over few elements: a is computed twice, while b is computed
/// once, stored, and loaded by both of its users. Over many elements, loading takes longer, and b too is
/// computed twice.
package struct Materialization {
  /// True for the nodes whose values are kept in memory, of those that kernels compute.
  package private(set) var isStored: [Bool]
  /// Number of uses of each node, by nodes and as a root.
  package private(set) var useCounts: [Int]

  /// Work, in simple operations on one element, above which a value with several users is stored.
  private static let recomputationLimit = 40
  /// The same limit for values small enough to stay in a core's cache between their users.
  private static let smallRecomputationLimit = 4
  /// Largest number of elements of such small values.
  private static let smallCount = 16_384
  /// Work above which even a value with one user is stored, which bounds a kernel's length.
  private static let lengthLimit = 120
  /// Distinct inputs above which a value is stored, which bounds a kernel's registers.
  private static let leafLimit = 40

  /// Decides for a graph whose roots are always kept in memory.
  package init(_ graph: Graph, roots: [Int]) {
    let count = graph.nodes.count
    isStored = [Bool](repeating: false, count: count)
    useCounts = [Int](repeating: 0, count: count)
    for node in graph.nodes {
      for input in node.inputs {
        useCounts[input] += 1
        if Self.keepsOperands(node.operation) { store(input, graph) }
      }
    }
    for root in roots {
      useCounts[root] += 1
      store(root, graph)
    }
    limitLengths(graph)
  }

  private mutating func store(_ id: Int, _ graph: Graph) {
    if graph.nodes[id].operation.isComputedInKernels { isStored[id] = true }
  }

  /// True for operations that need their operands in memory rather than in a register, and for
  /// concatenations, whose parts are best written where they are computed.
  private static func keepsOperands(_ operation: Operation) -> Bool {
    switch operation {
    case .unary, .binary, .select, .sum, .max, .pad: false
    default: true
    }
  }

  private mutating func limitLengths(_ graph: Graph) {
    var spans = [Span](repeating: Span(), count: graph.nodes.count)
    for (id, node) in graph.nodes.enumerated() {
      guard node.operation.isComputedInKernels else {
        spans[id].leaves = [id]
        continue
      }
      let span = node.inputs.reduce(Span(computed: [id])) { $0.union(spans[$1]) }
      let work = span.computed.reduce(0) { $0 + graph.nodes[$1].operation.work }
      let isLong = work > Self.lengthLimit || span.leaves.count > Self.leafLimit
      let isSmall = node.shape.elementCount <= Self.smallCount
      let limit = isSmall ? Self.smallRecomputationLimit : Self.recomputationLimit
      let isShared = useCounts[id] > 1 && work > limit
      if isLong || isShared, node.operation.isElementwise { isStored[id] = true }
      spans[id] = isStored[id] ? Span(leaves: [id]) : span
    }
  }

  /// The nodes that a kernel computes and loads for one value. Indices ascend, and each occurs once, however
  /// often it is used.
  private struct Span {
    var computed: [Int] = []
    var leaves: [Int] = []

    func union(_ other: Span) -> Span {
      Span(
        computed: Span.merged(computed, other.computed), leaves: Span.merged(leaves, other.leaves))
    }

    private static func merged(_ a: [Int], _ b: [Int]) -> [Int] {
      if a.isEmpty { return b }
      if b.isEmpty { return a }
      var result: [Int] = []
      result.reserveCapacity(a.count + b.count)
      var (i, j) = (0, 0)
      while i < a.count, j < b.count {
        let next = min(a[i], b[j])
        result.append(next)
        if a[i] == next { i += 1 }
        if j < b.count, b[j] == next { j += 1 }
      }
      return result + a[i...] + b[j...]
    }
  }
}

extension Operation {
  /// True for operations that fused kernels compute: element-wise functions and random numbers.
  var isComputedInKernels: Bool {
    if case .random = self { return true }
    return isElementwise
  }

  /// Cost for one element, in simple operations such as an addition.
  fileprivate var work: Int {
    switch self {
    case .random: 10
    case .unary(.negate), .unary(.abs), .unary(.floor): 1
    case .unary(.sqrt), .binary(.divide): 2
    case .unary: 8
    default: 1
    }
  }
}
