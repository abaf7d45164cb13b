internal import Scores
internal import Specification
internal import Training
internal import Experiments
internal import Autodiff
internal import Datasets
internal import Execution
internal import Layers
internal import Metrics
internal import Models
internal import Randomness
internal import Records

/// What probes work with: the model in its current state, and fixed examples and latents.
final class ProbeContext {
  /// Largest number of examples, and of latents.
  static let batch = 128
  /// Largest number of rows of activations that are kept of a site.
  private static let rows = 4096

  let session: TrainingSession
  private let inference: Inference
  /// Held-out examples, or training examples where fewer than `batch` are held out; [N] + the shape of an
  /// example.
  let examples: LabelledValues
  private typealias Tap = (site: DropoutSite, values: UnsafeBufferPointer<Float>)
  private var taps: (program: Program, sites: [Tap])?
  /// True where the taps hold activations of the model's current state.
  private var isTapped = false
  private var known: [(site: String, units: FeatureMatrix)]?

  /// Chooses the examples.
  ///
  /// - Throws: As `LabelledValues` does.
  init(_ subject: Subject) throws {
    session = subject.session
    inference = subject.inference
    let data = subject.data
    let source = data.holdout.count >= Self.batch ? data.holdout : data.training
    examples = try LabelledValues(
      source.sample(Self.batch, "probes", seed: subject.seed), seenBy: session.codec)
  }

  /// Number of examples, at most `batch`.
  var count: Int { examples.count }

  /// Discards the activations of an earlier state of the model.
  func forget() { (known, isTapped) = (nil, false) }

  /// Activations at the sites `post_act`, or in networks without those (recurrent ones) at `pre_output`.
  /// Each row is an example, and each position of a picture or sound counts as one. Dropout is off.
  func activations() throws -> [(site: String, units: FeatureMatrix)] {
    if let known { return known }
    let found = try tapped().map { ($0.site.address, try units($0.values, at: $0.site)) }
    known = found
    return found
  }

  /// Activations at the sites `post_act` that have places, of shape `sizes`: [N, H, W, C] or [N, T, C]. Dropout is off.
  func maps() throws -> [(site: String, values: UnsafeBufferPointer<Float>, sizes: [Int])] {
    try tapped().filter { $0.site.place == .postAct && $0.site.axes.contains(where: \.isSpatial) }
      .map { ($0.site.address, $0.values, [count] + $0.site.example) }
  }

  private func tapped() throws -> [Tap] {
    let taps = try self.taps ?? makeTaps()
    self.taps = taps
    if !isTapped { try taps.program.run(step: 0) }
    isTapped = true
    return taps.sites
  }

  /// Compiles a graph of the networks and fills its inputs with the fixed examples and latents.
  func program<Handles>(
    masks: SamplingDropout = .off,
    _ build: (Graph, Forward, Inputs) throws -> (handles: Handles, outputs: [Tensor])
  ) throws -> (program: Program, handles: Handles) {
    let isGenerator = if case .gan = session.model { true } else { false }
    let compiled = try inference.program(masks: masks) { graph, forward in
      let inputs = Inputs(
        examples: try graph.input("examples", shape: [count] + session.model.example),
        latents: try isGenerator
          ? graph.input("latents", shape: [count, session.experiment.model.latent]) : nil,
        classes: try inference.classes(of: count, in: forward))
      let (handles, outputs) = try build(graph, forward, inputs)
      return ((inputs, handles), outputs: outputs)
    }
    let (program, (inputs, handles)) = compiled
    _ = program[inputs.examples].update(from: examples.values)
    if let latents = inputs.latents.map({ program[$0] }) {
      let stream = RandomStream("metrics/probes/latents", seed: inference.seed)
      _ = latents.update(from: stream.normal(latents.count))
    }
    if let classes = inputs.classes, program.reads(classes) {
      setOneHot(program[classes], examples.labels, classes: classes.shape[1])
    }
    return (program, handles)
  }

  /// The inputs that networks are applied to.
  struct Inputs {
    /// A batch of examples.
    let examples: Tensor
    /// As many latents, for the generator of a GAN; nil for other models.
    let latents: Tensor?
    /// The classes of the examples, one-hot, and of what a generator makes; nil where no network is told of them.
    let classes: Tensor?
  }

  /// The output of each network for the examples or latents, with the network's name. An encoder gives the
  /// means of its codes, a classifier probabilities.
  func outputs(
    _ forward: Forward, _ inputs: Inputs
  ) throws -> [(network: String, output: Tensor)] {
    let x = inputs.examples
    switch session.model {
    case .gan(let generator, let discriminator):
      guard let latents = inputs.latents else { preconditionFailure("a generator's latents") }
      return [
        (generator.role.rawValue, try generator(latents, forward)),
        (discriminator.role.rawValue, try discriminator(x, forward)),
      ]
    case .vae(let encoder, let decoder):
      let code = try encoder(x, forward)
        .slice(axis: 1, 0..<session.experiment.model.latent)
      return [
        (encoder.role.rawValue, code),
        (decoder.role.rawValue, try decoder(code.stopGradient(), teacher: x, forward)),
      ]
    case .classifier(let network):
      return [(network.role.rawValue, try CrossEntropy.probabilities(network(x, forward)))]
    }
  }

  private func makeTaps() throws -> (program: Program, sites: [Tap]) {
    let sites = session.model.networks.flatMap { network -> [DropoutSite] in
      func sites(_ place: DropoutSite.Place) -> [DropoutSite] {
        network.sites.filter { $0.kind == .activation && $0.place == place }
      }
      let after = sites(.postAct)
      return after.isEmpty ? sites(.preOutput) : after
    }
    var tapped: [DropoutSite: Tensor] = [:]
    let program = try program { _, forward, inputs in
      for site in sites {
        forward.hook(site.address) { x, _ in
          tapped[site] = x
          return x
        }
      }
      _ = try outputs(forward, inputs)
      return ((), outputs: Array(tapped.values))
    }.program
    return (
      program,
      sites.compactMap { site in tapped[site].map { (site, UnsafeBufferPointer(program[$0])) } }
    )
  }

  /// Evenly spaced rows of activations of shape [N, …, U].
  ///
  /// - Throws: `Unavailable` for activations that are not finite.
  private func units(
    _ values: UnsafeBufferPointer<Float>, at site: DropoutSite
  ) throws -> FeatureMatrix {
    let width = site.example[site.example.count - 1]
    let count = values.count / width
    let kept = min(count, Self.rows)
    let rows = (0..<kept).flatMap { row in
      let start = row * count / kept * width
      return values[start..<start + width].map(Double.init)
    }
    do {
      return try FeatureMatrix(rows, dimension: width)
    } catch {
      throw Unavailable("activations at \(site.address): \(error)")
    }
  }
}
