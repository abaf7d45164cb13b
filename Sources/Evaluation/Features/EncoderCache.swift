internal import Training
internal import Experiments
internal import Datasets
public import Files
internal import Foundation
internal import Execution
internal import Layers
internal import Metrics
internal import Records

/// A folder of trained encoders, and of features of data by them: a file each, named by a hash of what it was made from.
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
    return write(tensors, to: Self.name(key))
  }

  private func write(_ tensors: [Safetensors.Tensor], to name: String) -> String? {
    do {
      try folder.write(name) { try Safetensors.write(to: $0, tensors: tensors) }
      return nil
    } catch {
      return "the encoder is not cached: \(error)"
    }
  }

  private static func name(_ key: String) -> String { "encoder-\(key).safetensors" }

  // MARK: Features

  /// The name of the only tensor in a file of features.
  private static let features = "features"

  /// The key of the features of examples by an encoder: a hash of both.
  static func key(_ encoder: String, of examples: RawExamples) -> String {
    var digest = ContentDigest()
    digest.add(encoder)
    examples.values.withUnsafeBytes { digest.add($0) }
    return digest.text
  }

  /// The features of examples, shape [count, dimension] without axes; nil when the file is not there or not usable.
  func features(_ key: String, count: Int, dimension: Int) -> [Float]? {
    let name = Self.nameOfFeatures(key)
    guard let file = try? SafetensorsFile(folder.url.appendingPathComponent(name)),
      file.shape(of: Self.features) == [count, dimension]
    else { return nil }
    folder.touch(name)
    var values = [Float](repeating: 0, count: count * dimension)
    let isRead = values.withUnsafeMutableBufferPointer {
      (try? file.read(Self.features, into: $0)) != nil
    }
    return isRead && values.allSatisfy(\.isFinite) ? values : nil
  }

  /// Writes the features of examples. Without the file they are computed again.
  func keep(_ values: [Float], dimension: Int, as key: String) {
    values.withUnsafeBufferPointer {
      _ = write(
        [
          Safetensors.Tensor(
            name: Self.features, shape: [values.count / dimension, dimension], values: $0)
        ], to: Self.nameOfFeatures(key))
    }
  }

  private static func nameOfFeatures(_ key: String) -> String { "features-\(key).safetensors" }
}
