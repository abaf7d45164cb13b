/// The primitive operations. Everything else (layers, losses, optimizers, dropout) is composed of
/// these, so that each has one shape rule, one gradient rule and one way to be executed.
public enum Operation: Hashable, Sendable {
  /// A scalar of shape [], by its bit pattern so that −0 and NaN keep their identity.
  case constant(bits: UInt32)
  /// Values given anew at each run.
  case input(String)
  /// Values that last between runs.
  case variable(String)
  /// Uniform numbers in (0, 1) from the named Philox stream, a function of (seed, stream, step,
  /// element) alone.
  case random(stream: String, lanes: RandomLanes)
  /// 0, 1, 2, … along one axis, the same along the others.
  case iota(axis: Int)
  case unary(Unary)
  case binary(Binary)
  /// `select(c, a, b)`: a where c ≠ 0, else b.
  case select
  /// The value itself, with a gradient of zero.
  case stopGradient
  /// Sum over axes, which stay with size 1.
  case sum(axes: [Int])
  /// Maximum over axes, which stay with size 1.
  case max(axes: [Int])
  case reshape
  case transpose(permutation: [Int])
  /// Repeats axes of size 1 up to the node's shape.
  case broadcast
  case slice(starts: [Int])
  /// Zeros around the input, which begins at `low`.
  case pad(low: [Int])
  case concatenate(axis: Int)
  /// Product of two matrices, each transposed first where asked.
  case matmul(transposeA: Bool, transposeB: Bool)
  /// Cross-correlation of x [N, spatial…, I] with w [O, I, kernel…], giving [N, out…, O].
  case convolution(ConvolutionGeometry)
  /// Its derivative by x: of (dy, w), shaped like x. It is transposed convolution.
  case convolutionInputGradient(ConvolutionGeometry)
  /// Its derivative by w: of (x, dy), shaped like w.
  case convolutionWeightGradient(ConvolutionGeometry)

  /// Element-wise functions of one argument.
  public enum Unary: String, Hashable, Sendable, CaseIterable {
    case negate, exp, log, sqrt, tanh, sigmoid, softplus, sin, cos, abs
  }

  /// Element-wise functions of two arguments of one shape; comparisons give 1 or 0.
  public enum Binary: String, Hashable, Sendable, CaseIterable {
    case add, subtract, multiply, divide, maximum, minimum, less, lessOrEqual, equal
  }

  /// How many bits of a Philox word one uniform number takes.
  public enum RandomLanes: Int, Hashable, Sendable {
    /// 16 bits: twice as fast, enough for masks.
    case bits16 = 16
    /// 24 bits of a 32-bit word: for numbers that are transformed further.
    case bits24 = 24
  }

  /// The name used in descriptions and errors.
  public var name: String {
    switch self {
    case .unary(let function): function.rawValue
    case .binary(let function): function.rawValue
    default: String(String(describing: self).prefix { $0 != "(" })
    }
  }

  /// Whether each output element depends only on the input elements at the same place.
  package var isElementwise: Bool {
    switch self {
    case .unary, .binary, .select: true
    default: false
    }
  }
}

/// Stride, zero padding and dilation of a convolution, one number a spatial axis.
public struct ConvolutionGeometry: Hashable, Sendable {
  /// Step between windows.
  public var stride: [Int]
  /// Zeros before the first element.
  public var paddingLow: [Int]
  /// Zeros after the last element.
  public var paddingHigh: [Int]
  /// Distance between the kernel's taps; 1 is a dense kernel.
  public var dilation: [Int]

  /// A geometry with the same padding on both sides.
  public init(stride: [Int], padding: [Int], dilation: [Int]? = nil) {
    self.init(stride: stride, paddingLow: padding, paddingHigh: padding, dilation: dilation)
  }

  /// A geometry with separate padding before and after.
  public init(stride: [Int], paddingLow: [Int], paddingHigh: [Int], dilation: [Int]? = nil) {
    self.stride = stride
    self.paddingLow = paddingLow
    self.paddingHigh = paddingHigh
    self.dilation = dilation ?? stride.map { _ in 1 }
  }

  /// Output sizes for spatial input sizes and kernel sizes; nil where the kernel does not fit.
  public func outputSizes(input: [Int], kernel: [Int]) -> [Int]? {
    var sizes = [Int]()
    for axis in stride.indices {
      let span = (kernel[axis] - 1) * dilation[axis] + 1
      let room = input[axis] + paddingLow[axis] + paddingHigh[axis] - span
      guard room >= 0 else { return nil }
      sizes.append(room / stride[axis] + 1)
    }
    return sizes
  }

  /// Whether all sizes are of one rank, 1 or 2, strides and dilations are positive and paddings are not negative.
  package var isValid: Bool {
    let rank = stride.count
    return (1...2).contains(rank) && paddingLow.count == rank && paddingHigh.count == rank
      && dilation.count == rank && stride.allSatisfy { $0 > 0 } && dilation.allSatisfy { $0 > 0 }
      && (paddingLow + paddingHigh).allSatisfy { $0 >= 0 }
  }
}
