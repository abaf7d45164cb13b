internal import Autodiff
internal import Execution
internal import Kernels

/// A convolution, or one of its gradients, by Winograd's minimal filtering: fewer multiplications for more additions.
///
/// Which is faster depends on the sizes alone, so that the choice, and with it every number, is the same in each run.
struct Winograd {
  /// The kernel as it is read, whatever the sizes of x and y and however many examples there are.
  struct Kernel: Equatable {
    fileprivate let kind: ConvolutionKind
    fileprivate let forms: [lethe_winograd_form]
    fileprivate let size, stride: [Int]
    fileprivate let inputs, outputs: Int
  }

  let kernel: Kernel
  private let padding, x, y: [Int]
  private let examples: Int

  /// The fastest form of a convolution; nil where it has none, or is faster without one.
  ///
  /// - Parameter isForced: True to take a form wherever there is one.
  init?(_ shape: ConvolutionShape, isForced: Bool = false) {
    let best = Self.all(of: shape).min { $0.cost < $1.cost }
    guard let best, isForced || best.isFaster(than: shape.multiplications) else { return nil }
    self = best
  }

  private init(_ shape: ConvolutionShape, forms: [lethe_winograd_form]) {
    kernel = Kernel(
      kind: shape.kind, forms: forms, size: Array(shape.w[2...]), stride: shape.geometry.stride,
      inputs: shape.w[1], outputs: shape.w[0])
    padding = shape.geometry.paddingLow
    x = Array(shape.x[1..<shape.x.count - 1])
    y = Array(shape.y[1..<shape.y.count - 1])
    examples = shape.x[0]
  }

  // MARK: Forms

  /// The forms of a convolution. Of the more exact one, F(2, 3), both axes may be; of F(4, 3), whose rounding errors are
  /// six times those of the sum itself where both are, one only.
  static func all(of shape: ConvolutionShape) -> [Winograd] {
    let size = shape.w[2...]
    guard shape.geometry.dilation.allSatisfy({ $0 == 1 }),
      size.reduce(1, *) <= Int(LETHE_WINOGRAD_MAX_TAPS)
    else { return [] }
    var all: [[lethe_winograd_form]] = [[]]
    for (size, stride) in zip(size, shape.geometry.stride) {
      let forms =
        size <= stride
        ? [LETHE_WINOGRAD_1_1]
        : [LETHE_WINOGRAD_2_2, LETHE_WINOGRAD_4_2, LETHE_WINOGRAD_2_3, LETHE_WINOGRAD_4_3]
      all = all.flatMap { first in forms.map { first + [$0] } }
    }
    return
      all
      .filter { forms in
        let transformed = forms.filter { $0 != LETHE_WINOGRAD_1_1 }
        return !transformed.isEmpty
          && (transformed.count == 1 || !transformed.contains(LETHE_WINOGRAD_4_3))
          && transformed.count { $0 == LETHE_WINOGRAD_4_2 } <= mostOfFour
      }
      .map { Winograd(shape, forms: $0) }
  }

  /// The most axes of F(4, 2): where a multiplication and an addition round twice, errors of both axes would be more than
  /// four times those of the sum itself.
  private static let mostOfFour = InstructionSet.kernels == "sse41" ? 1 : 2

  /// Share of the time of the convolution itself below which the form is taken, at a level of the kernels. By
  /// what was measured, oneDNN's own sums gain more from 512-bit vectors than the form does.
  private static let gain = InstructionSet.kernels == "avx512" ? 0.95 : 1.1
  /// Channels in a vector of the transforms, which are slow where some are left over.
  private static let lanes = 16

  private func isFaster(than multiplications: Double) -> Bool {
    kernel.inputs % Self.lanes == 0 && kernel.outputs % Self.lanes == 0
      && cost < Self.gain * multiplications
  }

  /// Time in multiplications of a product of matrices, by what was measured with 512-bit and 256-bit vectors
  /// (`lethe bench --forms`): what a transformed number of x and of y costs an axis, and one of the weight.
  var cost: Double {
    let sizes = withDescription(threads: 1, lethe_winograd_sizes_of)
    let (points, tiles) = (Double(sizes.points), Double(sizes.tiles))
    let (depth, outputs) = (Double(sizes.depth), Double(sizes.outputs))
    let axes = Double(kernel.forms.count { $0 != LETHE_WINOGRAD_1_1 })
    return points
      * (tiles * depth * outputs + 12 * axes * tiles * (depth + outputs) + 80 * depth * outputs)
  }

  /// Floats of working memory.
  func workspace(threads: Int) -> Int {
    withDescription(threads: threads) { Int(lethe_winograd_workspace($0, kernel.result)) }
  }

  /// Gives a function the description that the kernels read.
  func withDescription<Result>(
    threads: Int, _ use: (UnsafePointer<lethe_winograd>) throws -> Result
  ) rethrows -> Result {
    var description = kernel.description(threads: threads)
    description.examples = Int64(examples)
    for axis in x.indices {
      description.setAxis(axis + 2 - x.count) {
        ($0.x, $0.y, $0.padding) = (Int64(x[axis]), Int64(y[axis]), Int64(padding[axis]))
      }
    }
    return try use(&description)
  }
}

// MARK: Names

extension Winograd {
  private static let direct = "direct"

  /// The form an axis, such as F(4, 2) × F(2, 2); direct without one.
  static func name(of form: Winograd?) -> String {
    form.map { $0.kernel.forms.map(\.name).joined(separator: " × ") } ?? direct
  }

  /// The form of a convolution that has a name; nil for direct.
  static func form(of shape: ConvolutionShape, named name: String) throws -> Winograd? {
    if name == direct { return nil }
    let forms = all(of: shape)
    if let form = forms.first(where: { Self.name(of: $0) == name }) { return form }
    let names = ([nil] + forms).map(Self.name).joined(separator: " or ")
    throw ExecutionError(
      description: "the form of \(shape): expected \(names), found \(name)")
  }
}

extension lethe_winograd_form {
  /// F(n, taps): n results of a kernel of that many taps at once.
  fileprivate var name: String {
    switch self {
    case LETHE_WINOGRAD_2_2: "F(2, 2)"
    case LETHE_WINOGRAD_4_2: "F(4, 2)"
    case LETHE_WINOGRAD_2_3: "F(2, 3)"
    case LETHE_WINOGRAD_4_3: "F(4, 3)"
    default: "1"
    }
  }
}

extension Winograd.Kernel {
  /// Floats of a packed weight.
  var count: Int {
    var description = description(threads: 1)
    return Int(lethe_winograd_packed_count(&description))
  }

  fileprivate var result: lethe_winograd_result {
    switch kind {
    case .forward: LETHE_WINOGRAD_Y
    case .inputGradient: LETHE_WINOGRAD_DX
    case .weightGradient: LETHE_WINOGRAD_DW
    }
  }

  /// The description of a convolution with this kernel, of one place.
  fileprivate func description(threads: Int) -> lethe_winograd {
    var description = lethe_winograd()
    (description.inputs, description.outputs) = (Int64(inputs), Int64(outputs))
    (description.examples, description.threads) = (1, Int32(threads))
    let none = lethe_winograd_axis(
      x: 1, y: 1, kernel: 1, stride: 1, padding: 0, form: LETHE_WINOGRAD_1_1)
    description.axes = (none, none)
    for axis in size.indices {
      description.setAxis(axis + 2 - size.count) {
        ($0.kernel, $0.stride, $0.form) = (Int64(size[axis]), Int64(stride[axis]), forms[axis])
      }
    }
    return description
  }
}

extension lethe_winograd {
  fileprivate mutating func setAxis(_ axis: Int, _ set: (inout lethe_winograd_axis) -> Void) {
    if axis == 0 { set(&axes.0) } else { set(&axes.1) }
  }
}

extension ConvolutionShape {
  /// Multiplications of the convolution itself.
  var multiplications: Double {
    (y.dropLast() + w).reduce(1) { $0 * Double($1) }
  }
}

extension ConvolutionShape: CustomStringConvertible {
  /// Direction, sizes and geometry, different for each convolution.
  package var description: String {
    let result =
      switch kind {
      case .forward: "y"
      case .inputGradient: "gradient of x"
      case .weightGradient: "gradient of the kernel"
      }
    func text(_ sizes: some Sequence<Int>) -> String {
      sizes.map(String.init).joined(separator: "×")
    }
    let (padding, after) = (text(geometry.paddingLow), text(geometry.paddingHigh))
    let dilation =
      geometry.dilation.contains { $0 > 1 } ? ", dilation \(text(geometry.dilation))" : ""
    return "\(result): x \(x), y \(y), \(text(w[2...])), stride \(text(geometry.stride)), "
      + "padding \(padding == after ? padding : "\(padding) and \(after)")\(dilation)"
  }
}

// MARK: Calls

extension Winograd {
  /// The computation with the addresses of its operands.
  func call(
    _ contraction: Contraction, threads: Int,
    _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) -> () -> Void {
    func start(_ view: View) -> UnsafeMutablePointer<Float> { address(view.buffer) + view.offset }
    let (x, weight, y) = (start(contraction.x), start(contraction.weight), start(contraction.y))
    guard let workspace = contraction.workspace.map(address) else {
      preconditionFailure("a convolution in Winograd's form without working memory")
    }
    return {
      withDescription(threads: threads) { description in
        switch kernel.kind {
        case .forward: lethe_winograd_y(description, x, weight, y, workspace)
        case .inputGradient: lethe_winograd_dx(description, x, weight, y, workspace)
        case .weightGradient: lethe_winograd_dw(description, x, weight, y, workspace)
        }
      }
    }
  }
}

extension Winograd.Kernel {
  /// The packing of a weight.
  func packing(
    _ change: Rearrangement, threads: Int, _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) -> () -> Void {
    let plain = address(change.plain.buffer) + change.plain.offset
    let packed = address(change.packed)
    var strides = change.plain.strides.map(Int64.init)
    if size.count == 1 { strides.insert(0, at: 2) }
    var description = description(threads: threads)
    return { lethe_winograd_pack(&description, result, plain, strides, packed) }
  }
}
