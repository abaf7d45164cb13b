internal import Media
internal import Datasets
package import Training
internal import Autodiff
internal import Execution
internal import Layers
internal import Models
internal import Specification

/// Changes examples so that they mislead a network, by the sign of the gradient of its loss. Values stay in the range
/// of the examples.
///
/// The gradient is that of the network without dropout, or the mean over masks, by which an attacker who knows of masks
/// at test time makes up for them. Every step has other masks; they are the same for all strengths, and are none of
/// those that predictions are made with.
///
/// Sources: I. Goodfellow, J. Shlens, C. Szegedy 2015, arXiv:1412.6572, §4 (FGSM); A. Madry et al. 2018,
/// arXiv:1706.06083, §2.1 (PGD); A. Athalye, N. Carlini, D. Wagner 2018, arXiv:1802.00420, §4.1 (expectation over
/// transformations); of masks at test time S. Wang et al. 2018, "Defensive dropout", arXiv:1809.05165.
package final class Attack {
  private let question: Question
  /// Labels of a batch, one-hot, shape [batch, classes].
  private let oneHot: UnsafeMutableBufferPointer<Float>
  private let classes: Int
  private let range: ClosedRange<Float>
  /// Number of masks whose gradients are averaged; 0 for one gradient without masks.
  private let masks: Int
  /// Counter of the first mask, above those of all predictions.
  private static let firstMask: UInt64 = 1 << 48

  /// Compiles the gradient.
  ///
  /// - Parameters:
  ///   - range: The range that values of examples stay in.
  ///   - masks: Number of masks whose gradients are averaged; 0 for the gradient without masks, which is that of a network
  ///     without dropout in any case.
  init(_ inference: Inference, range: ClosedRange<Float>, masks: Int) throws {
    let network = inference.model.product
    self.masks = inference.dropout.drops(in: network.role.rawValue) ? masks : 0
    let (question, labels) = try Question.compiled(
      inference, shape: network.input, masks: self.masks > 0 ? .stochastic : .off
    ) { data, forward in
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
  package convenience init(_ session: TrainingSession, masks: Int = 0) throws {
    try self.init(Inference(session), range: session.experiment.valueRange.bounds, masks: masks)
  }

  /// Takes one step along the sign of the gradient: x + ε·sign(∇ₓ loss).
  ///
  /// - Parameters:
  ///   - examples: [N] + the shape of an example.
  ///   - labels: The true classes.
  ///   - strength: ε.
  package func fgsm(_ examples: [Float], labels: [Int], strength: Double) throws -> [Float] {
    try stepped(examples, 0, around: examples, labels: labels, size: strength, strength: strength)
  }

  /// Takes several steps of 2.5·ε/steps along the sign of the gradient, each brought back to at most ε from
  /// the example.
  ///
  /// - Parameter start: The starting point, of the shape of `examples`.
  package func pgd(
    _ examples: [Float], labels: [Int], strength: Double, steps: Int, from start: [Float]
  ) throws -> [Float] {
    let size = 2.5 * strength / Double(steps)
    var x = bounded(start, around: examples, strength: strength)
    for step in 0..<steps {
      x = try stepped(x, step, around: examples, labels: labels, size: size, strength: strength)
    }
    return x
  }

  private func stepped(
    _ x: [Float], _ step: Int, around examples: [Float], labels: [Int], size: Double,
    strength: Double
  ) throws -> [Float] {
    let gradient = try gradient(x, labels: labels, step: step)
    let moved = zip(x, gradient).map { value, slope in
      value + Float(size) * (slope > 0 ? 1 : slope < 0 ? -1 : 0)
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

  /// The gradient of each example's loss, or its mean over masks, [N] + the shape of an example.
  ///
  /// - Parameter step: The step that the gradient is for, which chooses the masks.
  package func gradient(
    _ examples: [Float], labels: [Int], step: Int = 0
  ) throws -> [Float] {
    let first = step * masks
    var sum = try gradient(examples, labels: labels, draw: first)
    for draw in 1..<max(1, masks) {
      let gradient = try gradient(examples, labels: labels, draw: first + draw)
      for (index, slope) in gradient.enumerated() { sum[index] += slope }
    }
    return masks > 1 ? sum.map { $0 / Float(masks) } : sum
  }

  /// The gradient of each example's loss with one draw of the masks.
  private func gradient(_ examples: [Float], labels: [Int], draw: Int) throws -> [Float] {
    let batches = question.batches(of: examples)
    var result: [Float] = []
    result.reserveCapacity(examples.count)
    try question.ask(
      examples, counter: { Self.firstMask + UInt64(draw * batches + $0) },
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
