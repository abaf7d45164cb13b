package import Autodiff

/// An executor of plans: the processor by way of oneDNN and fused kernels, or an interpreter for checking.
///
/// While a plan is made, its back end is asked which rewrites are worth while, which forms of a convolution it
/// prefers, and which layouts weights should have. Then it prepares the plan, once, for many runs. A plan holds
/// no object of its back end, so it can be read, printed and tested without it.
package protocol Backend: AnyObject {
  /// Number of threads that share the work, and the largest number of workers of a region.
  var threads: Int { get }

  /// Rewrites of a graph before it is planned, in order.
  var passes: [any GraphPass] { get }

  /// The forms of a convolution, the one that is computed fastest first.
  ///
  /// A form that the shapes do not allow is skipped. `plain` is always possible and the last resort, so the
  /// list may leave it out.
  func preferredForms(of convolution: ConvolutionShape) throws -> [ConvolutionForm]

  /// Names of the forms of the convolutions that were asked about, by their descriptions, where there are several.
  var convolutionForms: [String: String] { get }

  /// The layout in which a contraction reads or writes its weight fastest; nil to leave the weight in rows and
  /// columns.
  ///
  /// - Parameters:
  ///   - contraction: A contraction that has no layout and working memory yet.
  ///   - uses: Number of products of the plan that read the same weight. One rearrangement serves them all.
  func weightLayout(of contraction: Contraction, uses: Int) throws -> WeightLayout?

  /// Floats of working memory that a contraction needs while it runs, given its layout.
  func workspace(of contraction: Contraction) throws -> Int

  /// Gets a plan ready for many runs.
  ///
  /// - Parameters:
  ///   - address: The address of each buffer. Buffers do not move as long as the prepared plan is used.
  ///   - seed: The key of all random numbers.
  func prepare(
    _ plan: ExecutionPlan, seed: UInt64, address: (BufferID) -> UnsafeMutablePointer<Float>
  ) throws -> any PreparedPlan
}

extension Backend {
  /// No convolution has several forms.
  package var convolutionForms: [String: String] { [:] }
}

/// A plan that is ready to run, with all decisions made.
package protocol PreparedPlan: AnyObject {
  /// Gets ready for the instructions of one run, since another program may have run in between.
  func begin()

  /// Runs one instruction of the plan; a check computes nothing.
  ///
  /// - Parameters:
  ///   - position: The index of the instruction in the plan.
  ///   - step: The counter of the random streams.
  ///   - isTimed: True to measure the share of contractions inside a region.
  func run(_ position: Int, step: UInt64, isTimed: Bool) throws

  /// Share of an instruction's time that contractions and rearrangements took in its last timed run, in 0…1.
  func contractionShare(of position: Int) -> Double
}

/// A way to compute a convolution; all give the same values up to rounding.
package enum ConvolutionForm: Sendable {
  /// The convolution itself.
  case plain
  /// A convolution of stride 1 over groups of `stride` places: see `ConvolutionGroups`.
  case groups
  /// Two convolutions with half the kernel each: see `ConvolutionHalves`.
  case halves
}

/// A convolution or one of its two gradients.
package enum ConvolutionKind: Hashable, Sendable {
  /// Computes y from x and w.
  case forward
  /// Computes the gradient of x from w and the gradient of y.
  case inputGradient
  /// Computes the gradient of w from x and the gradient of y.
  case weightGradient
}

/// The shapes and geometry of a convolution or of one of its gradients. Its speed depends on nothing else.
package struct ConvolutionShape: Hashable, Sendable {
  /// The direction, which tells which of x, w and y is computed.
  package let kind: ConvolutionKind
  /// The activations that the kernel moves over, [N, spatial…, I].
  package let x: Shape
  /// The weight, [O, I, kernel…].
  package let w: Shape
  /// The output of the forward direction, [N, out…, O].
  package let y: Shape
  /// Stride, padding and dilation.
  package let geometry: ConvolutionGeometry

  /// Collects the shapes of a convolution.
  package init(
    _ kind: ConvolutionKind, x: Shape, w: Shape, y: Shape, _ geometry: ConvolutionGeometry
  ) {
    self.kind = kind
    (self.x, self.w, self.y) = (x, w, y)
    self.geometry = geometry
  }
}

/// A memory layout of a weight, identified by a number of its back end.
package struct WeightLayout: Hashable, Sendable {
  /// The back end's number for the layout. Equal layouts have equal numbers.
  package let id: Int
  /// Floats that a weight takes in this layout, padding included.
  package let count: Int

  /// Gives a layout a number.
  package init(id: Int, count: Int) {
    self.id = id
    self.count = count
  }
}

/// A failure while a program is made or run, such as an error of a library or too little memory.
public struct ExecutionError: Error, CustomStringConvertible {
  /// The operation that failed, and the reason.
  public let description: String

  /// An error in one line.
  package init(description: String) { self.description = description }
}
