internal import Specification
internal import Evaluation
internal import Training
public import Experiments
internal import Datasets
internal import Foundation
internal import Models
internal import Records

extension Experiment {
  /// The same experiment with `data.size` and `data.channels` as the images have them, where the file leaves them out.
  ///
  /// The size of images that are not square is their shorter side, to which they are cropped. Only headers are read.
  /// What is settled holds for all arms.
  ///
  /// - Throws: `DataError` if the data cannot be read, or their shorter sides differ; `InputError` if the size does not
  ///   fit what the file says.
  public func settlingExamples() throws -> Experiment {
    guard data.kind == .images, data.size == nil || data.channels == nil else { return self }
    let stored = try storedSquare(data.origin) ?? (side: 32, channels: 3)
    var settings: [Override] = []
    if data.size == nil { settings.append(Override("data.size", .integer(stored.side))) }
    if data.channels == nil {
      settings.append(Override("data.channels", .integer(stored.channels)))
    }
    return try settling(settings)
  }

  /// The side and channels of the images of an origin; nil for built-in ones.
  private func storedSquare(_ origin: Data.Origin) throws -> (side: Int, channels: Int)? {
    var request = ImageRequest(source: try storedSource(origin))
    (request.size, request.channels) = (data.size, data.channels)
    request.skipBroken = data.skipBroken
    return try request.storedSquare()
  }

  /// An origin whose checkpoints stand for one example of theirs.
  private func storedSource(_ origin: Data.Origin) throws -> ExampleSource {
    switch origin {
    case .builtIn: return .builtIn
    case .files(let path):
      guard model.family == .detector, let checkpoint = try checkpoints(of: origin)?.first else {
        return .path(path.resolved)
      }
      let shape = try Checkpoint(checkpoint).experiment.example.sizes
      return .array(
        ExampleArray(
          name: checkpoint.path, shape: shape,
          values: [Float](repeating: 0, count: shape.reduce(1, *))))
    case .pair(let genuine, let generated):
      return .classes([
        ExampleClass(name: "genuine", source: try storedSource(genuine)),
        ExampleClass(name: "generated", source: try storedSource(generated)),
      ])
    }
  }
}
