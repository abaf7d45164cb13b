import Autodiff

extension Program: CustomStringConvertible {
  /// The compiled plan: a line an instruction with what it reads and writes, what was fused, its
  /// share of the time when profiled, then the totals.
  public var description: String {
    let lines = plan.instructions.enumerated().map { index, instruction in
      let time = profile.map { profile in
        let microseconds = profile.seconds[index] / Double(max(1, profile.runs)) * 1e6
        return "\(Int(microseconds.rounded())) µs ".leftPadded(to: 12)
      }
      return (time ?? "") + "\(index): \(instruction.label)"
    }
    return (lines + [summary]).joined(separator: "\n")
  }

  private var summary: String {
    let instructions = plan.flatInstructions
    let kernels = instructions.count { if case .kernel = $0 { true } else { false } }
    let megabytes = Double(arenaBytes) / 1_048_576
    return "\(kernels) fused kernels, \(instructions.count - kernels) other instructions, "
      + "arena \((megabytes * 100).rounded() / 100) MB, \((flops / 1e7).rounded() / 100) GFLOP"
  }
}

extension Instruction {
  /// One line about the instruction.
  var label: String {
    switch self {
    case .kernel(let kernel): kernel.label
    case .contraction(let contraction):
      contraction.primitive.name == "reorder"
        ? "reorder for \(contraction.label)" : contraction.label
    case .rows(let region):
      (["\(region.rowCount) rows by \(region.workers.count) workers:"]
        + region.instructions.map { "  " + $0.label }).joined(separator: "\n")
    case .check(_, let output): "check that \(output) is finite"
    }
  }

  /// Where in the model the instruction's values come from, for people.
  var origin: String {
    switch self {
    case .kernel(let kernel):
      "\(kernel.layers.last ?? "the loss"), values of shape \(kernel.shape)"
    case .contraction(let contraction): contraction.label
    case .rows(let region): region.instructions.last?.origin ?? ""
    case .check(_, let output): output
    }
  }

  /// The values the instruction makes, scratch memory left out.
  var results: [View] {
    switch self {
    case .kernel(let kernel): kernel.stores.map(\.view) + kernel.reductions.map(\.view)
    case .contraction(let contraction):
      contraction.operands.filter { !$0.isRead && !$0.isScratch && $0.isPlain }.map(\.view)
    case .rows(let region): region.instructions.flatMap(\.results)
    case .check: []
    }
  }
}

extension FusedKernel {
  fileprivate var label: String {
    var loads = 0
    var randoms = 0
    for value in values {
      switch value {
      case .load: loads += 1
      case .random: randoms += 1
      case .apply: break
      }
    }
    let parts = [
      "\(operationCount) operations", "\(loads) loads", randoms > 0 ? "\(randoms) random" : "",
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
