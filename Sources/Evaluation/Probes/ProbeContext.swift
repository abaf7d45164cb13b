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

/// What probes look at: the model as it is, on examples and latents that stay the same.
final class ProbeContext {
  /// Examples and latents that are looked at.
  static let batch = 128
  /// Rows of activations that are kept of a site.
  private static let rows = 4096

  let session: TrainingSession
  private let inference: Inference
  /// Held-out examples, or training ones where too few are held out, [N] + the shape of an example.
  let examples: LabelledValues
  private var taps: (program: Program, sites: [(address: String, values: Tensor)])?
  private var known: [(site: String, units: FeatureMatrix)]?

  init(_ subject: Subject) {
    session = subject.session
    inference = subject.inference
    let data = subject.data
    let source = data.holdout.count >= Self.batch ? data.holdout : data.training
    examples = LabelledValues(source, atMost: Self.batch, session.experiment, "probes")
  }

  /// Examples in a batch.
  var count: Int { examples.count }

  /// Is told that the model has changed.
  func forget() { known = nil }

  /// What units do at the sites after activations, of recurrent networks before their output, for examples in
  /// rows; places of a picture or sound count as examples of its channels. Dropout is off.
  func activations() throws -> [(site: String, units: FeatureMatrix)] {
    if let known { return known }
    let taps = try self.taps ?? makeTaps()
    self.taps = taps
    try taps.program.run(step: 0)
    let found = try taps.sites.map { site in
      (site.address, try units(UnsafeBufferPointer(taps.program[site.values]), at: site.address))
    }
    known = found
    return found
  }

  /// Compiles a graph of networks, whose inputs hold what is looked at.
  func program<Handles>(
    masks: SamplingDropout = .off,
    _ build: (Graph, Forward, Inputs) throws -> (handles: Handles, outputs: [Tensor])
  ) throws -> (program: Program, handles: Handles) {
    let isGenerator = if case .gan = session.model { true } else { false }
    let compiled = try inference.program(masks: masks) { graph, forward in
      let inputs = Inputs(
        examples: try graph.input("examples", shape: [count] + session.model.example),
        latents: try isGenerator
          ? graph.input("latents", shape: [count, session.experiment.model.latent]) : nil)
      let (handles, outputs) = try build(graph, forward, inputs)
      return ((inputs, handles), outputs: outputs)
    }
    let (program, (inputs, handles)) = compiled
    _ = program[inputs.examples].update(from: examples.values)
    if let latents = inputs.latents.map({ program[$0] }) {
      let stream = RandomStream("metrics/probes/latents", seed: inference.seed)
      _ = latents.update(from: stream.normal(latents.count))
    }
    return (program, handles)
  }

  /// What networks are applied to.
  struct Inputs {
    /// A batch of examples.
    let examples: Tensor
    /// As many latents, for the generator of a GAN.
    let latents: Tensor?
  }

  /// What each network makes of the examples or latents, by its name.
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

  private func makeTaps() throws -> (
    program: Program, sites: [(address: String, values: Tensor)]
  ) {
    let sites = session.model.networks.flatMap { network -> [String] in
      func addresses(_ place: DropoutSite.Place) -> [String] {
        network.sites.filter { $0.kind == .activation && $0.place == place }.map(\.address)
      }
      let after = addresses(.postAct)
      return after.isEmpty ? addresses(.preOutput) : after
    }
    var tapped: [String: Tensor] = [:]
    let program = try program { _, forward, inputs in
      for site in sites {
        forward.hook(site) { x, _ in
          tapped[site] = x
          return x
        }
      }
      _ = try outputs(forward, inputs)
      return ((), outputs: Array(tapped.values))
    }.program
    return (program, sites.compactMap { site in tapped[site].map { (site, $0) } })
  }

  /// Evenly spaced rows of [N, …, U].
  ///
  /// - Throws: `Unavailable` for activations that are not finite.
  private func units(
    _ values: UnsafeBufferPointer<Float>, at site: String
  ) throws -> FeatureMatrix {
    let width = session.model.sites.first { $0.address == site }?.example.last ?? 1
    let count = values.count / width
    let kept = min(count, Self.rows)
    let rows = (0..<kept).flatMap { row in
      let start = row * count / kept * width
      return values[start..<start + width].map(Double.init)
    }
    do {
      return try FeatureMatrix(rows, dimension: width)
    } catch {
      throw Unavailable("activations at \(site): \(error)")
    }
  }
}
