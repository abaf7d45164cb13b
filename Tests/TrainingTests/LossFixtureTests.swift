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

    // MARK: Demands on discriminators, and two draws of dropout; `Fixtures/terms.py` makes the fixtures.

    /// LeCam beside R1, whose gradient is of second order, and the averages that it keeps.
    @Test func leCamEqualsPyTorch() throws {
      let specification = ModelSpecification(
        family: .gan, backbone: .mlp, example: .image(height: 6, width: 6, channels: 1), latent: 5,
        hidden: [7, 9], norm: Normalization.none)
      let discriminator = try ModelNetworks(specification).networks[1]
      let forward = Forward(Graph(), mode: .training)
      let real = try forward.graph.input("real", shape: [4, 6, 6, 1])
      let generated = try forward.graph.input("generated", shape: [4, 6, 6, 1])
      let term = LeCam(weight: 0.3, decay: 0.9)
      // The sum of weights is at least 1.
      let total = term.parameters[2]
      try forward.set(total, to: forward.value(of: total).abs() + 1)
      let (ofReal, ofGenerated) = (
        try discriminator(real, forward), try discriminator(generated, forward)
      )
      let augmented = try Augmented("{}")
      let loss =
        try term.value(
          JudgedBatch(
            real: (real, ofReal), generated: (generated, ofGenerated), stream: "", discriminator,
            forward, augmented.augmenter))
        + GradientPenalty.zeroCentered(ofReal, examples: real, gamma: 3)
      let trained = discriminator.parameters.filter(\.isTrainable)
      let gradients = try forward.graph.gradients(
        of: loss, by: trained.map { try forward.value(of: $0) })
      var outputs = ["lecam": loss]
      for (parameter, gradient) in zip(trained, gradients) {
        outputs["lecam/" + parameter.name] = gradient
      }
      for (parameter, name) in zip(term.parameters, ["real", "generated", "total"]) {
        outputs["state/" + name] = try forward.value(of: parameter)
      }
      let worst = try Fixture("terms-lecam", in: .module).compare(outputs)
      #expect(worst.error < 1, "\(worst)")
    }

    @Test func divergencesOfTwoDrawsEqualPyTorch() throws {
      let graph = Graph()
      var outputs: [String: Tensor] = [:]
      func record(_ what: String, _ loss: Tensor, _ sources: [(String, Tensor)]) throws {
        outputs[what] = loss
        let gradients = try graph.gradients(of: loss, by: sources.map(\.1))
        for (source, gradient) in zip(sources, gradients) {
          outputs["\(what)/\(source.0)"] = gradient
        }
      }
      func inputs(_ names: [String], _ shape: Shape) throws -> [(String, Tensor)] {
        try names.map { ($0, try graph.input($0, shape: shape)) }
      }
      let logits = try inputs(["a", "b"], [4, 3])
      try record("classes", TwoDraws.ofClasses(logits[0].1, logits[1].1), logits)
      let codes = try inputs(["mean/a", "mean/b", "log_variance/a", "log_variance/b"], [4, 2])
      try record(
        "codes",
        TwoDraws.ofCodes(
          (mean: codes[0].1, logVariance: codes[2].1), (mean: codes[1].1, logVariance: codes[3].1)),
        codes)
      let examples = try inputs(["output/a", "output/b"], [4, 3, 3, 1])
      let deviation = try inputs(["log_deviation"], [1])
      for likelihood in Likelihood.allCases {
        let isLearned = likelihood == .gaussianLearned
        try record(
          likelihood.rawValue,
          TwoDraws.ofExamples(
            likelihood, examples[0].1, examples[1].1, logDeviation: isLearned ? deviation[0].1 : nil
          ),
          examples + (isLearned ? deviation : []))
      }
      let worst = try Fixture("terms-two-draws", in: .module).compare(outputs)
      #expect(worst.error < 1, "\(worst)")
    }

    /// The images, the gradient of ½ Σ y² and that of the sum of its squares.
    @Test(arguments: [
      ([16, 16, 3], ["color", "translation", "cutout"]), ([9, 12, 1], ["cutout", "translation"]),
      ([8, 20, 3], ["translation"]),
    ])
    func diffAugmentEqualsPyTorch(_ sizes: [Int], _ parts: [String]) throws {
      let augmented = try Augmented("{diffaugment: [\(parts.joined(separator: ", "))]}")
      let graph = augmented.forward.graph
      let x = try graph.input("x", shape: [4] + sizes)
      let y = try augmented.augmenter.seen(x)
      let first = try graph.gradients(of: y.squared().sum() * 0.5, by: [x])[0]
      let second = try graph.gradients(of: first.squared().sum(), by: [x])[0]
      let name =
        "diffaugment-\(sizes.map(String.init).joined(separator: "x"))-"
        + parts.joined(separator: "-")
      let worst = try Fixture(name, in: .module).compare(["y": y, "first": first, "second": second])
      #expect(worst.error < 1, "\(worst)")
    }

    /// The same of adaptive augmentation, where the probability is 0.665.
    @Test(arguments: [
      ([12, 12, 3], ["blit", "warp"]), ([9, 14, 1], ["blit"]), ([10, 7, 1], ["warp"]),
    ])
    func adaptiveAugmentationEqualsPyTorch(_ sizes: [Int], _ parts: [String]) throws {
      let augmented = try Augmented("{adaptive: {parts: [\(parts.joined(separator: ", "))]}}")
      let graph = augmented.forward.graph
      let x = try graph.input("x", shape: [4] + sizes)
      let y = try augmented.augmenter.seen(x)
      let first = try graph.gradients(of: y.squared().sum() * 0.5, by: [x])[0]
      let second = try graph.gradients(of: first.squared().sum(), by: [x])[0]
      let name =
        "adaptive-\(sizes.map(String.init).joined(separator: "x"))-"
        + parts.joined(separator: "-")
      let constants = Dictionary(
        augmented.inputs.constant.map { ($0.input.id, $0.values) }, uniquingKeysWith: { a, _ in a })
      let worst = try Fixture(name, in: .module).compare(
        ["y": y, "first": first, "second": second], given: constants)
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
