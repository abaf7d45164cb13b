/// The primitive operations. Everything else (layers, losses, optimizers, dropout) is composed of these, so
/// only they need a shape rule, a gradient rule and a way to be executed.
public enum Operation: Hashable, Sendable {
  /// A scalar of shape [], by its bit pattern so that −0 and NaN keep their identity.
  case constant(bits: UInt32)
  /// Values that the caller sets before a run.
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
  /// Of x [N, C, P] and places [N, Q]: the elements of each channel at the places of the example, [N, C, Q]; zeros
  /// where a place is outside 0..<P. It has no derivative by the places.
  case gather
  /// Of y [N, C, Q] and places [N, Q]: the sums of the elements of each channel that have the same place, [N, C, P];
  /// those with a place outside 0..<P are left out. It is the derivative of `gather` by x.
  case scatter
  /// Of x [R, n]: the magnitude |x| of each row that is the smallest but `count` − 1, [R, 1]. It has no derivative.
  case smallestMagnitude(count: Int)
  /// Product of two matrices, each of which can be transposed first; with a leading axis, of each pair of
  /// matrices in two batches of equally many.
  case matmul(transposeA: Bool, transposeB: Bool)
  /// Cross-correlation of x [N, spatial…, I] with w [O, I, kernel…], giving [N, out…, O].
  case convolution(ConvolutionGeometry)
  /// The derivative of a convolution by x, from (dy, w), shaped like x. It is a transposed convolution.
  case convolutionInputGradient(ConvolutionGeometry)
  /// The derivative of a convolution by w, from (x, dy), shaped like w.
  case convolutionWeightGradient(ConvolutionGeometry)

  /// Element-wise functions of one argument.
  public enum Unary: String, Hashable, Sendable, CaseIterable {
    case negate, exp, log, sqrt, tanh, sigmoid, softplus, sin, cos, abs, floor
  }

  /// Element-wise functions of two arguments of one shape; comparisons give 1 or 0.
  public enum Binary: String, Hashable, Sendable, CaseIterable {
    case add, subtract, multiply, divide, maximum, minimum, less, lessOrEqual, equal
  }

  /// The part of a 32-bit Philox word that makes one uniform number.
  public enum RandomLanes: Int, Hashable, Sendable {
    /// Half a word, 16 bits: twice as fast, enough for masks.
    case bits16 = 16
    /// A whole word, for numbers that are transformed further. They are odd multiples of 2⁻²⁴, of 23 random bits.
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

  /// True where each element of the result is a function of the input elements at the same place.
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

  /// True for one or two spatial axes in all four lists, positive strides and dilations, and no negative padding.
  package var isValid: Bool {
    let rank = stride.count
    return (1...2).contains(rank) && paddingLow.count == rank && paddingHigh.count == rank
      && dilation.count == rank && stride.allSatisfy { $0 > 0 } && dilation.allSatisfy { $0 > 0 }
      && (paddingLow + paddingHigh).allSatisfy { $0 >= 0 }
  }
}
