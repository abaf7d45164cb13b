internal import Complaints
public import Autodiff
public import Specification

/// The random numbers, rate, options and parameters of a variant in one pass through one site.
public struct DropoutDraw {
  /// The graph that is being built, and its parameters.
  public let forward: Forward
  /// The site.
  public let site: DropoutSite
  /// The name of the pass's random stream. No other pass or site uses it.
  public let stream: String
  /// Probability of dropping, shape [].
  public internal(set) var rate: Tensor
  /// The shape of the random numbers, which broadcast to what is dropped.
  public let maskShape: Shape
  /// True where each example has random numbers of its own, along the first axis of the mask.
  let isMaskOfEach: Bool
  /// The rescaling that makes up for what is dropped.
  public let scaling: DropoutScaling
  /// The variant's own options.
  public let options: DropoutOptions
  /// The parameters that the variant learns at the site.
  public let parameters: [Parameter]
  let path: String

  /// The graph to add to.
  public var graph: Graph { forward.graph }

  /// Uniform numbers in (0, 1), one for each number of the mask.
  ///
  /// - Parameters:
  ///   - name: Tells several drawings of one pass apart.
  ///   - shape: Another shape than the mask's.
  public func uniform(_ name: String = "", shape: Shape? = nil) throws -> Tensor {
    forward.dropout.drawsOtherNumbers = true
    return try numbers(name, shape: shape)
  }

  /// Uniform numbers in (0, 1) that belong to the training examples of the batch, one for each number of the mask: the
  /// same in every pass and step. They are an input of the graph: see `Forward.numbersOfExamples`.
  func numbersOfExamples() throws -> Tensor {
    if let known = forward.dropout.numbersOfExamples[site.address] { return known }
    let input = try graph.input("examples/" + site.address, shape: maskShape)
    forward.dropout.numbersOfExamples[site.address] = input
    return input
  }

  private func named(_ name: String) -> String { name.isEmpty ? stream : stream + "/" + name }

  private func numbers(_ name: String, shape: Shape?) throws -> Tensor {
    try graph.uniform(named(name), shape: shape ?? maskShape, lanes: .bits16)
  }

  /// A mask with 1 where to keep and 0 where to drop. Its random numbers do not depend on the rate,
  /// so what is dropped at a lower rate is dropped at a higher one too.
  public func keepMask(_ name: String = "", shape: Shape? = nil) throws -> Tensor {
    guard forward.mode == .sampling(dropout: .given) else {
      return try rate.lessOrEqual(numbers(name, shape: shape))
    }
    // A given mask is the same for all examples, so that an axis for the batch becomes 1.
    var shape = shape ?? maskShape
    if isMaskOfEach, shape.first == maskShape[0] { shape[0] = 1 }
    let input = try graph.input("mask/" + named(name), shape: shape)
    forward.dropout.givenMasks.append(.init(input: input, count: shape.elementCount, rate: rate))
    return input
  }

  /// Normal numbers of mean 0 and variance 1 (within 3e-5), one for each number of the mask. They
  /// are the quantiles of 16-bit uniform numbers, up to ±4.3 and with an error of 9e-6, which is
  /// enough for noise that multiplies. They are cheap: one random number and one logarithm instead
  /// of the two numbers, logarithm, root and cosine of `Graph.normal`.
  ///
  /// With v = log(1 − x²), x = 2u − 1, the quantile of u is x·P(v); P is the polynomial of degree 8
  /// with the least error over the 65,536 values there are.
  public func normal() throws -> Tensor {
    let u = try uniform()
    let v = try (u * 4 * (1 - u)).log()
    let coefficients: [Float] = [
      -1.723816527e-08, -7.879045774e-07, -1.423497078e-05, -1.176449706e-04, -2.199081597e-04,
      3.450316784e-03, 1.669389859e-02, -3.278569334e-01, 1.253361878,
    ]
    let polynomial = try coefficients.dropFirst().reduce(graph.constant(coefficients[0])) {
      try $0 * v + $1
    }
    return try (u * 2 - 1) * polynomial
  }

  /// True where the graph is for training. Penalties and learned rates matter only there.
  var isTraining: Bool { forward.mode == .training }

  /// The current value of the variant's parameter number `index`.
  func learned(_ index: Int = 0) throws -> Tensor { try forward.value(of: parameters[index]) }

  /// x/q under inverted scaling, else x.
  public func rescaled(_ x: Tensor) throws -> Tensor {
    scaling == .inverted ? try x * (1 / (1 - rate)) : x
  }

  /// Adds a term to the loss of the network's update. Where a site has several passes in one
  /// update, the mean of their terms counts.
  ///
  /// - Parameter penalty: Shape [].
  public func minimize(_ penalty: Tensor) {
    forward.dropout.penalties[site.address, default: []].append(penalty)
  }

  /// Reports a rate that training learns, for the log.
  ///
  /// - Parameter rate: Probability of dropping, shape [].
  public func report(learnedRate rate: Tensor) {
    forward.dropout.learnedRates[forward.copied(site.address)] = rate
  }

  /// Calls `use` with the weight of the contraction that takes `result`.
  ///
  /// - Parameter use: Called when that contraction is built. `Forward.checkDropout` throws if no
  ///   contraction takes `result`.
  public func whenContracted(_ result: Tensor, _ use: @escaping (_ weight: Tensor) throws -> Void) {
    forward.dropout.awaited[result.id] = .init(site: site, path: path, use: use)
  }

  /// The result of the contraction that came last before this site.
  ///
  /// - Throws: `ModelError` where it does not have the shape of `x`.
  public func preActivation(of x: Tensor) throws -> Tensor {
    guard let last = forward.lastContraction, last.shape == x.shape else {
      throw ModelError(
        "\(path).at", expected: "a place after a contraction with results of its shape",
        found: site.address)
    }
    return last
  }
}
