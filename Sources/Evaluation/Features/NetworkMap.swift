internal import Media
internal import Training
internal import Experiments
internal import Complaints
internal import Datasets
internal import Autodiff
internal import Execution
internal import Layers
internal import Metrics
internal import Models
internal import Records

/// Features from a network that the user gives; see `NetworkFile` for its file.
///
/// The encoder of a VAE that lethe has trained serves too: the means of its codes are the features.
struct NetworkMap: FeatureMap {
  private static let batch = 64

  private let program: Program
  private let data, found: UnsafeMutableBufferPointer<Float>
  private let dimension: Int
  /// True where the network expects values in −1…1, false for 0…1.
  private let isSymmetric: Bool
  private let examplesAreImages: Bool
  /// The form in which the networks of a checkpoint see examples; nil for other networks.
  private let codec: ExampleCodec?

  /// Reads a network.
  ///
  /// - Parameters:
  ///   - path: A safetensors file.
  ///   - shape: Shape of an example: [H, W, C] or [T, 1].
  /// - Throws: `InputError` when the file holds no network, or one for other examples.
  init(_ path: InputPath, shape: [Int], _ beforeRun: (() throws -> Void)? = nil) throws {
    let network = try NetworkFile(path.resolved)
    guard network.example == shape else {
      throw InputError(
        SourcePlace(file: path.given), expected: "a network for examples of shape \(shape)",
        found: "one for \(network.example)")
    }
    (isSymmetric, examplesAreImages) = (network.isSymmetric, shape.count == 3)
    codec = network.codec
    let compiled = try network.program(batch: Self.batch, beforeRun)
    program = compiled.program
    (data, found) = (program[compiled.handles.data], program[compiled.handles.features])
    dimension = found.count / Self.batch
  }

  func features(of examples: RawExamples) throws -> FeatureMatrix {
    var values: [Double] = []
    values.reserveCapacity(examples.count * dimension)
    try examples.forEachBatch(of: Self.batch) { _, part in
      fill(data, with: try seen(part, shape: examples.shape)[...])
      try program.run(step: 0)
      values += found.prefix(part.count / examples.size * dimension)
        .map(Double.init)
    }
    return try FeatureMatrix(values, dimension: dimension)
  }
  /// Examples as the network sees them.
  ///
  /// - Parameter values: Images in 0…1, sounds in −1…1.
  private func seen(_ values: UnsafeBufferPointer<Float>, shape: [Int]) throws -> [Float] {
    let examples = Examples(
      Array(values), shape: shape, range: examplesAreImages ? .unit : .symmetric,
      positions: Array(0..<values.count / shape.reduce(1, *)))
    return try codec?.values(of: examples)
      ?? examples.floats(in: isSymmetric ? .symmetric : .unit)
  }
}
