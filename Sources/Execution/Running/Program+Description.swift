import Autodiff

extension Program: CustomStringConvertible {
  /// The compiled plan: one line for each instruction, with its mean time in µs where it was profiled, then
  /// the totals. A region takes a line more for each of its instructions.
  public var description: String {
    let lines = plan.instructions.enumerated().map { index, instruction in
      let time = profile.map { profile in
        let microseconds = profile.seconds[index] / Double(max(1, profile.runs)) * 1e6
        return "\(Int(microseconds.rounded())) µs ".leftPadded(to: 12)
      }
      return (time ?? "") + "\(index): \(instruction.label)"
    }
    return (lines + [plan.summary]).joined(separator: "\n")
  }
}

extension ExecutionPlan: CustomStringConvertible {
  /// One line for each instruction, then the totals.
  public var description: String {
    let lines = instructions.enumerated().map { "\($0): \($1.label)" }
    return (lines + [summary]).joined(separator: "\n")
  }

  fileprivate var summary: String {
    let instructions = flatInstructions
    let kernels = instructions.count { if case .kernel = $0 { true } else { false } }
    let megabytes = Double(memory.size * MemoryLayout<Float>.stride) / 1_048_576
    return "\(kernels) fused kernels, \(instructions.count - kernels) other instructions, "
      + "arena \((megabytes * 100).rounded() / 100) MB, \((flops / 1e7).rounded() / 100) GFLOP"
  }
}

extension Instruction {
  /// One line about the instruction; for a region, a line more for each of its instructions.
  var label: String {
    switch self {
    case .kernel(let kernel): kernel.label
    case .contraction(let contraction): contraction.label
    case .moves(let moves): moves.label
    case .selection(let selection): selection.label
    case .rearrangement(let change): "reorder for \(change.label)"
    case .rows(let region):
      (["\(region.rowCount) rows by \(region.workers.count) workers:"]
        + region.instructions.map { "  " + $0.label }).joined(separator: "\n")
    case .check(_, let name): "check that \(name) is finite"
    }
  }

  /// The part of the model that the instruction's values come from, as text for messages.
  var origin: String {
    switch self {
    case .kernel(let kernel):
      "\(kernel.layers.last ?? "the loss"), values of shape \(kernel.shape)"
    case .contraction(let contraction): contraction.label
    case .moves(let moves): moves.label
    case .selection(let selection): selection.label
    case .rearrangement(let change): change.label
    case .rows(let region): region.instructions.last?.origin ?? ""
    case .check(_, let name): name
    }
  }
}

extension FusedKernel {
  fileprivate var label: String {
    let randoms = values.count { if case .random = $0 { true } else { false } }
    let parts = [
      "\(operationCount) operations", "\(loads.count) loads",
      randoms > 0 ? "\(randoms) random" : "",
      stores.isEmpty ? "" : "\(stores.count) stores",
      reductions.isEmpty ? "" : "\(reductions.count) reductions",
    ]
    return "kernel \(shape) " + parts.filter { !$0.isEmpty }.joined(separator: ", ") + "  "
      + layers.joined(separator: ", ")
  }

  /// The layers that the kernel's operations belong to, each once.
  fileprivate var layers: [String] {
    var layers: [String] = []
    for scope in scopes where !scope.isEmpty && !layers.contains(scope) { layers.append(scope) }
    return layers
  }
}

extension String {
  fileprivate func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
