public import Glossary
public import Autodiff
public import Specification

/// Trains several discriminators and drops the loss of each from the generator's with probability
/// `rate`: L_G = Σₖ mₖ L_G(Dₖ) / Σₖ mₖ, m ~ Bernoulli(q)ᴷ.
///
/// Where all would be dropped, one chosen at random is kept. L_G is a mean over those that are
/// kept, not a sum, so that the size of the generator's step does not depend on their number. The
/// discriminators have parameters, optimizer states, first values and masks of their own, see the
/// same real and generated examples, and learn in every step, whether or not they are kept. Rate 0
/// still means several discriminators, all of which are kept.
///
/// Mask: one number for each discriminator. Sampling: nothing changes, as it needs no discriminator.
///
/// Source: Mordido et al. 2018, arXiv:1807.11346, §3.
public struct Feedback: DropoutVariant {
  /// The `type` of its entries.
  public let name = "feedback"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Trains several discriminators and drops some of their losses", .mordido2018)
  /// `discriminators`: the number of discriminators.
  public var options: [DropoutOption] { [DropoutOption("discriminators", default: 5, in: 2...64)] }
  /// Inverted only: the mean is over those that are kept.
  public var scalings: [DropoutScaling] { [.inverted] }

  /// Goes to the site where the losses of several discriminators come together.
  public func fits(_ kind: DropoutSite.Kind) -> Bool { kind == .discriminators }

  /// One number for each discriminator.
  public func maskShape(
    at site: DropoutSite, batch: Int, _ options: DropoutOptions
  ) throws -> Shape { [Int(options["discriminators"])] }

  /// The share of each discriminator in the generator's loss.
  ///
  /// - Parameters:
  ///   - kept: 1 or 0 for each, shape [K].
  ///   - choice: A number in (0, 1), shape [1], that picks the one to keep where all are 0.
  /// - Returns: Shape [K], of sum 1.
  public static func shares(kept: Tensor, choice: Tensor) throws -> Tensor {
    let count = kept.shape[0]
    let number = try kept.graph.add(.iota(axis: 0), shape: [count])
    let place = try choice * Float(count)
    let chosen = try number.lessOrEqual(place) * place.less(than: number + 1)
    let heard = try kept.max(keepingAxes: true).select(kept, chosen)
    return try heard / heard.sum(keepingAxes: true)
  }
}

extension DropoutSite {
  /// The site where the losses of several discriminators come together: `<network>.feedback`.
  public static func feedback(of network: String) -> DropoutSite {
    DropoutSite(
      .feedback, of: network, axes: [.batch, .outputs], example: [1], kind: .discriminators)
  }
}

extension Forward {
  /// Combines the losses of a generator by several discriminators into one, at the site
  /// `<network>.feedback`.
  ///
  /// - Parameter losses: The generator's loss by each discriminator, shape [] each.
  /// - Returns: The mean over those that are kept, shape [].
  public func feedback(_ losses: [Tensor], of network: String) throws -> Tensor {
    let site = DropoutSite.feedback(of: network)
    return try graph.scope(site.address) {
      guard let visit = try visit(site, batch: 1), visit.isDropping else {
        return try losses.mean()
      }
      let shares = try Feedback.shares(
        kept: visit.draw.keepMask(), choice: visit.draw.uniform("kept", shape: [1]))
      let each = try Tensor.concatenate(losses.map { try $0.reshape([1]) }, axis: 0)
      return try (shares * each).sum()
    }
  }
}
