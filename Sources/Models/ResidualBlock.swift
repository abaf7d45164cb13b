internal import Autodiff
internal import Layers
internal import Specification

/// A residual block x + f(x) that also raises or lowers the resolution. f is norm, activation and
/// convolution, twice.
struct ResidualBlock: Sendable {
  /// The change of the resolution.
  enum Resizing: Sendable {
    /// Raises the resolution by a factor along each spatial axis, before the first convolution.
    case up(Upsampling, Int)
    /// Pools the sum x + f(x).
    case down(BlockPooling)
  }

  let address: String
  /// Its place among the network's blocks, from 1.
  let number: Int
  let count: Int
  let axes: [Axis]
  let resizing: Resizing
  /// Nil in the first block of a network that reads examples: the example itself is not activated.
  let first: PreActivation?
  /// The first convolution of f, after the upsampling in blocks that raise the resolution.
  let firstConvolution: any Layer
  let second: PreActivation
  let secondConvolution: Convolution
  /// The learned scale of f(x), where there are no norms; else nil.
  let scale: BranchScale?
  /// The 1×1 convolution that gives x the channels of f(x); nil where they are equal.
  let shortcut: Convolution?

  init(
    _ specification: NetworkSpecification, number: Int, of count: Int, inputs: Int, outputs: Int,
    resizing: Resizing
  ) {
    address = "\(specification.role.rawValue).block\(number)"
    (self.number, self.count, self.resizing) = (number, count, resizing)
    axes = specification.example.axes
    let values = specification.branchInitialization(branches: count)
    let isFirstReader = number == 1 && !specification.role.isGenerative
    first =
      isFirstReader ? nil : PreActivation(specification, address + ".branch1", channels: inputs)
    let convolution = specification.convolution(
      address + ".branch1.conv", inputs: inputs, outputs: outputs,
      bias: !specification.norm.removesBias, initialization: values.first)
    firstConvolution =
      switch resizing {
      case .up(let upsampling, let factor):
        UpsampledConvolution(upsampling, factor: factor, convolution)
      case .down: convolution
      }
    second = PreActivation(specification, address + ".branch2", channels: outputs)
    secondConvolution = specification.convolution(
      address + ".branch2.conv", inputs: outputs, outputs: outputs, initialization: values.second)
    scale = specification.norm == .fixup ? BranchScale(address + ".scale", first: .ones) : nil
    shortcut =
      inputs == outputs
      ? nil
      : specification.convolution(
        address + ".shortcut.conv", inputs: inputs, outputs: outputs, kernel: 1, bias: false,
        initialization: specification.shortcutInitialization)
  }

  var layers: [any Layer] {
    (first?.layers ?? []) + [firstConvolution] + second.layers + [secondConvolution]
      + (scale.map { [$0] } ?? []) + (shortcut.map { [$0] } ?? [])
  }

  func callAsFunction(_ x: Tensor, _ forward: Forward) throws -> Tensor {
    var branch = try first?(x, forward) ?? x
    branch = try firstConvolution(branch, forward)
    branch = try forward.site(.postLinear, of: address + ".branch1", branch, axes)
    branch = try secondConvolution(second(branch, forward), forward)
    branch = try forward.site(.postLinear, of: address + ".branch2", branch, axes)
    branch = try scale?(branch, forward) ?? branch
    // A 1×1 convolution and upsampling commute. The convolution comes first, as there are fewer places.
    let straight = try upsampled(shortcut?(x, forward) ?? x, forward)
    branch = try forward.site(
      .residualBranch, of: address, branch, axes,
      kind: .residualBranch(depth: number, count: count))
    let sum = try forward.graph.scope(address) { try straight + branch }
    guard case .down(let pooling) = resizing else { return sum }
    return try pooling(sum, of: address, axes, forward)
  }

  private func upsampled(_ x: Tensor, _ forward: Forward) throws -> Tensor {
    guard case .up(let upsampling, let factor) = resizing else { return x }
    return try forward.graph.scope(address) { try upsampling(x, factor: factor) }
  }
}

/// Normalisation, if there is one, and activation before a contraction.
struct PreActivation: Sendable {
  let address: String
  let norm: (any Layer)?
  let activation: Activation
  let axes: [Axis]

  init(_ specification: NetworkSpecification, _ address: String, channels: Int) {
    self.address = address
    norm = specification.normLayer(address + ".norm", channels: channels)
    activation = specification.activation
    axes = specification.example.axes
  }

  var layers: [any Layer] { norm.map { [$0] } ?? [] }

  func callAsFunction(_ x: Tensor, _ forward: Forward) throws -> Tensor {
    var y = x
    if let norm {
      y = try forward.site(.preNorm, of: address, y, axes)
      y = try forward.site(.postNorm, of: address, norm(y, forward), axes)
    }
    y = try forward.graph.scope(address) { try forward.activate(activation, y) }
    return try forward.site(.postAct, of: address, y, axes)
  }
}

extension NetworkSpecification {
  /// A convolution of stride 1 that keeps the spatial sizes. Its kernel is 3×3 on images and 9 on
  /// sounds by default.
  func convolution(
    _ address: String, inputs: Int, outputs: Int, kernel: Int? = nil, bias: Bool = true,
    initialization: Initialization? = nil
  ) -> Convolution {
    let rank = example.sizes.count - 1
    let size = kernel ?? (rank == 1 ? 9 : 3)
    return Convolution(
      address, inputs: inputs, outputs: outputs, kernel: [Int](repeating: size, count: rank),
      geometry: ConvolutionGeometry(
        stride: [Int](repeating: 1, count: rank),
        padding: [Int](repeating: size / 2, count: rank)),
      bias: bias, initialization: initialization ?? self.initialization, spectral: norm == .spectral
    )
  }
}
