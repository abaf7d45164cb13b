import Specification
import Complaints
import Autodiff
import Layers
import TestSupport
import Testing

/// Several discriminators, some of which are dropped from the generator's loss.
@Suite struct FeedbackTests {
  static let site = DropoutSite.feedback(of: "discriminator")

  static func plan(rate: Double, count: Int, _ phases: Set<Phase> = Set(Phase.allCases)) throws
    -> DropoutPlan
  {
    let entry = DropoutEntry(
      type: "feedback", at: ["*.feedback"], rate: rate, activeIn: phases,
      options: ["discriminators": .number(Double(count))])
    return try DropoutPlan([entry], sites: [site])
  }

  @Test func sharesOfEveryMask() throws {
    let count = 4
    let graph = Graph()
    let kept = try graph.input("kept", shape: [count])
    let choice = try graph.input("choice", shape: [1])
    let shares = try Feedback.shares(kept: kept, choice: choice)
    for bits in 0..<(1 << count) {
      let mask = (0..<count).map { Double(bits >> $0 & 1) }
      for chosen in 0..<count {
        for inside in [1e-4, 0.5, 0.9999] {
          var interpreter = ReferenceInterpreter()
          interpreter.values = [
            "kept": mask, "choice": [(Double(chosen) + inside) / Double(count)],
          ]
          let sum = mask.reduce(0, +)
          let expected =
            bits == 0
            ? (0..<count).map { $0 == chosen ? 1.0 : 0 } : mask.map { $0 / sum }
          #expect(interpreter.evaluate([shares])[0] == expected)
        }
      }
    }
  }

  /// The weight that each step gives to each loss, found as the gradient of the total.
  private func heard(rate: Double, count: Int, steps: Int) throws -> [[Double]] {
    let forward = Forward(
      Graph(), mode: .training, phase: .generatorStep,
      dropout: try Self.plan(rate: rate, count: count))
    let losses = try (0..<count).map { try forward.graph.input("loss\($0)", shape: []) }
    let total = try forward.feedback(losses, of: "discriminator")
    try forward.checkDropout()
    let gradients = try forward.graph.gradients(of: total, by: losses)
    return (0..<steps).map { step in
      var interpreter = ReferenceInterpreter()
      (interpreter.seed, interpreter.step) = (3, UInt64(step))
      return interpreter.evaluate(gradients).map { $0[0] }
    }
  }

  @Test(arguments: [0.2, 0.5, 0.9]) func eachIsDroppedWithTheRate(_ rate: Double) throws {
    let (count, steps) = (3, 6000)
    let shares = try heard(rate: rate, count: count, steps: steps)
    for number in 0..<count {
      // All are dropped with probability rate³; then one is kept, each in a third of the cases.
      let expected = 1 - rate + rate * rate * rate / Double(count)
      let found = Double(shares.count { $0[number] > 0 }) / Double(steps)
      let error = (expected * (1 - expected) / Double(steps)).squareRoot()
      #expect(abs(found - expected) < 4 * error, "\(found), not \(expected)")
    }
    #expect(shares.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-6 })
  }

  @Test func whatIsDroppedAtALowerRateIsDroppedAtAHigherOne() throws {
    let low = try heard(rate: 0.3, count: 5, steps: 300)
    let high = try heard(rate: 0.6, count: 5, steps: 300)
    for (low, high) in zip(low, high) where high.count(where: { $0 > 0 }) > 1 {
      for number in low.indices where low[number] == 0 { #expect(high[number] == 0) }
    }
  }

  @Test func rateZeroHearsAll() throws {
    #expect(try Self.plan(rate: 0, count: 4).copies(of: "discriminator") == 4)
    let shares = try heard(rate: 0, count: 4, steps: 1)
    #expect(shares == [[0.25, 0.25, 0.25, 0.25]])
  }

  @Test func copiesHaveParametersAndNamesOfTheirOwn() throws {
    let plan = try Self.plan(rate: 0.5, count: 3)
    #expect(plan.copies(of: "discriminator") == 3)
    #expect(plan.copies(of: "generator") == 1)
    let layer = Linear("discriminator.block1.linear", inputs: 2, outputs: 2)
    let forward = Forward(Graph(), mode: .training, dropout: plan)
    let x = try forward.graph.input("x", shape: [1, 2])
    for copy in 1...3 { try forward.inCopy(copy) { _ = try layer(x, forward) } }
    let variables = forward.graph.nodes.compactMap { node -> String? in
      guard case .variable(let name) = node.operation else { return nil }
      return name
    }
    #expect(
      variables == [
        "discriminator.block1.linear.weight", "discriminator.block1.linear.bias",
        "discriminator#2.block1.linear.weight", "discriminator#2.block1.linear.bias",
        "discriminator#3.block1.linear.weight", "discriminator#3.block1.linear.bias",
      ])
    let weight = layer.parameters[0].copy(2)
    try forward.inCopy(2) {
      try forward.set(layer.parameters[0], to: x.graph.constant(0).broadcast(to: [2, 2]))
    }
    #expect(forward.changed == [weight])
  }

  @Test func anUpdateThatDoesNotHearIsAnError() throws {
    let forward = Forward(
      Graph(), mode: .training, phase: .generatorStep,
      dropout: try Self.plan(rate: 0.5, count: 2, [.discriminatorStep]))
    let losses = [forward.graph.constant(1), forward.graph.constant(2)]
    _ = try forward.feedback(losses, of: "discriminator")
    #expect(throws: ModelError.self) { try forward.checkDropout() }
  }

  @Test(arguments: [1, 65, 2.5]) func anImpossibleNumberIsAnError(_ count: Double) throws {
    let entry = DropoutEntry(
      type: "feedback", at: ["*"], rate: 0.5, options: ["discriminators": .number(count)])
    let error = #expect(throws: ModelError.self) {
      try DropoutPlan([entry], sites: [Self.site])
    }
    #expect(
      error?.description.hasPrefix(
        "dropout.0.discriminators: expected a whole number from 2 to 64") == true)
  }

  @Test func otherVariantsCannotGoThere() throws {
    let entry = DropoutEntry(type: "bernoulli", at: ["*.feedback"], rate: 0.5)
    let error = #expect(throws: ModelError.self) {
      try DropoutPlan([entry], sites: [Self.site])
    }
    #expect(error?.description.contains("which is for discriminators") == true)
  }
}
