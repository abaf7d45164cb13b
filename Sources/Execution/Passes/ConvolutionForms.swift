package import Autodiff

/// Gives convolution gradients the form that the back end computes fastest.
///
/// Libraries have fast code for some shapes only. Long kernels, strides in one dimension and few channels
/// are often slow, and other shapes can give the same numbers. `Backend.preferredForms(of:)` lists the forms,
/// the fastest first; the pass takes the first one that the shapes allow, and then asks about the new shapes
/// in turn. `ConvolutionGroups` and `ConvolutionHalves` explain the forms.
///
/// For example, an input gradient of stride 2, for x of [8, 8, 1]:
///
///     %0 = input(dy) [8, 4, 4]
///     %1 = input(w) [4, 1, 4]
///     %2 = convolutionInputGradient(%0, %1; stride [2] padding [1][1]) [8, 8, 1]
///
/// becomes one of stride 1, with the taps of the kernel and the places of x in pairs (movements that do nothing
/// are left out):
///
///     %2 = reshape(transpose(reshape(%1))) [4, 2, 2]
///     %3 = convolutionInputGradient(%0, %2; stride [1] padding [0][0]) [8, 5, 2]
///     %4 = slice(reshape(%3) [8, 10, 1]; from [0, 1, 0]) [8, 8, 1]
package struct ConvolutionForms: GraphPass {
  /// See `GraphPass`.
  package let name = "convolution forms"
  private let backend: any Backend

  /// The pass for a back end.
  package init(for backend: any Backend) { self.backend = backend }

  /// See `GraphPass`.
  package func rewrite(_ graph: Graph, roots: [Int]) throws -> RewrittenGraph {
    let result = Graph()
    var mapping: [Int] = []
    for node in graph.nodes {
      let inputs = node.inputs.map { Tensor(graph: result, id: mapping[$0]) }
      let new = try result.scope(node.scope) {
        switch node.operation {
        case .convolutionInputGradient(let geometry):
          try inputGradient(inputs[0], inputs[1], geometry, node.shape)
        case .convolutionWeightGradient(let geometry):
          try weightGradient(inputs[0], inputs[1], geometry, node.shape)
        default: try result.add(node.operation, inputs, shape: node.shape)
        }
      }
      mapping.append(new.id)
    }
    return RewrittenGraph(result, mapping: mapping)
  }

  private func inputGradient(
    _ dy: Tensor, _ w: Tensor, _ geometry: ConvolutionGeometry, _ x: Shape
  ) throws -> Tensor {
    let shape = ConvolutionShape(.inputGradient, x: x, w: w.shape, y: dy.shape, geometry)
    switch try chosenForm(of: shape) {
    case .groups(let groups):
      let grouped = try inputGradient(
        dy, groups.grouped(weight: w), groups.geometry, groups.grouped(shape: x))
      return try groups.ungrouped(grouped, to: x)
    case .halves(let halves):
      let parts = try halves.parts(of: w).map {
        try inputGradient(dy, $0.weight, $0.geometry, x)
      }
      return try parts[0] + parts[1]
    case .plain:
      return try dy.graph.add(.convolutionInputGradient(geometry), [dy, w], shape: x)
    }
  }

  private func weightGradient(
    _ x: Tensor, _ dy: Tensor, _ geometry: ConvolutionGeometry, _ w: Shape
  ) throws -> Tensor {
    let shape = ConvolutionShape(.weightGradient, x: x.shape, w: w, y: dy.shape, geometry)
    switch try chosenForm(of: shape) {
    case .groups(let groups):
      let grouped = try weightGradient(
        groups.grouped(x), dy, groups.geometry, groups.grouped(weightShape: w))
      return try groups.ungrouped(weight: grouped, to: w)
    case .halves(let halves):
      let parts = try halves.shapes(of: w).map {
        try weightGradient(x, dy, $0.geometry, $0.shape)
      }
      return try halves.joined(parts)
    case .plain:
      return try x.graph.add(.convolutionWeightGradient(geometry), [x, dy], shape: w)
    }
  }

  /// A form, with the data needed to rewrite a convolution into it.
  private enum ChosenForm {
    case plain
    case groups(ConvolutionGroups)
    case halves(ConvolutionHalves)
  }

  /// The first form that the back end prefers and the shapes allow.
  private func chosenForm(of shape: ConvolutionShape) throws -> ChosenForm {
    for form in try backend.preferredForms(of: shape) {
      switch form {
      case .plain: return .plain
      case .groups: if let groups = ConvolutionGroups(shape) { return .groups(groups) }
      case .halves: if let halves = ConvolutionHalves(shape) { return .halves(halves) }
      }
    }
    return .plain
  }
}
