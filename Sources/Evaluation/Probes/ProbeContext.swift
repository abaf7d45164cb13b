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
  private var taps: (program: Program, sites: [String])?
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
      (site, try units(taps.program.output(site), at: site))
    }
    known = found
    return found
  }

  /// Compiles a graph whose inputs `examples` and `latents`, where it has them, hold what is looked at.
  func program(
    masks: SamplingDropout = .off, _ build: (Graph, Forward) throws -> [String: Tensor]
  ) throws -> Program {
    let program = try inference.program(masks: masks, build)
    _ = program.input("examples")?.update(from: examples.values)
    if let latents = program.input("latents") {
      let stream = RandomStream("metrics/probes/latents", seed: inference.seed)
      _ = latents.update(from: stream.normal(latents.count))
    }
    return program
  }

  /// What each network makes of the examples or latents, by its name.
  func outputs(_ graph: Graph, _ forward: Forward) throws -> [(network: String, output: Tensor)] {
    let model = session.model
    let x = try graph.input("examples", shape: [count] + model.example)
    func latents() throws -> Tensor {
      try graph.input("latents", shape: [count, session.experiment.model.latent])
    }
    switch model {
    case .gan(let generator, let discriminator):
      return [
        (generator.role.rawValue, try generator(latents(), forward)),
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

  private func makeTaps() throws -> (program: Program, sites: [String]) {
    let sites = session.model.networks.flatMap { network -> [String] in
      func addresses(_ place: DropoutSite.Place) -> [String] {
        network.sites.filter { $0.kind == .activation && $0.place == place }.map(\.address)
      }
      let after = addresses(.postAct)
      return after.isEmpty ? addresses(.preOutput) : after
    }
    var tapped: [String: Tensor] = [:]
    let program = try program { graph, forward in
      for site in sites {
        forward.hook(site) { x, _ in
          tapped[site] = x
          return x
        }
      }
      _ = try outputs(graph, forward)
      return tapped
    }
    return (program, sites.filter { tapped[$0] != nil })
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
