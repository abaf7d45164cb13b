internal import Media
internal import Specification
internal import Training
internal import Experiments
internal import Complaints
internal import Autodiff
internal import Datasets
internal import CPU
internal import Execution
internal import Foundation
internal import Layers
internal import Models
internal import Records

/// A network in a safetensors file: its arrays as tensors, its architecture as JSON in the metadata under
/// `lethe.features`.
///
///     {"input": [28, 28, 1], "range": [0, 1], "layers": [
///       {"layer": "conv", "weight": "0.weight", "bias": "0.bias", "stride": 2, "padding": 1},
///       {"layer": "relu"}, {"layer": "flatten"}, {"layer": "linear", "weight": "3.weight"}]}
///
/// Arrays have PyTorch's axis order, and layers mean what PyTorch's do: `conv` (one or two spatial axes),
/// `linear`, `batch_norm` (with its running statistics), `relu`, `leaky_relu` (`slope`), `tanh`, `sigmoid`,
/// `max_pool` and `average_pool` (`size`, windows that do not overlap), `global_average_pool`, and
/// `flatten`, channels first. Of a checkpoint of a VAE the encoder is read.
struct NetworkFile {
  private static let key = "lethe.features"
  /// The options of each layer; those in the second list may be left out.
  static let layers: [String: (needed: [String], optional: [String])] = [
    "conv": (["weight"], ["bias", "stride", "padding"]), "linear": (["weight"], ["bias"]),
    "batch_norm": (["running_mean", "running_var"], ["weight", "bias", "epsilon"]),
    "relu": ([], []), "leaky_relu": ([], ["slope"]), "tanh": ([], []), "sigmoid": ([], []),
    "max_pool": (["size"], []), "average_pool": (["size"], []), "global_average_pool": ([], []),
    "flatten": ([], []),
  ]

  /// Shape of an example: [H, W, C] or [T, 1].
  let example: [Int]
  /// True where the network expects values in −1…1, false for 0…1.
  let isSymmetric: Bool
  /// The form in which the networks of a checkpoint see examples; nil for a network that sees them as they are.
  var codec: ExampleCodec? { inference?.codec }
  /// Shape of what the network sees of an example.
  private var input: [Int] { codec?.shape.sizes ?? example }
  /// The network's arrays.
  private let variables: VariableStore
  let path: String
  private let description: [[String: LayerOption]]
  /// The shape of each array that the layers may name.
  private(set) var shapes: [String: [Int]] = [:]
  /// The model of a checkpoint; nil for a network that the metadata describe.
  private let inference: Inference?

  /// Reads a file.
  ///
  /// - Throws: `InputError` naming what is wrong with it.
  init(_ path: String) throws {
    self.path = path
    let url = URL(fileURLWithPath: path)
    let file = try SafetensorsFile(url)
    if Checkpoint.isMarked(by: file.metadata) {
      let checkpoint = try Checkpoint(url)
      let family = checkpoint.experiment.model.family
      guard family == .vae else {
        throw InputError(
          SourcePlace(file: path), expected: "a checkpoint of a VAE, whose encoder makes features",
          found: "one of a \(family == .gan ? "GAN" : family.rawValue)")
      }
      guard !checkpoint.experiment.model.isConditional else {
        throw InputError(
          SourcePlace(file: path), expected: "an encoder that sees nothing but examples",
          found: "one that is told of their classes (model.conditional)")
      }
      let inference = try Inference(checkpoint, seed: 0, threads: 1) { $0.reader }
      variables = inference.variables
      try Self.requireFinite(variables, path)
      (self.inference, description) = (inference, [])
      (example, isSymmetric) = (
        try inference.experiment.example.sizes, inference.codec.range == .symmetric
      )
      return
    }
    (inference, variables) = (nil, VariableStore())
    let read = try Self.description(in: file.metadata, of: SourcePlace(file: path))
    (example, isSymmetric, description) = (read.input, read.isSymmetric, read.layers)
    for name in file.names {
      let shape = file.shape(of: name) ?? []
      let values = variables.declare(name, count: shape.elementCount)
      try file.read(name, into: values)
      shapes[name] = shape
    }
    try Self.requireFinite(variables, path)
  }

  /// The architecture that the metadata of a file describe.
  private static func description(
    in metadata: [String: String], of place: SourcePlace
  ) throws -> NetworkDescription {
    guard let text = metadata[Self.key] else {
      throw InputError(
        place, expected: "an architecture in the metadata under \(Self.key)", found: "none")
    }
    guard
      let read = try? JSONDecoder().decode(NetworkDescription.self, from: Data(text.utf8))
    else {
      throw InputError(
        place, key: Self.key,
        expected:
          "an object with input ([H, W, C] or [T, 1]), range ([0, 1] or [-1, 1]) and layers",
        found: String(text.prefix(80)))
    }
    return read
  }

  /// Refuses arrays with numbers that are not finite, since no feature would be usable.
  private static func requireFinite(_ variables: VariableStore, _ path: String) throws {
    for name in variables.names.sorted() {
      guard let bad = variables[name]?.first(where: { !$0.isFinite }) else { continue }
      throw InputError(
        SourcePlace(file: path), key: name, expected: "finite numbers", found: "\(bad)")
    }
  }

  /// Compiles the network.
  ///
  /// - Parameter beforeRun: See `Program`.
  /// - Returns: The program, its input of [batch] examples as the network sees them, and its output, [batch, D].
  /// - Throws: `InputError` naming the layer that does not fit.
  func program(
    batch: Int, _ beforeRun: (() throws -> Void)?
  ) throws -> (program: Program, handles: (data: Tensor, features: Tensor)) {
    func features(
      _ graph: Graph, _ network: (Tensor) throws -> Tensor
    ) throws -> (data: Tensor, features: Tensor) {
      let data = try graph.input("data", shape: [batch] + input)
      let found = try network(data)
      return (data, try found.reshape([batch, found.shape.elementCount / batch]))
    }
    guard var inference else {
      let graph = Graph()
      let handles = try features(graph, described)
      let program = try Program(
        Computation(graph, outputs: [handles.features]), variables: variables, seed: 0,
        backend: CPUBackend(threads: 1))
      program.beforeRun = beforeRun
      return (program, handles)
    }
    inference.beforeRun = beforeRun
    return try inference.program { graph, forward in
      let handles = try features(graph) { data in
        let code = try inference.model.reader(data, forward)
        return try code.slice(axis: 1, 0..<code.shape[1] / 2)
      }
      return (handles, outputs: [handles.features])
    }
  }

  /// Applies the layers that the metadata describe to a batch of data.
  private func described(_ data: Tensor) throws -> Tensor {
    var x = data
    for (index, layer) in description.enumerated() {
      let key = "\(Self.key): layers[\(index)]"
      do {
        x = try apply(layer, to: x, key)
      } catch let error as GraphError {
        throw InputError(
          SourcePlace(file: path), key: key, expected: error.expected, found: error.found)
      } catch let error as ModelError {
        throw InputError(
          SourcePlace(file: path), key: key, expected: error.expected, found: error.found)
      }
    }
    return x
  }

  private func apply(_ layer: [String: LayerOption], to x: Tensor, _ key: String) throws -> Tensor {
    let options = try Options(layer, of: self, key)
    switch options.name {
    case "conv":
      let weight = try options.tensor("weight", x, rank: x.rank...x.rank)
      let spatial = x.rank - 2
      let geometry = ConvolutionGeometry(
        stride: [Int](repeating: try options.integer("stride", 1), count: spatial),
        padding: [Int](repeating: try options.integer("padding", 0, atLeast: 0), count: spatial),
        dilation: [Int](repeating: 1, count: spatial))
      return try options.biased(x.convolution(weight, geometry))
    case "linear":
      let weight = try options.tensor("weight", x, rank: 2...2)
      return try options.biased(x.matmul(weight, transposeOther: true))
    case "batch_norm":
      let mean = try options.tensor("running_mean", x, rank: 1...1)
      let variance = try options.tensor("running_var", x, rank: 1...1)
      let deviation = try (variance + Float(options.number("epsilon", 1e-5))).sqrt()
      let normal = try (x - mean) / deviation
      let scaled =
        try options.has("weight") ? normal * options.tensor("weight", x, rank: 1...1) : normal
      return try options.biased(scaled)
    case "relu": return try x.maximum(0)
    case "leaky_relu":
      let slope = Float(try options.number("slope", 0.01))
      return try x.maximum(0) + x.minimum(0) * slope
    case "tanh": return try x.tanh()
    case "sigmoid": return try x.sigmoid()
    case "max_pool": return try Pooling.max(x, size: options.integer("size", 2))
    case "average_pool": return try Pooling.average(x, size: options.integer("size", 2))
    case "global_average_pool": return try x.mean(axes: Array(1..<x.rank - 1))
    default:
      guard x.rank > 2 else { return x }
      let count = x.shape.dropFirst().reduce(1, *)
      return try x.transpose([0, x.rank - 1] + Array(1..<x.rank - 1)).reshape([x.shape[0], count])
    }
  }
}
