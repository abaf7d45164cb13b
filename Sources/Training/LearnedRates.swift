internal import Autodiff
internal import Execution
internal import Layers
internal import Models
internal import Records

extension TrainingSession {
  /// The dropout rates that training has learned so far, by site, from the parameters as they are.
  public func learnedRates() throws -> [String: Double] {
    guard lossNames.contains(where: { $0.hasPrefix("rate/") }) else { return [:] }
    let forward = Forward(Graph(), mode: .training, dropout: dropout)
    let phases = model.hasPhases ? DropoutPhase.allCases.filter { $0 != .single } : [.single]
    for phase in phases {
      forward.phase = phase
      for network in model.networks { try pass(through: network, forward) }
    }
    let rates = forward.learnedRates
    let program = try Program(
      forward.graph, outputs: Dictionary(uniqueKeysWithValues: rates.map { ($0.site, $0.rate) }),
      variables: variables, seed: UInt64(experiment.seed), threads: threads)
    try program.run(step: UInt64(step))
    return Dictionary(
      uniqueKeysWithValues: rates.map { ($0.site, Double(program.output($0.site)[0])) })
  }

  /// Two examples through each copy of a network, whose values do not matter.
  private func pass(through network: Network, _ forward: Forward) throws {
    let name = network.role.rawValue
    let x = try forward.graph.input(name, shape: [2] + network.input)
    let teacher = try forward.graph.input("teacher", shape: [2] + model.example)
    for copy in 1...dropout.copies(of: name) {
      try forward.inCopy(copy) {
        _ = try network(x, teacher: network.role == .decoder ? teacher : nil, forward)
      }
    }
  }
}
