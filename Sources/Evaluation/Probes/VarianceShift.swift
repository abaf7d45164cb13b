internal import Glossary
internal import Autodiff
internal import Execution
internal import Layers
internal import Metrics
internal import Scores
internal import Training

/// The variance over examples and places of what goes into a batch norm when nothing is dropped, over the running
/// variance that the norm divides by, averaged over channels, then over norms. Dropout before a norm adds variance in
/// training only, so that the ratio r is below 1: with masks right before the norm of a channel with mean c and
/// variance v, it is v/((c² + v)/q − c²).
///
/// Its further number `shift`, the mean of max(r, 1/r), is the paper's figure. Channels whose running variance is
/// hardly above 0 are left out; a channel that has become constant has no finite shift.
///
/// Source: X. Li et al. 2019, "Understanding the disharmony between dropout and batch normalization by variance shift",
/// arXiv:1801.05134, §3.
final class VarianceShift: NetworkProbe {
  static let key = "variance_shift"
  let meaning = Meaning(
    "Variance of what goes into batch norms at test time, over the variance that they divide by",
    .li2019)
  /// Running variances up to this are left out: what norms add to a variance outweighs them.
  private static let least = 1e-5

  private typealias Norm = (address: String, variances: UnsafeMutableBufferPointer<Float>)
  private var compiled: (program: Program, norms: [Norm])?

  func look(at context: ProbeContext) throws -> ProbeReading {
    let (program, norms) = try self.compiled ?? compiled(context)
    compiled = (program, norms)
    guard !norms.isEmpty else { throw Unavailable("there is no batch norm in the networks") }
    try program.run(step: 0)
    let ratios = norms.map { (address: $0.address, ratios: Self.ratios($0.variances)) }
    let shifts = ratios.map { norm in finiteMean(norm.ratios.map { max($0, 1 / $0) }) }
    return try ProbeReading(
      meanOf: ratios.map { ($0.address, finiteMean($0.ratios)) },
      of: "batch norm with a running variance above 0",
      further: [("shift", finiteMean(shifts))])
  }

  /// The ratio of each channel that counts.
  private static func ratios(_ variances: UnsafeMutableBufferPointer<Float>) -> [Double] {
    let count = variances.count / 2
    return (0..<count).filter { Double(variances[count + $0]) > least }.map {
      Double(variances[$0]) / Double(variances[count + $0])
    }
  }

  /// The variances of each norm's channels: those of its input, then the running ones.
  private func compiled(_ context: ProbeContext) throws -> (program: Program, norms: [Norm]) {
    let (program, norms) = try context.program { _, forward, inputs in
      let outputs = try context.outputs(forward, inputs).map(\.output)
      let norms = try forward.batchNorms.map { norm in
        (
          address: norm.address,
          variances: try Tensor.concatenate(
            [norm.inputVariance(), norm.runningVariance], axis: 0)
        )
      }
      return (norms, outputs: norms.isEmpty ? outputs : norms.map(\.variances))
    }
    return (program, norms.map { ($0.address, program[$0.variances]) })
  }
}
