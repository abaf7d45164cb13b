internal import Media
internal import Datasets
package import Training
internal import Autodiff
internal import Execution
internal import Models

/// Changes examples so that they mislead a network, by the sign of the gradient of its loss. Dropout is
/// off, and values stay in the range of the examples.
///
/// Sources: I. Goodfellow, J. Shlens, C. Szegedy 2015, arXiv:1412.6572, §4 (FGSM); A. Madry et al. 2018,
/// arXiv:1706.06083, §2.1 (PGD).
package final class Attack {
  private let question: Question
  /// Labels of a batch, one-hot, shape [batch, classes].
  private let oneHot: UnsafeMutableBufferPointer<Float>
  private let classes: Int
  private let range: ClosedRange<Float>

  /// Compiles the gradient.
  ///
  /// - Parameter range: The range that values of examples stay in.
  init(_ inference: Inference, range: ClosedRange<Float>) throws {
    let network = inference.model.product
    let (question, labels) = try Question.compiled(inference, shape: network.input) {
      data, forward in
      let logits = try network(data, forward)
      let labels = try data.graph.input("labels", shape: logits.shape)
      let loss = try CrossEntropy.ofEach(logits, labels: labels).sum()
      let gradient = try data.graph.gradients(of: loss, by: [data])[0]
      return (gradient, others: [], handles: labels)
    }
    (self.question, oneHot) = (question, question.program[labels])
    (classes, self.range) = (labels.shape[1], range)
  }

  /// Attacks the network of a session in its current state; values stay in 0…1 or −1…1, as the examples
  /// have them.
  package convenience init(_ session: TrainingSession) throws {
    try self.init(Inference(session), range: session.experiment.valueRange.bounds)
  }

  /// Takes one step along the sign of the gradient: x + ε·sign(∇ₓ loss).
  ///
  /// - Parameters:
  ///   - examples: [N] + the shape of an example.
  ///   - labels: The true classes.
  ///   - strength: ε.
  package func fgsm(_ examples: [Float], labels: [Int], strength: Double) throws -> [Float] {
    try stepped(examples, around: examples, labels: labels, step: strength, strength: strength)
  }

  /// Takes several steps of 2.5·ε/steps along the sign of the gradient, each brought back to at most ε from
  /// the example.
  ///
  /// - Parameter start: The starting point, of the shape of `examples`.
  package func pgd(
    _ examples: [Float], labels: [Int], strength: Double, steps: Int, from start: [Float]
  ) throws -> [Float] {
    let step = 2.5 * strength / Double(steps)
    var x = bounded(start, around: examples, strength: strength)
    for _ in 0..<steps {
      x = try stepped(x, around: examples, labels: labels, step: step, strength: strength)
    }
    return x
  }

  private func stepped(
    _ x: [Float], around examples: [Float], labels: [Int], step: Double, strength: Double
  ) throws -> [Float] {
    let gradient = try gradient(x, labels: labels)
    let moved = zip(x, gradient).map { value, slope in
      value + Float(step) * (slope > 0 ? 1 : slope < 0 ? -1 : 0)
    }
    return bounded(moved, around: examples, strength: strength)
  }

  private func bounded(_ x: [Float], around examples: [Float], strength: Double) -> [Float] {
    let strength = Float(strength)
    return zip(x, examples).map { value, center in
      min(
        max(min(max(value, center - strength), center + strength), range.lowerBound),
        range.upperBound)
    }
  }

  /// The gradient of each example's loss, [N] + the shape of an example.
  package func gradient(_ examples: [Float], labels: [Int]) throws -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(examples.count)
    try question.ask(
      examples,
      prepare: { rows in
        setOneHot(oneHot, labels[rows], classes: classes)
      }, take: { result += $0 })
    return result
  }
}

extension ValueRange {
  /// The lowest and the highest value.
  var bounds: ClosedRange<Float> { self == .unit ? 0...1 : -1...1 }
}
