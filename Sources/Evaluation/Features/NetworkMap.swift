internal import Training
internal import Experiments
internal import Complaints
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

  /// Reads a network.
  ///
  /// - Parameters:
  ///   - path: A safetensors file.
  ///   - shape: Shape of an example: [H, W, C] or [T, 1].
  /// - Throws: `InputError` when the file holds no network, or one for other examples.
  init(_ path: InputPath, shape: [Int], _ beforeRun: (() throws -> Void)? = nil) throws {
    let network = try NetworkFile(path.resolved)
    guard network.input == shape else {
      throw InputError(
        SourcePlace(file: path.given), expected: "a network for examples of shape \(shape)",
        found: "one for \(network.input)")
    }
    (isSymmetric, examplesAreImages) = (network.isSymmetric, shape.count == 3)
    let compiled = try network.program(batch: Self.batch, beforeRun)
    program = compiled.program
    (data, found) = (program[compiled.handles.data], program[compiled.handles.features])
    dimension = found.count / Self.batch
  }

  func features(of examples: RawExamples) throws -> FeatureMatrix {
    var values: [Double] = []
    values.reserveCapacity(examples.count * dimension)
    // Converts the examples: images are in 0…1, sounds in −1…1.
    let (scale, shift): (Float, Float) =
      switch (examplesAreImages, isSymmetric) {
      case (true, true): (2, -1)
      case (false, false): (0.5, 0.5)
      default: (1, 0)
      }
    try examples.forEachBatch(of: Self.batch) { _, part in
      data.update(repeating: 0)
      _ = data.update(from: part.lazy.map { $0 * scale + shift })
      try program.run(step: 0)
      values += found.prefix(part.count / examples.size * dimension)
        .map(Double.init)
    }
    return try FeatureMatrix(values, dimension: dimension)
  }
}
