package import Autodiff

/// A matrix product, a convolution or one of its gradients, with the memory it works on.
///
/// All four have three operands, named after the forward direction: the input x, a weight, and the output y.
/// Which of them is computed depends on the kind. A product is y = x × weight, where a transposed matrix is a
/// view with other strides.
package struct Contraction {
  /// The computation.
  package enum Kind: Hashable, Sendable {
    /// y [M, N] = x [M, K] × weight [K, N], or one such product for each place of a leading axis.
    case product
    /// A convolution of x [N, spatial…, I] with a weight [O, I, kernel…] to y [N, out…, O], or the
    /// gradient by x or the weight.
    case convolution(ConvolutionKind, ConvolutionGeometry)
  }

  /// One of the three operands.
  package enum Role: Hashable, Sendable {
    case x, weight, y
  }

  /// The computation.
  package let kind: Kind
  /// The left matrix, or the activations that a kernel moves over.
  package let x: View
  /// The right matrix, or the kernels. Its shape is the weight's own, whatever the layout.
  package internal(set) var weight: View
  /// The product, or the output of the forward direction.
  package let y: View
  /// The layout of the weight; nil where its elements lie as the strides of `weight` say.
  package internal(set) var weightLayout: WeightLayout?
  /// Working memory, whose contents are used only while the contraction runs.
  package internal(set) var workspace: BufferID?
  /// True where all threads share the work; false inside a region, where one worker does it alone.
  package let isShared: Bool
  /// The text that the plan prints: operation, sizes and layer.
  package let label: String

  /// A contraction of plain operands, without working memory.
  package init(
    _ kind: Kind, x: View, weight: View, y: View, isShared: Bool = true, label: String
  ) {
    self.kind = kind
    (self.x, self.weight, self.y) = (x, weight, y)
    self.isShared = isShared
    self.label = label
  }

  /// The operand that is computed.
  package var resultRole: Role {
    switch kind {
    case .product, .convolution(.forward, _): .y
    case .convolution(.inputGradient, _): .x
    case .convolution(.weightGradient, _): .weight
    }
  }

  /// The view that the result is written to.
  package var result: View {
    switch resultRole {
    case .x: x
    case .weight: weight
    case .y: y
    }
  }

  /// The two operands that are read.
  package var operands: [View] {
    switch resultRole {
    case .x: [weight, y]
    case .weight: [x, y]
    case .y: [x, weight]
    }
  }

  /// True where the result lies as its view says, rather than in a weight layout.
  package var isResultPlain: Bool { resultRole != .weight || weightLayout == nil }

  /// Floating-point operations of one run: a multiplication and an addition for each element of the weight at
  /// each place of y that it is for.
  package var flops: Double {
    let places = (isBatched ? [y.shape[1]] : y.shape.dropLast()).reduce(1.0) { $0 * Double($1) }
    return 2 * places * Double(weight.shape.elementCount)
  }

  /// True for a product that has a right matrix for each place of a leading axis.
  package var isBatched: Bool { kind == .product && y.shape.count == 3 }

  /// The shapes of a convolution; nil for a product.
  package var convolution: ConvolutionShape? {
    guard case .convolution(let kind, let geometry) = kind else { return nil }
    return ConvolutionShape(kind, x: x.shape, w: weight.shape, y: y.shape, geometry)
  }

  /// The product of some rows of x, for one worker, still without working memory.
  func rows(_ range: Range<Int>) -> Contraction {
    precondition(kind == .product && !isBatched, "\(label) cannot be cut into rows")
    var part = Contraction(
      kind, x: x.rows(range, axis: 0), weight: weight, y: y.rows(range, axis: 0), isShared: false,
      label: label)
    part.weightLayout = weightLayout
    return part
  }
}

/// A copy of a weight from rows and columns to the layout that a contraction wants, or back.
package struct Rearrangement {
  /// The elements in rows and columns.
  package let plain: View
  /// The buffer that holds them in the layout.
  package let packed: BufferID
  /// The layout.
  package let layout: WeightLayout
  /// True where plain elements are copied into the layout, false where they are copied out of it.
  package let isPacking: Bool
  /// The text that the plan prints for the weight.
  package let label: String

  /// The buffer that is read.
  package var source: BufferID { isPacking ? plain.buffer : packed }
  /// The buffer that is written.
  package var target: BufferID { isPacking ? packed : plain.buffer }
}
