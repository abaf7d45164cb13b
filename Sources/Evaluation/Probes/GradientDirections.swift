internal import Glossary
internal import Training
internal import Metrics
internal import Records

/// Disagreement of the gradients of the next batches, each with the masks of its step. It is the mean over
/// pairs of batches of ½(1 − cosine), averaged over the groups of networks that are updated together. Equal
/// directions give 0, orthogonal ones ½.
///
/// Source: Z. Liu et al. 2023, "Dropout reduces underfitting", arXiv:2303.01500, §3, gradient direction variance.
package final class GradientDirections: NetworkProbe {
  static let key = "gradient_direction_variance"
  let meaning = Meaning(
    "Disagreement of the gradients of successive batches; one half where they are orthogonal",
    .liu2023)
  private static let batches = 8
  private var step: TrainingStep?

  func look(at context: ProbeContext) throws -> ProbeReading {
    let session = context.session
    var step = try self.step ?? session.step(for: .gradients)
    var gradients: [String: [[Float]]] = [:]
    for batch in 0..<Self.batches {
      _ = try step.run(session.step + batch)
      for (network, gradient) in step.gradients() {
        gradients[network, default: []].append(gradient)
      }
    }
    self.step = step
    let parts = gradients.sorted { $0.key < $1.key }.map { network, batches in
      (network, Self.variance(of: batches))
    }
    return try ProbeReading(meanOf: parts, of: "network with a gradient")
  }

  /// The mean of ½(1 − cosine) over pairs; NaN where a gradient is zero.
  package static func variance(of gradients: [[Float]]) -> Double {
    func dot(_ a: [Float], _ b: [Float]) -> Double {
      zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let lengths = gradients.map { dot($0, $0).squareRoot() }
    var (sum, pairs) = (0.0, 0.0)
    for a in gradients.indices {
      for b in 0..<a {
        sum += (1 - dot(gradients[a], gradients[b]) / (lengths[a] * lengths[b])) / 2
        pairs += 1
      }
    }
    return sum / pairs
  }
}
