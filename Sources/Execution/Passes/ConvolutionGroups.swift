import Autodiff

/// A strided convolution rewritten as one of stride 1 over groups of `stride` places.
///
/// A group has the channels of its first place, then those of its second, and so on. First, x is shifted by
/// `shift` places and the kernel by `lead` taps, so that every window begins and ends with a whole group.
///
/// x of [2, 8, 1] with a kernel of 4, stride 2 and padding 1 becomes x of [2, 5, 2], shifted by one, with a
/// kernel of 2 and stride 1:
///
///     places  . 0 1 2 3 4 5 6 7 .      groups  (. 0) (1 2) (3 4) (5 6) (7 .)
///     windows [. 0 1 2]                windows [(. 0) (1 2)]
///                 [1 2 3 4] …                        [(1 2) (3 4)] …
struct ConvolutionGroups {
  /// The convolution of groups.
  let geometry: ConvolutionGeometry
  private let stride: [Int]
  private let shift: [Int]
  private let lead: [Int]
  /// Number of groups in the kernel (`taps`) and in x (`places`), along each spatial axis.
  private let taps: [Int]
  private let places: [Int]

  /// - Returns: nil where every stride is 1, or the kernel is dilated.
  init?(_ convolution: ConvolutionShape) {
    let old = convolution.geometry
    guard old.stride.contains(where: { $0 > 1 }), old.dilation.allSatisfy({ $0 == 1 }) else {
      return nil
    }
    let axes = old.stride.indices.map {
      Axis(
        stride: old.stride[$0], padding: old.paddingLow[$0], kernel: convolution.w[$0 + 2],
        input: convolution.x[$0 + 1], output: convolution.y[$0 + 1])
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
      /// For a shift of x: groups of padding before x, zeros before the kernel, and groups in the kernel.
      func form(_ shift: Int) -> (low: Int, lead: Int, taps: Int) {
        let low = (padding - shift + stride - 1) / stride
        let lead = low * stride - (padding - shift)
        return (low, lead, (lead + kernel + stride - 1) / stride)
      }
      // Shifting x costs a copy, so it is done only where it makes the kernel shorter.
      shift = form(0).taps > form(padding % stride).taps ? padding % stride : 0
      (paddingLow, lead, taps) = form(shift)
      // Leaves out the places at the end that no window reaches.
      places = min((shift + input + stride - 1) / stride, output + taps - 1 - paddingLow)
      paddingHigh = output + taps - 1 - paddingLow - places
    }
  }

  private var blocks: [Int] { zip(places, stride).map(*) }
  /// Permutation from [N, place, phase, …, C] to [N, place, …, phase, …, C].
  private var order: [Int] {
    let rank = stride.count
    return [0] + (0..<rank).map { 1 + 2 * $0 } + (0..<rank).map { 2 + 2 * $0 } + [1 + 2 * rank]
  }

  /// The shape of x in groups.
  func grouped(shape: Shape) -> Shape {
    [shape[0]] + places + [stride.reduce(shape[shape.count - 1], *)]
  }

  /// The shape of the weight in groups.
  func grouped(weightShape w: Shape) -> Shape { [w[0], stride.reduce(w[1], *)] + taps }

  /// Cuts x into groups.
  func grouped(_ x: Tensor) throws -> Tensor {
    let channels = x.shape[x.rank - 1]
    let whole = try x.fitted(from: shift.map { -$0 }, to: blocks)
    return
      try whole
      .reshape([x.shape[0]] + zip(places, stride).flatMap { [$0, $1] } + [channels])
      .transpose(order).reshape(grouped(shape: x.shape))
  }

  /// Puts x, of shape `shape`, together from its groups.
  func ungrouped(_ x: Tensor, to shape: Shape) throws -> Tensor {
    let channels = shape[shape.count - 1]
    return try x.reshape([shape[0]] + places + stride + [channels])
      .transpose(inverse(order)).reshape([shape[0]] + blocks + [channels])
      .fitted(from: shift, to: Array(shape.dropFirst().dropLast()))
  }

  /// Permutation from [O, C, tap, phase, …] to [O, phase, …, C, tap, …].
  private var weightOrder: [Int] {
    let rank = stride.count
    return [0] + (0..<rank).map { 3 + 2 * $0 } + [1] + (0..<rank).map { 2 + 2 * $0 }
  }

  /// Cuts the weight into groups.
  func grouped(weight w: Tensor) throws -> Tensor {
    let (outputs, inputs) = (w.shape[0], w.shape[1])
    let whole = zip(taps, stride).map(*)
    return try w.pad(low: [0, 0] + lead, to: [outputs, inputs] + whole)
      .reshape([outputs, inputs] + zip(taps, stride).flatMap { [$0, $1] })
      .transpose(weightOrder).reshape(grouped(weightShape: w.shape))
  }

  /// Puts the weight, of shape `shape`, together from its groups.
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

extension Tensor {
  /// The places `start..<start + size` of each spatial axis, with zeros for places outside the tensor.
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
