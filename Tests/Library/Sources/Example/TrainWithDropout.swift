import Autodiff
import CPU
import Execution
import Layers
import Specification

private let (rows, inputs, hidden) = (64, 8, 32)

/// Two layers with a place for dropout between them: [N, 8] to [N, 1].
private func network(_ x: Tensor, _ forward: Forward) throws -> Tensor {
  let linear = Linear("net.block1.linear", inputs: inputs, outputs: hidden)
  let active = try forward.activate(.relu, linear(x, forward))
  let dropped = try forward.site(.postAct, of: "net.block1", active, [.batch, .features])
  return try Linear("net.output.linear", inputs: hidden, outputs: 1)(dropped, forward)
}

/// Learns the sum of eight numbers by gradient descent, with half of the hidden units dropped in each step.
func trainWithDropout() throws {
  // Built without dropout once, the network says where dropout can go.
  let plain = Forward(Graph(), mode: .training)
  _ = try network(plain.graph.input("x", shape: [rows, inputs]), plain)
  let entry = DropoutEntry(type: "bernoulli", at: ["net.*.post_act"], rate: 0.5)
  let plan = try DropoutPlan([entry], sites: plain.sites)
  expect(plan.placements.map(\.site.address) == ["net.block1.post_act"], "dropout at one site")

  let forward = Forward(Graph(), mode: .training, dropout: plan)
  let x = try forward.graph.input("x", shape: [rows, inputs])
  let target = try forward.graph.input("target", shape: [rows, 1])
  let error = try network(x, forward) - target
  let loss = try (error * error).sum() * (1 / Float(rows))
  let parameters = forward.layers.flatMap(\.parameters)
  let values = try parameters.map { try forward.value(of: $0) }
  let gradients = try forward.graph.gradients(of: loss, by: values)
  var updates: [String: Tensor] = [:]
  for (index, parameter) in parameters.enumerated() {
    updates[parameter.name] = try values[index] - gradients[index] * 0.01
  }

  let variables = VariableStore()
  let program = try Program(
    Computation(forward.graph, outputs: [loss], updates: updates), variables: variables, seed: 7)
  var random = SystemRandomNumberGenerator()
  for parameter in parameters {
    for index in variables[parameter.name]!.indices {
      variables[parameter.name]![index] = .random(in: -0.3...0.3, using: &random)
    }
  }
  var losses: [Float] = []
  for step in 0..<2_000 {
    for row in 0..<rows {
      var sum: Float = 0
      for column in 0..<inputs {
        let value = Float.random(in: -1...1, using: &random)
        program[x][row * inputs + column] = value
        sum += value
      }
      program[target][row] = sum
    }
    try program.run(step: UInt64(step))
    losses.append(program[loss][0])
  }
  let (first, last) = (losses.prefix(20).reduce(0, +), losses.suffix(20).reduce(0, +))
  expect(
    last < first / 2, "a loss that falls to less than half, found \(first / 20) and \(last / 20)")
}
