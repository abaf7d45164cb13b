import Specification
import Experiments
import Autodiff
import CPU
import Execution
import Layers
import Models
import Randomness
import Records
import TestSupport
import Testing
import Evaluation
import Training
import Trials

/// The augmentations of an experiment in a separate graph.
struct Augmented {
  static let seed: UInt64 = 5
  static let step = 3
  static let batch = 4

  let experiment: Experiment
  let network: Network
  let forward: Forward
  let inputs: StepInputs
  let augmenter: Augmenter

  /// - Parameters:
  ///   - augment: `data.augment`.
  ///   - data: The other keys of `data`.
  init(
    _ augment: String, data: String = "source: shapes",
    model: String = "{family: gan, backbone: mlp}", batch: Int = Self.batch,
    example: ExampleShape = .image(height: 16, width: 16, channels: 3)
  ) throws {
    experiment = try Experiment.parse(
      "seed: \(Self.seed)\nname: x\ndata: {\(data), augment: \(augment)}\nmodel: \(model)\n"
        + "train: {batch: \(batch)}", file: "x.yaml")
    let model = experiment.model
    network = try ModelNetworks(
      ModelSpecification(family: model.family, backbone: model.backbone, example: example)
    ).reader
    forward = Forward(Graph(), mode: .training)
    inputs = StepInputs(seed: Self.seed)
    augmenter = try Augmenter(experiment, network, forward, inputs)
  }

  /// Adds the batch to augment.
  func x(_ shape: Shape) throws -> Tensor { try forward.graph.input("x", shape: shape) }

  /// Runs the graph at `step`.
  func run(_ output: Tensor, x: [Double]) throws -> [Float] {
    let program = try Program(
      Computation(forward.graph, outputs: [output]), variables: VariableStore(), seed: Self.seed,
      backend: CPUBackend(threads: 2)
    )
    for (input, values) in inputs.constant { _ = program[input].update(from: values) }
    for (input, fill) in inputs.changing { fill(program[input], Self.step) }
    let graph = forward.graph
    let id = try #require(graph.nodes.firstIndex { $0.operation == .input("x") })
    _ = program[Tensor(graph: graph, id: id)].update(from: x.map(Float.init))
    try program.run(step: UInt64(Self.step))
    return Array(program[output])
  }

  /// Uniform numbers of a stream, drawn outside the graph.
  static func uniform(_ stream: String, _ count: Int = batch) -> [Double] {
    RandomStream(stream, seed: seed).uniform(count, step: UInt64(step)).map(Double.init)
  }

  /// Mixing shares of a pass, one per example.
  static func shares(_ stream: String, alpha: Double) -> [Double] {
    var values = [Float](repeating: 0, count: batch)
    values.withUnsafeMutableBufferPointer {
      SymmetricBeta(alpha, stream: stream + "/share", seed: seed).fill($0, step: UInt64(step))
    }
    return values.map(Double.init)
  }
}
