import Autodiff

/// Adds products and convolutions to a plan, with the changes of weight layout that the back end asks for.
///
/// Three products with one weight w that the back end wants in layout L, before and after:
///
///     product a × w                            rearrange w → w′ in L
///     product b × w                            product a × w′
///     product c × w                            product b × w′
///                                              product c × w′
struct Contractions {
  private let backend: any Backend
  /// Number of products that have each node as their right matrix.
  private var uses: [Int: Int] = [:]
  private var packed: [PackedWeight: BufferID] = [:]

  /// A weight and the layout that it is copied to.
  private struct PackedWeight: Hashable {
    let plain: View
    let layout: WeightLayout
  }

  init(_ graph: Graph, _ backend: any Backend) {
    self.backend = backend
    for node in graph.nodes {
      guard case .matmul = node.operation else { continue }
      uses[node.inputs[1], default: 0] += 1
    }
  }

  /// Adds a contraction of plain operands.
  ///
  /// - Parameter weight: The node of the weight, and the label that the plan prints for it.
  mutating func add(
    _ contraction: Contraction, weight: (node: Int, label: String), to list: inout InstructionList,
    _ placement: inout Placement
  ) throws {
    var contraction = contraction
    let plain = contraction.weight
    let layout = try backend.weightLayout(of: contraction, uses: uses[weight.node] ?? 0)
    if let layout {
      let isRead = contraction.resultRole != .weight
      let buffer =
        isRead
        ? pack(plain, layout, weight.label, &list, &placement) : placement.newBuffer(layout.count)
      contraction.weight = View(buffer: buffer, shape: plain.shape)
      contraction.weightLayout = layout
    }
    let workspace = try backend.workspace(of: contraction)
    if workspace > 0 { contraction.workspace = placement.newBuffer(workspace) }
    list.append(.contraction(contraction))
    if let layout, contraction.resultRole == .weight {
      list.append(
        .rearrangement(
          Rearrangement(
            plain: plain, packed: contraction.weight.buffer, layout: layout, isPacking: false,
            label: contraction.label)))
    }
  }

  /// The buffer of the weight in a layout. One copy serves all contractions that want the same layout.
  private mutating func pack(
    _ plain: View, _ layout: WeightLayout, _ label: String, _ list: inout InstructionList,
    _ placement: inout Placement
  ) -> BufferID {
    let weight = PackedWeight(plain: plain, layout: layout)
    if let known = packed[weight] { return known }
    let buffer = placement.newBuffer(layout.count)
    list.append(
      .rearrangement(
        Rearrangement(plain: plain, packed: buffer, layout: layout, isPacking: true, label: label)))
    packed[weight] = buffer
    return buffer
  }
}
