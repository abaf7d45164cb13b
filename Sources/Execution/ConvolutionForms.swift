import Autodiff

/// Rebuilds a graph with other forms of the convolution gradients that oneDNN computes slowly: those
/// for which it only has its general path (long kernels, most strides in one dimension), and input
/// gradients with few channels, whose vectors would be mostly empty.
///
/// Two rewrites, exact up to rounding:
/// - *Groups.* `stride` neighbouring places become one place with `stride` times the channels, and
///   the stride becomes 1. Channels last, one dimension is grouped without moving anything.
/// - *Halves.* A long kernel of stride 1 becomes its first and its second half.
struct ConvolutionForms {
  /// The new graph.
  let graph = Graph()
  /// For each node of the old graph its node in the new one.
  private(set) var mapping: [Int] = []
  private let library: OneDNN

  /// Channels below which grouping fills more of a vector than it wastes.
  private static let fewChannels = 8

  init(_ old: Graph, library: OneDNN) throws {
    self.library = library
    for node in old.nodes {
      let inputs = node.inputs.map { Tensor(graph: graph, id: mapping[$0]) }
      let new = try graph.scope(node.scope) {
        switch node.operation {
        case .convolutionInputGradient(let geometry):
          try inputGradient(inputs[0], inputs[1], geometry, node.shape)
        case .convolutionWeightGradient(let geometry):
          try weightGradient(inputs[0], inputs[1], geometry, node.shape)
        default: try graph.add(node.operation, inputs, shape: node.shape)
        }
      }
      mapping.append(new.id)
    }
  }

  private func inputGradient(
    _ dy: Tensor, _ w: Tensor, _ geometry: ConvolutionGeometry, _ x: Shape
  ) throws -> Tensor {
    let isNarrow = x[x.count - 1] < Self.fewChannels && geometry.stride.contains { $0 > 1 }
    if try isNarrow || isSlow(.inputGradient, x, w.shape, dy.shape, geometry) {
      if let groups = Groups(geometry, x: x, w: w.shape, y: dy.shape) {
        let grouped = try inputGradient(
          dy, groups.grouped(weight: w), groups.geometry, groups.grouped(shape: x))
        return try groups.ungrouped(grouped, to: x)
      }
      if let halves = Halves(geometry, x: x, w: w.shape, y: dy.shape) {
        let parts = try halves.parts(of: w).map {
          try inputGradient(dy, $0.weight, $0.geometry, x)
        }
        return try parts[0] + parts[1]
      }
    }
    return try graph.add(.convolutionInputGradient(geometry), [dy, w], shape: x)
  }

  private func weightGradient(
    _ x: Tensor, _ dy: Tensor, _ geometry: ConvolutionGeometry, _ w: Shape
  ) throws -> Tensor {
    if try isSlow(.weightGradient, x.shape, w, dy.shape, geometry) {
      if let groups = Groups(geometry, x: x.shape, w: w, y: dy.shape) {
        let grouped = try weightGradient(
          groups.grouped(x), dy, groups.geometry, groups.grouped(weightShape: w))
        return try groups.ungrouped(weight: grouped, to: w)
      }
      if let halves = Halves(geometry, x: x.shape, w: w, y: dy.shape) {
        let parts = try halves.shapes(of: w).map {
          try weightGradient(x, dy, $0.geometry, $0.shape)
        }
        return try halves.joined(parts)
      }
    }
    return try graph.add(.convolutionWeightGradient(geometry), [x, dy], shape: w)
  }

  private func isSlow(
    _ kind: ConvolutionKind, _ x: Shape, _ w: Shape, _ y: Shape, _ geometry: ConvolutionGeometry
  ) throws -> Bool {
    try library.isGeneral(
      kind, x: OneDNN.Layout(channelsLast: x),
      w: OneDNN.Layout(sizes: w, strides: w.contiguousStrides), y: OneDNN.Layout(channelsLast: y),
      geometry)
  }
}

/// A strided convolution as one of stride 1 over groups of `stride` places.
///
/// The channels of a group are those of its first place, then of its second, …. x is first shifted by
/// `shift` places and the kernel by `lead` taps, so that every window begins and ends with a group.
private struct Groups {
  /// The convolution of groups.
  let geometry: ConvolutionGeometry
  private let stride: [Int]
  private let shift: [Int]
  private let lead: [Int]
  /// Groups of a kernel and of x, one a spatial axis.
  private let taps: [Int]
  private let places: [Int]

  init?(_ old: ConvolutionGeometry, x: Shape, w: Shape, y: Shape) {
    guard old.stride.contains(where: { $0 > 1 }), old.dilation.allSatisfy({ $0 == 1 }) else {
      return nil
    }
    let axes = old.stride.indices.map {
      Axis(
        stride: old.stride[$0], padding: old.paddingLow[$0], kernel: w[$0 + 2], input: x[$0 + 1],
        output: y[$0 + 1])
    }
    stride = old.stride
    shift = axes.map(\.shift)
    lead = axes.map(\.lead)
    taps = axes.map(\.taps)
    places = axes.map(\.places)
    geometry = ConvolutionGeometry(
      stride: old.stride.map { _ in 1 }, paddingLow: axes.map(\.paddingLow),
      paddingHigh: axes.map(\.paddingHigh))
  }

  private struct Axis {
    let shift, lead, taps, places, paddingLow, paddingHigh: Int

    init(stride: Int, padding: Int, kernel: Int, input: Int, output: Int) {
      /// Groups of padding, taps before the kernel, and groups of the kernel after a shift.
      func form(_ shift: Int) -> (low: Int, lead: Int, taps: Int) {
        let low = (padding - shift + stride - 1) / stride
        let lead = low * stride - (padding - shift)
        return (low, lead, (lead + kernel + stride - 1) / stride)
      }
      // A shift moves x, which costs a copy: only where the kernel gets shorter by it.
      shift = form(0).taps > form(padding % stride).taps ? padding % stride : 0
      (paddingLow, lead, taps) = form(shift)
      // What no window reaches is left out.
      places = min((shift + input + stride - 1) / stride, output + taps - 1 - paddingLow)
      paddingHigh = output + taps - 1 - paddingLow - places
    }
  }

  private var blocks: [Int] { zip(places, stride).map(*) }
  /// From [N, place, phase, …, C] to [N, place, …, phase, …, C].
  private var order: [Int] {
    let rank = stride.count
    return [0] + (0..<rank).map { 1 + 2 * $0 } + (0..<rank).map { 2 + 2 * $0 } + [1 + 2 * rank]
  }

  func grouped(shape: Shape) -> Shape {
    [shape[0]] + places + [stride.reduce(shape[shape.count - 1], *)]
  }

  func grouped(weightShape w: Shape) -> Shape { [w[0], stride.reduce(w[1], *)] + taps }

  func grouped(_ x: Tensor) throws -> Tensor {
    let channels = x.shape[x.rank - 1]
    let whole = try x.fitted(from: shift.map { -$0 }, to: blocks)
    return
      try whole
      .reshape([x.shape[0]] + zip(places, stride).flatMap { [$0, $1] } + [channels])
      .transpose(order).reshape(grouped(shape: x.shape))
  }

  func ungrouped(_ x: Tensor, to shape: Shape) throws -> Tensor {
    let channels = shape[shape.count - 1]
    return try x.reshape([shape[0]] + places + stride + [channels])
      .transpose(inverse(order)).reshape([shape[0]] + blocks + [channels])
      .fitted(from: shift, to: Array(shape.dropFirst().dropLast()))
  }

  /// From [O, C, tap, phase, …] to [O, phase, …, C, tap, …].
  private var weightOrder: [Int] {
    let rank = stride.count
    return [0] + (0..<rank).map { 3 + 2 * $0 } + [1] + (0..<rank).map { 2 + 2 * $0 }
  }

  func grouped(weight w: Tensor) throws -> Tensor {
    let (outputs, inputs) = (w.shape[0], w.shape[1])
    let whole = zip(taps, stride).map(*)
    return try w.pad(low: [0, 0] + lead, to: [outputs, inputs] + whole)
      .reshape([outputs, inputs] + zip(taps, stride).flatMap { [$0, $1] })
      .transpose(weightOrder).reshape(grouped(weightShape: w.shape))
  }

  func ungrouped(weight w: Tensor, to shape: Shape) throws -> Tensor {
    let channels = Array(shape[..<2])
    return try w.reshape([shape[0]] + stride + [shape[1]] + taps)
      .transpose(inverse(weightOrder)).reshape(channels + zip(taps, stride).map(*))
      .slice(from: [0, 0] + lead, shape: shape)
  }

  private func inverse(_ permutation: [Int]) -> [Int] {
    var inverse = permutation
    for (axis, from) in permutation.enumerated() { inverse[from] = axis }
    return inverse
  }
}

/// A convolution of stride 1 as the sum of two with half the kernel along the last axis. Both halves
/// hold the tap at distance `padding`, so that neither reaches outside x on its inner side.
private struct Halves {
  private let geometry: ConvolutionGeometry
  private let kernel: Int
  /// The tap that both halves hold.
  private let middle: Int

  init?(_ geometry: ConvolutionGeometry, x: Shape, w: Shape, y: Shape) {
    let axis = geometry.stride.count - 1
    kernel = w[w.count - 1]
    middle = geometry.paddingLow[axis]
    guard geometry.stride[axis] == 1, geometry.dilation[axis] == 1, y[axis + 1] >= x[axis + 1],
      middle > 0, middle < kernel - 1
    else { return nil }
    self.geometry = geometry
    outer = y[axis + 1] - x[axis + 1]
  }

  /// Padding after x that the first half needs.
  private let outer: Int

  private var geometries: [ConvolutionGeometry] {
    let axis = geometry.stride.count - 1
    var (first, second) = (geometry, geometry)
    first.paddingHigh[axis] = outer
    second.paddingLow[axis] = 0
    return [first, second]
  }

  func shapes(of w: Shape) -> [(shape: Shape, geometry: ConvolutionGeometry)] {
    let sizes = [middle + 1, kernel - middle]
    return zip(sizes, geometries).map { (Array(w.dropLast()) + [$0], $1) }
  }

  /// The halves of a weight; the tap in both counts in the first.
  func parts(of w: Tensor) throws -> [(weight: Tensor, geometry: ConvolutionGeometry)] {
    let axis = w.rank - 1
    let first = try w.slice(axis: axis, 0..<middle + 1)
    let rest = try w.slice(axis: axis, middle + 1..<kernel)
    let second = try rest.pad(
      low: w.shape.indices.map { $0 == axis ? 1 : 0 }, to: w.shape.dropLast() + [kernel - middle])
    return Array(zip([first, second], geometries)).map { (weight: $0, geometry: $1) }
  }

  /// The gradient of a weight from those of its halves.
  func joined(_ parts: [Tensor]) throws -> Tensor {
    let axis = parts[0].rank - 1
    return try Tensor.concatenate(
      [parts[0], parts[1].slice(axis: axis, 1..<kernel - middle)], axis: axis)
  }
}

extension Tensor {
  /// The places `start..<start + size` of each spatial axis; zeros stand for places outside.
  fileprivate func fitted(from start: [Int], to sizes: [Int]) throws -> Tensor {
    let spatial = shape.dropFirst().dropLast()
    let begin = start.map { Swift.max(0, $0) }
    let ends = sizes.indices.map { Swift.min(spatial[1 + $0], start[$0] + sizes[$0]) }
    let block = [shape[0]] + zip(ends, begin).map(-) + [shape[rank - 1]]
    let inside = block == shape ? self : try slice(from: [0] + begin + [0], shape: block)
    let low = start.map { Swift.max(0, -$0) }
    let whole = [shape[0]] + sizes + [shape[rank - 1]]
    return whole == inside.shape ? inside : try inside.pad(low: [0] + low + [0], to: whole)
  }
}
