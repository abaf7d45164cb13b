import Experiments
import Autodiff
import CPU
import Execution
import Records
import TestSupport
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// Compares fifty steps of every optimizer with PyTorch; `Fixtures/optimizers.py` makes the fixture.
  @Suite struct OptimizerFixtureTests {
    static let settings = [
      "adam": "{name: adam, learning_rate: 0.01, beta1: 0.9, beta2: 0.999}",
      "adam-gan": "{name: adam, learning_rate: 0.002, beta1: 0.5, beta2: 0.99, epsilon: 1e-6}",
      "adamw": "{name: adamw, learning_rate: 0.01, beta1: 0.9, beta2: 0.999, weight_decay: 0.2}",
      "sgd": "{name: sgd, learning_rate: 0.1}",
      "sgd-decay": "{name: sgd, learning_rate: 0.1, weight_decay: 0.05}",
      "sgd-momentum": "{name: sgd, learning_rate: 0.02, momentum: 0.9}",
      "sgd-momentum-decay":
        "{name: sgd, learning_rate: 0.02, momentum: 0.9, weight_decay: 0.05}",
      "rmsprop": "{name: rmsprop, learning_rate: 0.005}",
      "rmsprop-momentum": "{name: rmsprop, learning_rate: 0.001, momentum: 0.9, alpha: 0.9}",
    ]

    @Test(arguments: settings.keys.sorted()) func fiftyStepsEqualPyTorch(_ name: String) throws {
      let text = try #require(Self.settings[name])
      let experiment = try Experiment.parse(
        "{name: x, data: {source: shapes}, model: {family: gan}, optimizer: \(text)}", file: "x")
      let problem = try Problem(experiment.optimizer)
      try problem.run(steps: 50)
      let expected = try Fixture("optimizers", in: .module).arrays
        .filter { $0.key.hasPrefix(name + "/") }
      #expect(expected.count == problem.names.count)
      for (key, values) in expected {
        let found = try #require(problem.variables[String(key.dropFirst(name.count + 1))])
        let size = values.map { Double(abs($0)) }.max() ?? 0
        let worst = worstError(
          found, values.map(Double.init), absolute: 1e-6 * size, relative: 0)
        #expect(worst < 1, "\(key): \(worst)")
      }
    }

    /// The squared error of x wᵀ + b for a new batch in every step.
    struct Problem {
      let rule: OptimizerRule
      let variables = VariableStore()
      let program: Program
      let names: [String]
      let x, y: Tensor
      let scalars: [Tensor]
      let learningRate: Double

      init(_ settings: Experiment.Optimizer) throws {
        (rule, learningRate) = (OptimizerRule(settings), settings.learningRate)
        let graph = Graph()
        let w = try graph.variable("w", shape: [3, 5])
        let b = try graph.variable("b", shape: [3])
        x = try graph.input("x", shape: [8, 5])
        y = try graph.input("y", shape: [8, 3])
        let loss = try (x.matmul(w, transposeOther: true) + b - y).squared().mean()
        scalars = try rule.scalars.map { try graph.input($0.rawValue, shape: []) }
        var updates: [String: Tensor] = [:]
        let gradients = try graph.gradients(of: loss, by: [w, b])
        for (name, (value, gradient)) in zip(["w", "b"], zip([w, b], gradients)) {
          let slots = try rule.slots.map { try graph.variable("\(name)/\($0)", shape: value.shape) }
          let new = try rule.update(
            value, gradient: gradient, isDecayed: name == "w", slots: slots, scalars: scalars)
          updates[name] = new.parameter
          for (slot, tensor) in zip(rule.slots, new.slots) { updates["\(name)/\(slot)"] = tensor }
          _ = variables.declare(name, count: value.shape.elementCount)
            .update(from: fixtureValues(name, value.shape))
        }
        names = updates.keys.sorted()
        program = try Program(
          Computation(graph, outputs: [loss], updates: updates), variables: variables, seed: 0,
          backend: CPUBackend(threads: 2))
      }

      func run(steps: Int) throws {
        for step in 0..<steps {
          _ = program[x].update(from: fixtureValues("x\(step)", [8, 5]))
          _ = program[y].update(from: fixtureValues("y\(step)", [8, 3]))
          for (scalar, input) in zip(rule.scalars, scalars) {
            program[input][0] = rule.value(
              of: scalar, learningRate: learningRate, update: step + 1)
          }
          try program.run(step: UInt64(step))
        }
      }
    }
  }
}
