package import Autodiff
internal import Glibc
package import Execution

extension Operation.Unary {
  /// The function in double precision.
  package func value(_ x: Double) -> Double {
    switch self {
    case .negate: -x
    case .exp: Glibc.exp(x)
    case .log: Glibc.log(x)
    case .sqrt: x.squareRoot()
    case .tanh: Glibc.tanh(x)
    case .sigmoid: 1 / (1 + Glibc.exp(-x))
    case .softplus: Swift.max(x, 0) + Glibc.log1p(Glibc.exp(-Swift.abs(x)))
    case .sin: Glibc.sin(x)
    case .cos: Glibc.cos(x)
    case .abs: Swift.abs(x)
    case .floor: Glibc.floor(x)
    }
  }
}

extension FusedKernel.Function {
  /// The function in double precision.
  ///
  /// - Parameter operand: A function that returns the operand with a given number.
  func value(_ operand: (Int) -> Double) -> Double {
    switch self {
    case .copy: operand(0)
    case .unary(let function): function.value(operand(0))
    case .binary(let function): function.value(operand(0), operand(1))
    case .select: operand(0) != 0 ? operand(1) : operand(2)
    case .selectLess: operand(0) < operand(1) ? operand(2) : operand(3)
    case .multiplyAdd: operand(0) * operand(1) + operand(2)
    }
  }
}

extension ConvolutionShape {
  /// Visits every product of the convolution by the places of its elements in x [N, …, I], w [O, I, …] and
  /// y [N, …, O].
  package func forEachProduct(_ visit: (_ x: Int, _ w: Int, _ y: Int) -> Void) {
    let (inputs, outputs) = (w[1], w[0])
    let (x2, y2) = (Self.image(x[1..<x.count - 1]), Self.image(y[1..<y.count - 1]))
    let kernel = Self.image(w[2...])
    let taps = kernel.height * kernel.width
    for image in 0..<x[0] {
      for place in 0..<y2.height * y2.width {
        let yStart = (image * y2.height * y2.width + place) * outputs
        for tap in 0..<taps {
          guard let source = source(of: place, tap, x2, y2, kernel) else { continue }
          let xStart = (image * x2.height * x2.width + source) * inputs
          for output in 0..<outputs {
            for input in 0..<inputs {
              visit(xStart + input, (output * inputs + input) * taps + tap, yStart + output)
            }
          }
        }
      }
    }
  }

  private typealias Image = (height: Int, width: Int)

  /// The spatial sizes as height and width; a single axis is the width of an image of one row.
  private static func image(_ sizes: ArraySlice<Int>) -> Image {
    sizes.count == 1
      ? (1, sizes[sizes.startIndex]) : (sizes[sizes.startIndex], sizes[sizes.startIndex + 1])
  }

  /// The place in x that a tap of the kernel reads for a place of y; nil in the padding.
  private func source(of place: Int, _ tap: Int, _ x: Image, _ y: Image, _ kernel: Image) -> Int? {
    let last = geometry.stride.count - 1
    let column =
      place % y.width * geometry.stride[last] - geometry.paddingLow[last]
      + tap % kernel.width * geometry.dilation[last]
    guard column >= 0, column < x.width else { return nil }
    guard last > 0 else { return column }
    let row =
      place / y.width * geometry.stride[0] - geometry.paddingLow[0]
      + tap / kernel.width * geometry.dilation[0]
    guard row >= 0, row < x.height else { return nil }
    return row * x.width + column
  }
}
