internal import Training
internal import Experiments
internal import Datasets
public import Files
internal import Foundation
internal import Execution
internal import Layers
internal import Metrics
internal import Records

/// A folder of trained encoders: a file each, named by a hash of what it was trained on.
public struct EncoderCache: Sendable {
  /// Version of the encoder, raised when the same data would give another one.
  private static let version = 3

  private let folder: CacheFolder

  /// Names a folder, which need not exist.
  public init(_ folder: CacheFolder) {
    self.folder = folder
  }

  /// The cache in the user's folder for caches.
  public static var standard: EncoderCache { EncoderCache(.standard) }

  /// The key of the encoder of a training set: a hash of the examples and of how it is trained on them.
  static func key(
    _ training: RawExamples, sampleRateHz: Int?, _ experiment: Experiment
  ) -> String {
    let description =
      "\(version) \(training.shape) \(sampleRateHz ?? 0) \(experiment.trialHash(seed: experiment.seed))"
    var digest = ContentDigest()
    digest.add(description)
    training.values.withUnsafeBytes { digest.add($0) }
    return digest.text
  }

  /// The parameters of an encoder; nil when the file is not there or not usable.
  func read(_ key: String, _ parameters: [Parameter]) -> VariableStore? {
    guard let file = try? SafetensorsFile(folder.url.appendingPathComponent(Self.name(key))) else {
      return nil
    }
    folder.touch(Self.name(key))
    let variables = VariableStore()
    for parameter in parameters {
      guard file.shape(of: parameter.name) == parameter.shape else { return nil }
      let values = variables.declare(
        parameter.name, count: parameter.shape.reduce(1, *))
      guard (try? file.read(parameter.name, into: values)) != nil,
        values.allSatisfy(\.isFinite)
      else { return nil }
    }
    return variables
  }

  /// Writes the parameters of an encoder.
  ///
  /// - Returns: A warning when they could not be written, else nil.
  func write(_ key: String, _ parameters: [Parameter], _ variables: VariableStore) -> String? {
    let tensors = parameters.compactMap { parameter in
      variables[parameter.name].map {
        Safetensors.Tensor(
          name: parameter.name, shape: parameter.shape, values: UnsafeBufferPointer($0))
      }
    }
    do {
      try folder.write(Self.name(key)) { try Safetensors.write(to: $0, tensors: tensors) }
      return nil
    } catch {
      return "the encoder is not cached: \(error)"
    }
  }

  private static func name(_ key: String) -> String { "encoder-\(key).safetensors" }
}
