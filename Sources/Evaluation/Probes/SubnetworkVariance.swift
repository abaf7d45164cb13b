internal import Glossary
internal import Specification
internal import Training
internal import Execution
internal import Layers
internal import Metrics
internal import Models

/// Disagreement of the subnetworks that masks select: the variance of a network's output over masks,
/// averaged over outputs and examples, then over the networks with dropout. A classifier's outputs are
/// probabilities.
///
/// Source: P. Baldi, P. Sadowski 2013, "Understanding dropout", NeurIPS, §4, on the consistency of subnetworks.
final class SubnetworkVariance: NetworkProbe {
  static let key = "subnetwork_variance"
  let meaning = Meaning(
    "Variance of the output over dropout masks", .baldi2013)
  private static let masks = 16
  /// The compiled program of each network with dropout; nil before the first use.
  private var programs: [Compiled]?

  private typealias Compiled = (
    network: String, program: Program, output: UnsafeMutableBufferPointer<Float>
  )

  func look(at context: ProbeContext) throws -> ProbeReading {
    let programs = try self.programs ?? compiled(context)
    self.programs = programs
    let parts = try programs.map { network, program, output in
      var sums: [Double] = []
      var squares: [Double] = []
      for mask in 0..<Self.masks {
        try program.run(step: UInt64(mask))
        if sums.isEmpty {
          sums = [Double](repeating: 0, count: output.count)
          squares = sums
        }
        for (index, value) in output.enumerated() {
          sums[index] += Double(value)
          squares[index] += Double(value) * Double(value)
        }
      }
      // Sums of squares avoid keeping the outputs of every mask.
      let count = Double(Self.masks)
      let variance = zip(sums, squares).reduce(0) { total, pair in
        total + max(0, pair.1 - pair.0 * pair.0 / count) / (count - 1)
      }
      return (network, variance / Double(sums.count))
    }
    return try ProbeReading(meanOf: parts, of: "network with dropout")
  }

  private func compiled(_ context: ProbeContext) throws -> [Compiled] {
    let session = context.session
    let names = session.model.networks.map(\.role.rawValue)
    return try names.filter(session.dropout.drops).map { name in
      let (program, output) = try context.program(masks: .stochastic) { _, forward, inputs in
        let all = try context.outputs(forward, inputs)
        let wanted = all.filter { $0.network == name }.map(\.output)
        precondition(wanted.count == 1, "one output of the network \(name)")
        return (wanted[0], outputs: wanted)
      }
      return (name, program, program[output])
    }
  }
}
