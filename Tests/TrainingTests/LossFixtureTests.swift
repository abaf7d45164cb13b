import Specification
import Experiments
import Autodiff
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
  /// Compares losses, penalties and their gradients with PyTorch; `Fixtures/penalties.py` makes the fixtures.
  @Suite struct LossFixtureTests {
    struct Case: Sendable, CustomTestStringConvertible {
      let name: String
      let side: Int
      let norm: Normalization
      var testDescription: String { name }
      var backbone: Backbone { name == "mlp" ? .mlp : .conv }
    }

    static let cases = [
      Case(name: "mlp", side: 6, norm: .none), Case(name: "conv-none", side: 16, norm: .none),
      Case(name: "conv-batch", side: 16, norm: .batch),
      Case(name: "conv-layer", side: 16, norm: .layer),
    ]

    @Test(arguments: cases) func adversarialLossesEqualPyTorch(_ test: Case) throws {
      let specification = ModelSpecification(
        family: .gan, backbone: test.backbone,
        example: .image(height: test.side, width: test.side, channels: 1), latent: 5,
        width: test.backbone == .conv ? 4 : nil, hidden: test.backbone == .mlp ? [7, 9] : nil,
        norm: test.norm)
      let discriminator = try ModelNetworks(specification).networks[1]
      let forward = Forward(Graph(), mode: .training)
      let shape = [4] + discriminator.input
      let real = try forward.graph.input("real", shape: shape)
      let generated = try forward.graph.input("generated", shape: shape)
      let realLogits = try discriminator(real, forward)
      let generatedLogits = try discriminator(generated, forward)
      let trained = discriminator.parameters.filter(\.isTrainable)
      let values = try trained.map { try forward.value(of: $0) }
      var outputs: [String: Tensor] = [:]
      func record(_ what: String, _ loss: Tensor, _ sources: [String: Tensor]) throws {
        outputs[what] = loss
        let names = sources.keys.sorted()
        let gradients = try forward.graph.gradients(of: loss, by: names.compactMap { sources[$0] })
        for (name, gradient) in zip(names, gradients) { outputs["\(what)/\(name)"] = gradient }
      }
      let parameters = Dictionary(uniqueKeysWithValues: zip(trained.map(\.name), values))
      for kind in Experiment.Loss.Adversarial.allCases {
        try record(
          kind.rawValue + "/d",
          AdversarialLoss.discriminator(kind, real: realLogits, generated: generatedLogits),
          parameters)
        try record(
          kind.rawValue + "/g",
          AdversarialLoss.generator(kind, real: { realLogits }, generated: generatedLogits),
          ["generated": generated])
      }
      try record(
        "r1", GradientPenalty.zeroCentered(realLogits, examples: real, gamma: 3), parameters)
      let penalty = try GradientPenalty.wassersteinGP(
        real: real, generated: generated, lambda: 10, stream: "penalty"
      ) { try discriminator($0, forward) }
      try record("gp", penalty, parameters)
      let worst = try Fixture("losses-" + test.name, in: .module).compare(outputs)
      #expect(worst.error < 1, "\(worst)")
    }

    @Test func termsOfTheLowerBoundEqualPyTorch() throws {
      let graph = Graph()
      let output = try graph.input("output", shape: [4, 3, 3, 1])
      let data = try graph.input("data", shape: [4, 3, 3, 1])
      let mean = try graph.input("mean", shape: [4, 2])
      let logVariance = try graph.input("log_variance", shape: [4, 2])
      let bernoulli = try EvidenceLowerBound.reconstruction(
        .bernoulli, output: output, data: (data + 1) * 0.5)
      let gaussian = try EvidenceLowerBound.reconstruction(.gaussian, output: output, data: data)
      let divergence = try EvidenceLowerBound.divergence(mean: mean, logVariance: logVariance)
      let slopes = try graph.gradients(of: divergence, by: [mean, logVariance])
      let worst = try Fixture("losses-vae", in: .module).compare([
        "bernoulli": bernoulli, "gaussian": gaussian, "kl": divergence,
        "bernoulli/output": graph.gradients(of: bernoulli, by: [output])[0],
        "gaussian/output": graph.gradients(of: gaussian, by: [output])[0],
        "kl/mean": slopes[0], "kl/log_variance": slopes[1],
      ])
      #expect(worst.error < 1, "\(worst)")
    }

    // MARK: Sounds; `Fixtures/sounds.py` makes the fixtures.

    @Test(arguments: [("one", [1]), ("bands", [5, 2])])
    func learnedDeviationsEqualPyTorch(_ name: String, _ shape: [Int]) throws {
      let forward = Forward(Graph(), mode: .training)
      let output = try forward.graph.input("output", shape: [4, 3, 5, 2])
      let data = try forward.graph.input("data", shape: [4, 3, 5, 2])
      let layer = LearnedDeviation("decoder.deviation", shape: shape)
      let loss = try EvidenceLowerBound.reconstruction(
        .gaussianLearned, output: layer(output, forward), data: data,
        logDeviation: layer.logarithm(in: forward))
      let parameter = try forward.value(of: layer.parameters[0])
      let gradients = try forward.graph.gradients(of: loss, by: [output, parameter])
      let worst = try Fixture("losses-deviation-" + name, in: .module).compare([
        "loss": loss, "loss/output": gradients[0], "loss/logarithm": gradients[1],
      ])
      #expect(worst.error < 1, "\(worst)")
    }

    /// The shorter sounds have no window of 512 samples.
    @Test(arguments: [300, 520]) func lossesOfSpectraEqualPyTorch(_ length: Int) throws {
      let graph = Graph()
      let made = try graph.input("made", shape: [3, length, 1])
      let wanted = try graph.input("wanted", shape: [3, length, 1])
      let inputs = StepInputs(seed: 0)
      let loss = try SpectralLoss.loss(of: made, wanted: wanted, inputs)
      let gradient = try graph.gradients(of: loss, by: [made])[0]
      let given = Dictionary(
        uniqueKeysWithValues: inputs.constant.map { input, values in (input.id, values) })
      let worst = try Fixture("losses-spectral-\(length)", in: .module).compare(
        ["loss": loss, "loss/made": gradient], given: given)
      #expect(worst.error < 1, "\(worst)")
    }

    /// Of equal sounds, silent ones too, the loss and its gradient are 0.
    @Test func equalSpectraCostNothing() throws {
      let graph = Graph()
      let made = try graph.input("made", shape: [2, 256, 1])
      let inputs = StepInputs(seed: 0)
      let loss = try SpectralLoss.loss(of: made, wanted: made.stopGradient(), inputs)
      let gradient = try graph.gradients(of: loss, by: [made])[0]
      let program = try Program(
        Computation(graph, outputs: [loss, gradient]), variables: VariableStore(), seed: 0,
        backend: CPUBackend(threads: 1))
      for (input, values) in inputs.constant { _ = program[input].update(from: values) }
      for values in [numbers(512, seed: 1).map { Float($0) }, [Float](repeating: 0, count: 512)] {
        _ = program[made].update(from: values)
        try program.run(step: 0)
        // The least power keeps the quotient of norms finite: √1e-7 over the norm of silence.
        #expect(abs(program[loss][0]) < 0.1 && program[gradient].allSatisfy { abs($0) < 1e-6 })
      }
    }
  }
}
