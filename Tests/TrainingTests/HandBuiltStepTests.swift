import Specification
import Autodiff
import Datasets
import CPU
import Execution
import Layers
import Models
import Records
import TestSupport
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// Compares whole training steps with graphs that are built here from networks and formulas.
  @Suite struct HandBuiltStepTests {
    static let network = "backbone: mlp, latent: 3, hidden: [6]}"
    static let training =
      "train: {batch: 8, ema: 0}\noptimizer: {name: sgd, learning_rate: 0.05}\nseed: 4\n"
    static let rate: Float = 0.05

    /// Copies the variables of a session to a new store.
    private func copy(_ session: TrainingSession) -> VariableStore {
      let variables = VariableStore()
      for name in session.variableNames {
        let values = session.values(name)
        _ = variables.declare(name, count: values.count).update(from: values)
      }
      return variables
    }

    private func networks(_ family: Family) throws -> [Network] {
      try ModelNetworks(
        ModelSpecification(
          family: family, backbone: .mlp, example: .image(height: 8, width: 8, channels: 1),
          latent: 3, hidden: [6])
      ).networks
    }

    /// Runs a hand-built step beside a session's and compares losses and variables after each.
    private func compare(
      _ session: TrainingSession, _ graph: Graph, _ inputs: StepInputs, batch: Tensor,
      _ outputs: [String: Tensor], _ updates: [String: Tensor], steps: Int,
      _ note: (Program) -> Void = { _ in }
    ) throws {
      let variables = copy(session)
      let program = try Program(
        Computation(graph, outputs: Array(outputs.values), updates: updates), variables: variables,
        seed: 4, backend: CPUBackend(threads: 2))
      for step in 0..<steps {
        try session.advance()
        _ = program[batch].update(from: session.batch(0))
        for (input, fill) in inputs.changing { fill(program[input], step) }
        try program.run(step: UInt64(step))
        for (name, value) in session.losses() {
          let expected = Double(program[try #require(outputs[name])][0])
          #expect(abs(value - expected) < 1e-5 * (1 + abs(expected)), "\(name), step \(step)")
        }
        for name in session.variableNames {
          let expected = try #require(variables[name]).map(Double.init)
          let worst = worstError(
            session.values(name), expected, absolute: 1e-5, relative: 1e-5)
          #expect(worst < 1, "\(name), step \(step): \(worst)")
        }
        note(program)
      }
    }

    static let augmentations = ["{}", "{flip: true, cutout: {length: 3}, mixup: {alpha: 1}}"]

    /// Two discriminators with the R1 penalty; a mask chooses which of them the generator's loss includes.
    @Test(arguments: augmentations) func twoDiscriminators(_ augment: String) throws {
      let settings = """
        model: {family: gan, norm: none, minibatch_stddev: false, \(Self.network)
        loss: {adversarial: non_saturating, r1_gamma: 2}
        \(Self.training)
        dropout: [{type: feedback, at: discriminator.feedback, rate: 0.5, discriminators: 2}]

        """
      try withExperiment(settings, ["data.augment=\(augment)"]) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 2)
        let networks = try networks(.gan)
        let (generator, discriminator) = (networks[0], networks[1])
        let graph = Graph()
        let forward = Forward(graph, mode: .training)
        let inputs = StepInputs(seed: 4)
        let augmenter = try Augmenter(experiment, discriminator, forward, inputs)
        var updates: [String: Tensor] = [:]
        func learned(_ loss: Tensor, _ names: [String], _ values: [Tensor]) throws -> [Tensor] {
          let gradients = try graph.gradients(of: loss, by: values)
          return try zip(zip(names, values), gradients).map { pair, gradient in
            let new = try (pair.1 - gradient * Self.rate).stopGradient()
            updates[pair.0] = new
            return new
          }
        }
        func using(_ values: [Tensor], _ x: Tensor) throws -> Tensor {
          for (parameter, value) in zip(discriminator.parameters, values) {
            try forward.set(parameter, to: value)
          }
          return try discriminator(augmenter.seen(x), forward)
        }
        let real = try graph.input("data/0", shape: [8, 8, 8, 1])
        let fake = try generator(graph.normal("latent/discriminator/0", shape: [8, 3]), forward)
        var minds: [[Tensor]] = []
        var (losses, penalties): ([Tensor], [Tensor]) = ([], [])
        for name in ["discriminator", "discriminator#2"] {
          let names = discriminator.parameters.map {
            name + $0.name.dropFirst("discriminator".count)
          }
          let values = try zip(names, discriminator.parameters).map {
            try graph.variable($0, shape: $1.shape)
          }
          for (parameter, value) in zip(discriminator.parameters, values) {
            try forward.set(parameter, to: value)
          }
          let seen = try augmenter.seen(real)
          let logits = try discriminator(seen, forward)
          let loss = try (-logits).softplus().mean() + using(values, fake).softplus().mean()
          let slope = try graph.gradients(of: logits.sum(), by: [seen])[0]
          let penalty = try slope.squared().sum() / 8
          losses.append(loss)
          penalties.append(penalty)
          minds.append(try learned(loss + penalty, names, values))
        }
        let weights = try generator.parameters.map { try forward.value(of: $0) }
        let next = try generator(graph.normal("latent/generator", shape: [8, 3]), forward)
        let heard = try minds.map { try (-using($0, next)).softplus().mean() }
        let numbers = try graph.uniform(
          "dropout/discriminator.feedback", shape: [2], lanes: .bits16)
        let choice = try graph.uniform(
          "dropout/discriminator.feedback/kept", shape: [1], lanes: .bits16)
        let first = try graph.constant(0.5).lessOrEqual(numbers.slice(axis: 0, 0..<1))
        let second = try graph.constant(0.5).lessOrEqual(numbers.slice(axis: 0, 1..<2))
        let chosen = try choice.less(than: 0.5).select(heard[0], heard[1])
        let one = try first.select(heard[0], second.select(heard[1], chosen))
        let lossOfGenerator = try (first * second).select((heard[0] + heard[1]) * 0.5, one)
          .reshape([])
        _ = try learned(lossOfGenerator, generator.parameters.map(\.name), weights)
        let outputs = try [
          "d_loss": (losses[0] + losses[1]) * 0.5, "g_loss": lossOfGenerator,
          "r1": (penalties[0] + penalties[1]) * 0.5, "first": first, "second": second,
        ]
        var masks = Set<[Float]>()
        try compare(
          session, graph, inputs, batch: real, outputs, updates, steps: 12
        ) { program in
          masks.insert([program[first][0], program[second][0]])
        }
        #expect(masks.count == 4, "every mask came up")
      }
    }

    /// A VAE whose encoder gets mixed images with squares cut out, and which reconstructs the mixed images
    /// without cuts.
    @Test func aVAEGivesBackWhatIsMixedButNotHidden() throws {
      let settings = "model: {family: vae, \(Self.network)\n\(Self.training)"
      let augment = "{cutout: {length: 5}, mixup: {alpha: 1}, flip: true}"
      try withExperiment(settings, ["data.augment=\(augment)"]) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 2)
        let networks = try networks(.vae)
        let graph = Graph()
        let forward = Forward(graph, mode: .training)
        let inputs = StepInputs(seed: 4)
        let augmenter = try Augmenter(experiment, networks[0], forward, inputs)
        let batch = try graph.input("data", shape: [8, 8, 8, 1])
        let target = try augmenter.changed(batch)
        let code = try networks[0](augmenter.hidden(target), forward)
        let mean = try code.slice(axis: 1, 0..<3)
        let logVariance = try code.slice(axis: 1, 3..<6)
        let noise = try graph.normal("latent", shape: [8, 3])
        let logits = try networks[1](mean + (logVariance * 0.5).exp() * noise, forward)
        let each = try target * (-logits).softplus() + (1 - target) * logits.softplus()
        let reconstruction = try each.sum() / 8
        let kl = try (mean.squared() + logVariance.exp() - logVariance - 1).sum() / 16
        let loss = try reconstruction + kl
        let parameters = networks.flatMap(\.parameters)
        let values = try parameters.map { try forward.value(of: $0) }
        let gradients = try graph.gradients(of: loss, by: values)
        var updates: [String: Tensor] = [:]
        for ((parameter, value), gradient) in zip(zip(parameters, values), gradients) {
          updates[parameter.name] = try value - gradient * Self.rate
        }
        try compare(
          session, graph, inputs, batch: batch,
          ["loss": loss, "reconstruction": reconstruction, "kl": kl], updates, steps: 3)
      }
    }
  }
}
