package import Autodiff

/// What plans run on: the processor by way of oneDNN and fused kernels, or an interpreter for checking.
///
/// While a plan is made, its back end is asked which rewrites pay, which forms of a convolution it prefers
/// and how weights are to lie. Then it prepares the plan, once, for many runs. Nothing in a plan depends
/// on how a back end does its work, so a plan made for one can be read, printed and tested without it.
package protocol Backend: AnyObject {
  /// Threads that share the work. Regions of rows are cut for as many workers.
  var threads: Int { get }

  /// Rewrites that graphs go through before they are planned, in order.
  var passes: [any GraphPass] { get }

  /// The forms of a convolution, the one that is computed fastest first.
  ///
  /// A form that the shapes rule out is passed over, and `plain` is always possible, so that the list need
  /// not hold it.
  func preferredForms(of convolution: ConvolutionShape) throws -> [ConvolutionForm]

  /// The layout in which a contraction's weight is read or written fastest; nil for rows and columns as
  /// they are.
  ///
  /// - Parameters:
  ///   - contraction: Without layout and working memory.
  ///   - uses: How many products of the plan read the same weight. One rearrangement serves them all.
  func weightLayout(of contraction: Contraction, uses: Int) throws -> WeightLayout?

  /// Floats of working memory that a contraction needs while it runs, in its layout.
  func workspace(of contraction: Contraction) throws -> Int

  /// Gets a plan ready for many runs.
  ///
  /// - Parameters:
  ///   - address: Where each buffer lies. Memory stays there as long as the prepared plan is used.
  ///   - seed: The key of all random numbers.
  func prepare(
    _ plan: ExecutionPlan, seed: UInt64, address: (BufferID) -> UnsafeMutablePointer<Float>
  ) throws -> any PreparedPlan
}

/// A plan that can be run: everything that needs deciding is decided.
package protocol PreparedPlan: AnyObject {
  /// Gets ready for the instructions of one run. Another program may have run in between.
  func begin()

  /// Runs one instruction of the plan; a check computes nothing.
  ///
  /// - Parameters:
  ///   - position: The instruction's place in the plan.
  ///   - step: The counter of the random streams.
  ///   - isTimed: Whether to measure the share of contractions inside a region.
  func run(_ position: Int, step: UInt64, isTimed: Bool) throws

  /// Share of an instruction's time that contractions and rearrangements took when it last ran timed, in
  /// 0…1.
  func contractionShare(of position: Int) -> Double
}

/// A way to compute a convolution; all give the same values up to rounding.
package enum ConvolutionForm: Sendable {
  /// As it is.
  case plain
  /// As a convolution of stride 1 over groups of `stride` places: see `ConvolutionGroups`.
  case groups
  /// As the sum of two convolutions with half the kernel: see `ConvolutionHalves`.
  case halves
}

/// Which of the three contractions a convolution names.
package enum ConvolutionKind: Hashable, Sendable {
  /// y from x and w.
  case forward
  /// x's gradient from w and y's.
  case inputGradient
  /// w's gradient from x and y's.
  case weightGradient
}

/// The shapes of a convolution or of one of its gradients: all that its speed depends on.
package struct ConvolutionShape: Hashable, Sendable {
  /// Which of x, w and y is computed.
  package let kind: ConvolutionKind
  /// The activations that the kernel moves over, [N, spatial…, I].
  package let x: Shape
  /// The weight, [O, I, kernel…].
  package let w: Shape
  /// The result of the forward direction, [N, out…, O].
  package let y: Shape
  /// Stride, padding and dilation.
  package let geometry: ConvolutionGeometry

  /// Names the shapes of a convolution.
  package init(
    _ kind: ConvolutionKind, x: Shape, w: Shape, y: Shape, _ geometry: ConvolutionGeometry
  ) {
    self.kind = kind
    (self.x, self.w, self.y) = (x, w, y)
    self.geometry = geometry
  }
}

/// A way in which a weight lies in memory, known to its back end by number.
package struct WeightLayout: Hashable, Sendable {
  /// The back end's number for it; equal layouts have equal numbers.
  package let id: Int
  /// Floats that a weight takes in this layout, padding included.
  package let count: Int

  /// Numbers a layout.
  package init(id: Int, count: Int) {
    self.id = id
    self.count = count
  }
}

/// A failure below this module: of a library, or for want of memory.
public struct ExecutionError: Error, CustomStringConvertible {
  /// What was being done and how it ended.
  public let description: String

  /// An error in one line.
  package init(description: String) { self.description = description }
}
