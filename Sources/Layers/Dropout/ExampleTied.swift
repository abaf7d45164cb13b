public import Glossary
public import Autodiff
internal import Complaints
public import Specification

/// Ties the last units of a site, a share `rate` of them, to training examples: y = m⊙x with m[n,c] = 1 for the other
/// units, and for a tied one 1 where u(i, c) < `active`, i the index of example n among the training examples.
///
/// A tied unit is on for a share `active` of the examples, always the same ones, and off for all others, so that what
/// only few examples ask for, such as a wrong label, is learned in their units. These are off altogether in samples and
/// predictions, and what they have learned with them. At least one unit of a site is not tied.
///
/// Mask: one number for each unit or channel of every training example, the same in every step. Sampling: m[c] = 0 for
/// all tied units.
///
/// Source: Maini et al. 2023, arXiv:2307.09542, §5.
public struct ExampleTied: ActivationDropout {
  /// The `type` of its entries.
  public let name = "example_tied"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Has units of their own for each training example, which are off when sampling", .maini2023)
  /// `active`: the share of the examples that a tied unit is on for.
  public var options: [DropoutOption] { [DropoutOption("active", default: 0.1, in: 0...1)] }
  /// None: the units that are not tied see the same inputs in training and sampling.
  public var scalings: [DropoutScaling] { [.none] }
  /// False: an example's mask is the same in every pass.
  public var drawsAnew: Bool { false }

  /// Goes to activations, residual branches and the results of poolings.
  public func fits(_ kind: DropoutSite.Kind) -> Bool {
    switch kind {
    case .activation, .residualBranch, .pooling: true
    case .attention, .weights, .recurrent, .discriminators: false
    }
  }

  /// Size 1 along all axes between examples and units.
  public func maskShape(
    at site: DropoutSite, batch: Int, _ options: DropoutOptions
  ) throws -> Shape {
    let units = site.example.last ?? 0
    try ModelError.require(
      units > 1, site.address, expected: "2 units or more, as not all can be tied to examples",
      found: "\(units)")
    return site.maskShape(batch: batch) { $0 != .batch && $0 != site.axes.last }
  }

  /// y = m⊙x. A unit that is off is 0 even where x is infinite or NaN.
  public func apply(to x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    guard draw.isTraining else { return try pass(x, draw) }
    let isOn = try draw.numbersOfExamples().less(than: Float(draw.options["active"]))
    return try isFree(x, draw).maximum(isOn).select(x, 0)
  }

  /// y = m⊙x with all tied units off.
  public func pass(_ x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    try isFree(x, draw).select(x, 0)
  }

  /// 1 for the units that are not tied, else 0; [1, …, C].
  private func isFree(_ x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    let units = x.shape[x.rank - 1]
    let shape = x.shape.dropLast().map { _ in 1 } + [units]
    let free = try ((1 - draw.rate) * Float(units) + 1e-3).floor().maximum(1)
    return try draw.graph.add(.iota(axis: x.rank - 1), shape: shape).less(than: free)
  }
}
